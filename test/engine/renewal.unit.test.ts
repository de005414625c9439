import { beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../engine/digest.js';
import { evolve } from '../../engine/evolve.js';
import type { Ask, RecallState } from '../../engine/state.js';
import type { AskId, PersonId, Sha256 } from '../../engine/words.js';
import { closing, NOTIFY, TRACE } from './playbooks.js';
import {
  answer,
  ask,
  at,
  done,
  give,
  of,
  opened,
  owed,
  peopleFound,
  step,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const STEPS = `${TRACE}
  assess: { kind: assessment, title: Assess, owner: quality, due: PT4H, escalation: stays, sets: [risk, injuries] }
  decide: { kind: gate, title: Decide, approvers: { all: [quality, legal] }, due: PT8H, escalation: decision }${NOTIFY}${closing('decide')}`;

let recall: Recall;
beforeEach(() => {
  recall = opened(STEPS);
  done(recall, 'traceSales', TRACED);
  peopleFound(recall);
});

function renew(id: string, by: string, when = 'PT1H') {
  return give(recall, { type: 'renewal', renewal: { ask: id as AskId, by: by as PersonId } }, when);
}

describe('what a person is shown under a hash', () => {
  /** What is asked of who submits the report to this regime, whose pack has this hash. */
  function submissionOf(regime: string, sha256: string): Ask {
    const filing = opened(STEPS);
    done(filing, 'traceSales', TRACED);
    done(filing, 'planFilings', { filings: [owed(regime, { mode: 'portal' })], counselNeeded: [], lawThere: [] });
    done(filing, 'fileReport', { documents: [{ name: 'report.pdf', sha256: sha256 as Sha256 }] });
    return ask(filing, 'notify/1/1');
  }

  it('is the form and the evidence as they were when the ask opened, whatever is learned later', () => {
    const { form, evidence, shown } = ask(recall, 'decide/1/1');
    expect(shown).toBe(digestOf({ form, evidence }));
    expect(evidence).toMatchObject({ question: 'decide', facts: {}, owed: null });
    answer(recall, 'assess/1/1', 'quality-holder', { risk: 'serious', injuries: 2 }, 'PT30M');
    done(recall, 'planFilings', { filings: [owed('gb')], counselNeeded: [], lawThere: [] });
    expect(ask(recall, 'decide/1/1')).toMatchObject({ evidence, shown });
  });

  it('is another for another recall', () => {
    const other = opened(STEPS, {
      product: 'Kettle',
      hazard: 'Fire.',
      identification: '',
      domain: null,
      digest: 'd'.repeat(64) as never,
    });
    expect(ask(other, 'decide/1/1').shown).not.toBe(ask(recall, 'decide/1/1').shown);
    // A question to the same role of the same step in the same round, and what differs is what is reported.
    const shown = ['gb', 'eu'].map((regime) => submissionOf(regime, regime.repeat(32)).shown);
    expect(new Set(shown).size).toBe(2);
  });

  it('covers the pack that is submitted', () => {
    const shown = ['a', 'b'].map((letter) => {
      const asked = submissionOf('eu', letter.repeat(64));
      const documents = [{ name: 'report.pdf', sha256: letter.repeat(64) }];
      expect(asked.evidence).toMatchObject({ report: { documents } });
      return asked.shown;
    });
    expect(new Set(shown).size).toBe(2);
  });
});

describe('a question put anew', () => {
  beforeEach(() => {
    vote(recall, 'decide/1/1', 'quality-holder', 'approve', { when: 'PT10M' });
    answer(recall, 'assess/1/1', 'quality-holder', { risk: 'serious', injuries: 2 }, 'PT30M');
  });

  it('asks all again on what is known now, by the instant that stood, and what was decided on it is void', () => {
    const { dueAt, shown } = ask(recall, 'decide/1/2');
    const events = renew('decide/1/2', 'legal-holder');
    expect(typesOf(events).filter((type) => !type.startsWith('effect'))).toEqual([
      'ask renewed',
      'ask renewed',
      'asked',
      'asked',
    ]);
    expect(of(events, 'asked').map((one) => [one.role, one.dueAt, one.evidence.facts])).toEqual([
      ['quality', dueAt, { risk: 'serious', injuries: 2 }],
      ['legal', dueAt, { risk: 'serious', injuries: 2 }],
    ]);
    peopleFound(recall);
    expect(step(recall, 'decide').detail).toMatchObject({ votes: [] });
    // Nobody decides on the former question any more, and one vote is not two.
    expect(of(vote(recall, 'decide/1/2', 'legal-holder', 'approve', { shown }), 'decision refused')).toMatchObject([
      {
        reason: 'stale-hash',
        message: expect.stringMatching(
          /^this question was put anew as decide\/1\/4; changed .*facts \(injuries was not known, is 2; risk was not/,
        ),
      },
    ]);
    vote(recall, 'decide/1/4', 'legal-holder', 'approve', { when: 'PT2H' });
    expect(step(recall, 'decide').status).toBe('active');
    vote(recall, 'decide/1/3', 'quality-holder', 'approve', { when: 'PT2H' });
    expect(step(recall, 'decide').status).toBe('done');
  });

  it.each([
    ['who is not asked', 'decide/1/2', 'stranger', 'not-asked'],
    ['a question that is answered', 'decide/1/1', 'quality-holder', 'already-voted'],
    ['a question that there is not', 'decide/1/9', 'legal-holder', 'unknown-ask'],
  ])('is refused to %s', (_who, id, by, reason) => {
    expect(of(renew(id, by), 'answer refused')).toMatchObject([{ ask: id, by, reason }]);
  });

  it('is refused where nothing has changed', () => {
    renew('decide/1/2', 'legal-holder');
    peopleFound(recall);
    expect(of(renew('decide/1/4', 'legal-holder', 'PT2H'), 'answer refused')).toMatchObject([{ reason: 'unchanged' }]);
  });

  it('stands in the ledger, from which the state is rebuilt', () => {
    renew('decide/1/2', 'legal-holder');
    const rebuilt = recall.events.reduce<RecallState | null>(evolve, null);
    expect(rebuilt).toEqual(recall.state);
    expect(at('PT1H')).toBe(recall.state.now);
  });
});
