import { describe, expect, it } from '@jest/globals';
import { evidenceLines } from '../../documents/evidence.js';
import { askedNow } from '../../engine/steps/asks.js';
import { traceWords } from '../../engine/steps/trace/words.js';
import type { PersonId } from '../../engine/words.js';
import { CONTAIN, closing, telling, TRACE } from './playbooks.js';
import {
  ask,
  at,
  done,
  frozenAs,
  give,
  of,
  opened,
  peopleFound,
  pending,
  step,
  stepName,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const GATE = `
  decide: { kind: gate, title: Decide, after: [trace], approvers: { all: [quality] }, due: PT8H, escalation: decision }`;
const STEPS =
  TRACE +
  GATE +
  telling('after: [decide], preview: [legal], escalation: stays, ladder: [{ by: email }]') +
  closing('trace');
const LATE = {
  lines: 14,
  units: 40,
  customers: 3,
  newCustomers: 2,
  replacedLines: 0,
  replacedUnits: 0,
  since: at('PT1M'),
};
const BY = 'opener' as PersonId;

function came(recall: Recall, trace = 1, late = LATE) {
  return give(recall, { type: 'sales came late', step: stepName('trace'), trace, late });
}
const again = (recall: Recall) => give(recall, { type: 'retrace', retrace: { by: BY } });

function traced(steps = STEPS): Recall {
  const recall = opened(steps);
  done(recall, 'traceSales', TRACED, 'PT1M');
  peopleFound(recall);
  return recall;
}

describe('sales that come after the trace', () => {
  it.each(['decide/1/1', 'close/1/1'])('are named to who is asked already, beside what was shown: %s', (id) => {
    const recall = traced();
    const before = ask(recall, id);
    expect(before.evidence).not.toHaveProperty('late');
    came(recall);
    const now = askedNow(recall.state, before);
    expect([now.evidence.late, now.shown === before.shown]).toEqual([LATE, false]);
    const lines = evidenceLines(
      { evidence: before.evidence, evidenceNow: now.evidence },
      { attached: new Map(), zone: 'UTC' },
    );
    expect(lines.find(({ name }) => name === 'Sales that came later')?.now).toMatch(
      /^14 lines, 40 units, 3 customers \(2 of them not traced\) since the trace of .*2026/,
    );
  });

  it('are shown with what is asked later, up to the preview and the closing, and with the step', () => {
    const recall = traced();
    came(recall);
    vote(recall, 'decide/1/1', 'quality-holder', 'approve');
    done(recall, 'freezeRecipients', frozenAs('a'.repeat(64)));
    expect(ask(recall, 'tell/1/1').evidence.late).toEqual(LATE);
    expect(traceWords.stands(step(recall, 'trace') as never, { kind: 'trace' } as never)).toBe(
      '20 units at 3 customers; since the trace: 14 lines, 40 units, 3 customers (2 of them not traced)',
    );
  });

  it('are told of before the engine hears of the trace itself, and count all the same', () => {
    const recall = opened(STEPS);
    came(recall);
    done(recall, 'traceSales', TRACED);
    expect(ask(recall, 'decide/1/1').evidence.late).toEqual(LATE);
  });
});

describe('a trace that is asked for again', () => {
  it('counts them: the step stays done, they are late no more, and a message that was under way says nothing', () => {
    const recall = traced();
    came(recall);
    expect(typesOf(again(recall))).toEqual(['traced again', 'effect requested']);
    const found = { ...TRACED, unitsSold: 60, consignees: 5 };
    expect(typesOf(done(recall, 'traceSales', found))).toEqual(['effect done', 'trace found']);
    expect(step(recall, 'trace').status).toBe('done');
    expect(came(recall)).toEqual([]);
    const { evidence } = askedNow(recall.state, ask(recall, 'decide/1/1'));
    expect([evidence.trace, evidence.late]).toEqual([found, undefined]);
    expect(came(recall, 2)).toMatchObject([{ type: 'sales came late', trace: 2 }]);
  });

  it('is refused, on record, before there is one, while one is under way, once recipients are frozen, and after the end', () => {
    const early = opened(STEPS);
    expect(again(early)).toMatchObject([{ type: 'retrace refused', by: BY, reason: 'not-traced' }]);
    const recall = traced();
    again(recall);
    expect(again(recall)).toMatchObject([{ reason: 'not-traced' }]);
    done(recall, 'traceSales', TRACED);
    vote(recall, 'decide/1/1', 'quality-holder', 'approve');
    expect(again(recall)).toMatchObject([{ reason: 'recipients-frozen' }]);
    done(recall, 'freezeRecipients', frozenAs('a'.repeat(64)));
    expect(again(recall)).toMatchObject([{ reason: 'recipients-frozen' }]);
    expect(came(recall)).toEqual([]);
    expect(came(recall, 2)).toHaveLength(1);
    vote(recall, 'close/1/1', 'legal-holder', 'approve');
    expect(again(recall)).toMatchObject([{ reason: 'recall-over' }]);
    expect(came(recall, 2)).toEqual([]);
  });

  it('is waited for by whoever freezes recipients', () => {
    const recall = traced(CONTAIN + STEPS);
    again(recall);
    const approved = vote(recall, 'decide/1/1', 'quality-holder', 'approve');
    expect(of(approved, 'effect requested')).toEqual([]);
    done(recall, 'traceSales', TRACED);
    expect(pending(recall, 'freezeRecipients').payload.revision).toBe(1);
  });
});
