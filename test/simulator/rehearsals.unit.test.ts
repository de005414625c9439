import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { RecallError } from '../../engine/errors.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { loadNoticeRules } from '../../regulations/notice-rules.js';
import { loadRegimes } from '../../regulations/regimes.js';
import { parseRehearsal, type Rehearsal } from '../../simulator/rehearsal.js';
import { rehearse, type Rehearsed } from '../../simulator/rehearse.js';
import { parseWorld } from '../../simulator/world/parse.js';

const PLAYBOOKS = new URL('../../playbooks/', import.meta.url);
const REHEARSALS = new URL('rehearsals/', PLAYBOOKS);
const NAMES = readdirSync(REHEARSALS).sort();
const LAW = { regimes: loadRegimes(), noticeRules: loadNoticeRules() };

function rehearsalNamed(name: string): Rehearsal {
  return parseRehearsal(readFileSync(new URL(name, REHEARSALS), 'utf8'), name);
}

function run(rehearsal: Rehearsal, change: (text: string) => string = (text) => text): Rehearsed {
  const text = change(readFileSync(new URL(rehearsal.playbook, PLAYBOOKS), 'utf8'));
  return rehearse(requirePlaybook(text, rehearsal.playbook, bundledCatalogue()), rehearsal, LAW);
}

describe('the bundled rehearsals', () => {
  it('every playbook has one', () => {
    const playbooks = readdirSync(PLAYBOOKS).filter((name) => name.endsWith('.yaml'));
    expect([...new Set(NAMES.map((name) => rehearsalNamed(name).playbook))].sort()).toEqual(playbooks.sort());
  });

  it.each(NAMES)('%s passes', (name) => {
    expect(run(rehearsalNamed(name))).toMatchObject({ passed: true, failures: [] });
  });
});

describe('a rehearsal whose expectation is not met', () => {
  const big = rehearsalNamed('consumer-product-gb-eu.yaml');

  it('fails when PT2H in the playbook is changed, and says what was expected and what was found', () => {
    const { passed, failures, story } = run(big, (text) =>
      text.replace('{ after: PT2H, to: deputy }', '{ after: PT6H, to: deputy }'),
    );
    expect(passed).toBe(false);
    expect(failures).toContainEqual({
      expected: 'decide ends within PT4H of the opening',
      found: expect.stringMatching(/^it ends after PT\d+H/) as unknown as string,
    });
    expect(story.some((line) => line.includes('gate opened decide'))).toBe(true);
  });

  const unmet: [string, Rehearsal['expect'][number], string, string][] = [
    ['an outcome', { step: 'decide', outcome: 'rejected' }, 'decide is rejected', 'decide is approved'],
    ['a step there is not', { step: 'nowhere', outcome: 'done' }, 'nowhere is done', 'nowhere is no such step'],
    [
      'who decides',
      { step: 'decide', outcome: 'approved', decidedBy: ['commander'] },
      'commander decides decide',
      'counsel, quality-deputy decides',
    ],
    [
      'escalations',
      { step: 'decide', outcome: 'approved', escalations: 7 },
      '7 escalations before decide',
      '1 escalations',
    ],
    [
      'a filing that is late',
      { filing: 'gb-gpsr2005', onTime: false },
      'gb-gpsr2005 is not filed on time',
      'gb-gpsr2005 filed at',
    ],
    ['a filing nobody owes', { filing: 'us-cpsa', onTime: true }, 'us-cpsa is filed on time', 'us-cpsa is not owed'],
    [
      'another report to one that is owed a first',
      { filing: 'gb-gpsr2005 final', onTime: true },
      'gb-gpsr2005 final is filed on time',
      'gb-gpsr2005 final is not owed',
    ],
    ['numbers of notices', { notices: { responded: 9 } }, '9 responded', '5 responded'],
  ];
  it.each(unmet)('says so of %s', (_what, expectation, expected, found) => {
    const { passed, failures } = run({ ...big, expect: [expectation] });
    expect(passed).toBe(false);
    expect(failures).toHaveLength(1);
    expect(failures[0]!.expected).toBe(expected);
    expect(failures[0]!.found).toContain(found);
  });
});

describe('a malformed document', () => {
  const text = readFileSync(new URL('short-notice-drill.yaml', REHEARSALS), 'utf8');
  it.each([
    ['seed: 1', 'seed: one', 'r.yaml: seed'],
    ['silentOn: [decide]', 'silentOn: decide', 'r.yaml: world.people.each.quality-head.silentOn'],
    ['by: PT10M', 'by: P1M', 'r.yaml: expect.1.by'],
    ['holding: 0.5', 'holding: 1.5', 'r.yaml: world.recipients.holding'],
  ])('of a rehearsal is refused with its field: %s as %s', (right, wrong, where) => {
    expect(text).toContain(right);
    expect(() => parseRehearsal(text.replace(right, wrong), 'r.yaml')).toThrow(RecallError);
    expect(() => parseRehearsal(text.replace(right, wrong), 'r.yaml')).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'wrong-use', where }) }),
    );
  });

  it.each(['people: [', '', 'people: 1'])('of a world is refused: %j', (wrong) => {
    expect(() => parseWorld(wrong, 'w.yaml')).toThrow(
      expect.objectContaining({
        detail: expect.objectContaining({ code: 'wrong-use', where: expect.stringContaining('w.yaml') }),
      }),
    );
  });

  it('of a rehearsal that is no YAML is refused', () => {
    expect(() => parseRehearsal('rehearsal: [', 'r.yaml')).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ code: 'wrong-use', where: 'r.yaml:1:13' }) }),
    );
  });
});
