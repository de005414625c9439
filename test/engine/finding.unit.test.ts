import { describe, expect, it } from '@jest/globals';
import { findingRoles } from '../../engine/attach-finding.js';
import type { FindingKind } from '../../engine/finding.js';
import { knownOf } from '../../engine/steps/filing/known-of.js';
import type { PersonId, RoleName, Sha256 } from '../../engine/words.js';
import { ASSESS, CONTAIN, closing } from './playbooks.js';
import { answer, at, close, give, opened, peopleFound, playbookOf, tick, type Recall } from './recall.js';

const BY = 'quality-holder' as PersonId;
const TEXT = 'd'.repeat(64) as Sha256;
const FILE = { name: 'finding-tested-1.pdf', sha256: 'e'.repeat(64) as Sha256 };

function attach(recall: Recall, kind: FindingKind, when: string, role = 'quality') {
  return give(
    recall,
    { type: 'finding', finding: { kind, by: BY, role: role as RoleName, text: TEXT, file: FILE } },
    when,
  );
}

function assessed(): Recall {
  const recall = opened(ASSESS + closing('assess'));
  peopleFound(recall);
  answer(recall, 'assess/1/1', BY, { risk: 'low' });
  peopleFound(recall);
  return recall;
}

describe('what quality finds', () => {
  it('is attached by whom, when and with which evidence, and a later one stands beside it', () => {
    const recall = assessed();
    expect(attach(recall, 'tested', 'PT1H')).toMatchObject([
      { type: 'finding attached', kind: 'tested', by: BY, role: 'quality', text: TEXT, file: FILE },
    ]);
    attach(recall, 'tested', 'PT90M');
    const found = [at('PT1H'), at('PT90M')].map((instant) => {
      return { at: instant, kind: 'tested', by: BY, role: 'quality', text: TEXT, file: FILE };
    });
    expect(recall.state.findings).toEqual(found);
    expect(knownOf(recall.state, at('PT2H')).findings).toEqual(found);
  });

  it('is taken after the closing, for as long as late answers are, and then refused on record', () => {
    const recall = assessed();
    close(recall);
    expect(attach(recall, 'root-cause', 'P30D')).toMatchObject([{ type: 'finding attached' }]);
    tick(recall, 'P366D');
    expect(attach(recall, 'root-cause', 'P367D')).toMatchObject([
      { type: 'finding refused', by: BY, reason: 'recall-over' },
    ]);
    expect(recall.state.findings).toHaveLength(1);
  });

  it('is said by the roles that judge the risk, and by no other', () => {
    const recall = assessed();
    expect(attach(recall, 'corrective-action', 'PT1H', 'legal')).toMatchObject([
      { type: 'finding refused', by: BY, reason: 'not-asked' },
    ]);
    expect(recall.state.findings).toEqual([]);
    expect(findingRoles(playbookOf(ASSESS + closing('assess')))).toEqual(['quality']);
    expect(findingRoles(playbookOf(CONTAIN + closing('contain')))).toEqual([]);
  });
});
