import { beforeEach, describe, expect, it } from '@jest/globals';
import { nextDue } from '../../engine/decide.js';
import { CONTAIN, PACK, TRACE } from './playbooks.js';
import {
  answer,
  ask,
  at,
  done,
  failed,
  give,
  of,
  opened,
  peopleFound,
  pending,
  step,
  tick,
  tickAndAsk,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const STEPS = `${CONTAIN}${TRACE}${PACK}
  close:
    kind: closure
    title: Close
    after: [trace]
    until: trace.units >= 10 && contain.done
    approvers: { any: [commander, quality, legal], count: 2 }
    due: P2D
    escalation: stays`;

let recall: Recall;
beforeEach(() => {
  recall = opened(STEPS);
  peopleFound(recall);
});

function asked(): void {
  done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 5 });
  done(recall, 'traceSales', TRACED);
  peopleFound(recall);
}

describe('a closure by two people on a computed condition', () => {
  it('asks nobody before its condition is true', () => {
    done(recall, 'traceSales', TRACED);
    expect(step(recall, 'close')).toMatchObject({ status: 'active', asks: 0 });
    const events = done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 5 });
    expect(of(events, 'asked').map(({ role }) => role)).toEqual(['commander', 'quality', 'legal']);
  });

  it('never asks where the condition stays false', () => {
    done(recall, 'traceSales', { ...TRACED, unitsSold: 9 });
    done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 5 });
    tick(recall, 'P400D');
    expect(step(recall, 'close')).toMatchObject({ status: 'active', asks: 0 });
  });

  it('closes on the second person’s vote, withdraws every open ask, and exports what stands then', () => {
    asked();
    expect(typesOf(vote(recall, 'close/1/2', 'quality-holder', 'approve', { when: 'PT1H' }))).toEqual([
      'decision given',
    ]);
    const events = vote(recall, 'close/1/3', 'legal-holder', 'approve', { when: 'PT2H' });
    expect(typesOf(events)).toEqual([
      'decision given',
      'ask withdrawn',
      'step done',
      'ask withdrawn',
      'recall closed',
      'effect requested',
    ]);
    expect(recall.state.closedAt).toBe(at('PT2H'));
    expect(ask(recall, 'pack/1/1').status).toBe('withdrawn');
    // The report reads the ledger with the closing in it.
    expect(pending(recall, 'writeClosingReport').reads).toBeGreaterThan(of(recall.events, 'recall closed')[0]!.seq);
    expect(nextDue(recall.state)).toBeNull();
  });

  it('writes its report after it has closed', () => {
    asked();
    for (const [id, by] of [
      ['close/1/2', 'quality-holder'],
      ['close/1/3', 'legal-holder'],
    ] as const) {
      vote(recall, id, by, 'approve');
    }
    expect(done(recall, 'writeClosingReport', { documents: ['closing-report.pdf'] })).toMatchObject([
      { type: 'effect done' },
      { type: 'closing report written', documents: ['closing-report.pdf'] },
    ]);
    expect(recall.state.outbox).toEqual([]);
  });

  it('one person is not two, whichever ask they use', () => {
    asked();
    tickAndAsk(recall, 'PT3H');
    expect(typesOf(vote(recall, 'close/1/2', 'commander-holder', 'approve'))).toEqual(['decision given']);
    expect(vote(recall, 'close/1/1', 'commander-holder', 'approve')).toMatchObject([{ reason: 'already-voted' }]);
    expect(recall.state.closedAt).toBeNull();
  });

  it('rejected, is asked again in a new round after the time an answer may take', () => {
    asked();
    const events = vote(recall, 'close/1/2', 'quality-holder', 'reject', { when: 'PT1H' });
    expect(typesOf(events)).toEqual([
      'decision given',
      'ask withdrawn',
      'ask withdrawn',
      'step reopened',
      'step started',
    ]);
    expect(nextDue(recall.state)).toBe(at('PT3H'));
    answer(recall, 'pack/1/1', 'quality-holder', {}, 'PT1H');
    expect(nextDue(recall.state)).toBe(at('P2DT1H'));
    expect(of(tick(recall, 'P2D'), 'asked')).toEqual([]);
    expect(of(tick(recall, 'P2DT1H'), 'asked').map(({ ask: id }) => id)).toEqual([
      'close/2/1',
      'close/2/2',
      'close/2/3',
    ]);
    expect(ask(recall, 'close/2/1').shown).not.toBe(ask(recall, 'close/1/1').shown);
  });

  it('rejected, waits again for its condition where that no longer holds', () => {
    recall = opened(STEPS.replace('trace.units >= 10', 'pack.done == false'));
    peopleFound(recall);
    asked();
    vote(recall, 'close/1/2', 'quality-holder', 'reject', { when: 'PT1H' });
    answer(recall, 'pack/1/1', 'quality-holder', {}, 'PT1H');
    expect(nextDue(recall.state)).toBeNull();
    expect(tick(recall, 'P30D')).toEqual([]);
  });

  it('does not fail when its report cannot be written: it is closed', () => {
    asked();
    vote(recall, 'close/1/2', 'quality-holder', 'approve');
    vote(recall, 'close/1/3', 'legal-holder', 'approve');
    expect(typesOf(failed(recall, 'writeClosingReport', null))).toEqual(['effect failed']);
    expect(step(recall, 'close').status).toBe('done');
  });

  it('takes no answer and no decision afterwards', () => {
    asked();
    vote(recall, 'close/1/2', 'quality-holder', 'approve');
    vote(recall, 'close/1/3', 'legal-holder', 'approve');
    expect(vote(recall, 'close/1/1', 'commander-holder', 'approve')).toMatchObject([{ reason: 'gate-closed' }]);
    expect(answer(recall, 'pack/1/1', 'quality-holder', {})).toMatchObject([{ reason: 'gate-closed' }]);
    expect(tick(recall, 'P90D')).toEqual([]);
  });
});

describe('effects that end otherwise', () => {
  it('one that fails for good fails its step, and nobody is asked about it any more', () => {
    const events = failed(recall, 'traceSales', null);
    expect(events).toMatchObject([
      { type: 'effect failed', effect: 'trace/1/traceSales/1' },
      { type: 'step failed', step: 'trace', reason: 'service-missing' },
    ]);
    expect(step(recall, 'close').status).toBe('waiting');
    recall = opened(STEPS);
    expect(typesOf(failed(recall, 'askPeople', null))).toEqual(['effect failed', 'ask withdrawn', 'step failed']);
    expect(nextDue(recall.state)).toBeNull();
  });

  it('one that fails for the time being is asked for again under its own id, at its instant', () => {
    expect(failed(recall, 'traceSales', 60, 'PT1M')).toMatchObject([{ type: 'effect postponed', until: at('PT2M') }]);
    expect(tick(recall, 'PT1M59S')).toEqual([]);
    expect(tick(recall, 'PT2M')).toMatchObject([
      { type: 'effect requested', effect: { id: 'trace/1/traceSales/1', kind: 'traceSales' } },
    ]);
    expect(recall.state.postponed).toEqual([]);
    done(recall, 'traceSales', TRACED);
    expect(step(recall, 'trace').status).toBe('done');
  });

  it('a result that nobody waits for is recorded as late, and changes nothing', () => {
    const { id, kind } = pending(recall, 'traceSales');
    done(recall, 'traceSales', TRACED);
    const before = recall.state;
    const late = { type: 'effect done' as const, effect: id, kind, result: { ...TRACED, unitsSold: 99 } };
    const events = give(recall, late);
    expect(events).toMatchObject([{ type: 'effect result late', effect: id }]);
    expect(recall.state).toEqual({ ...before, seq: before.seq + 1 });
  });
});

describe('containment while the warehouse is away', () => {
  beforeEach(() => {
    failed(recall, 'stopShipping', 900);
    peopleFound(recall);
  });

  it('asks its owner once to see to it by telephone, and goes on trying', () => {
    expect(ask(recall, 'contain/1/1')).toMatchObject({ question: 'confirm-containment', role: 'commander' });
    tick(recall, 'PT15M');
    expect(typesOf(failed(recall, 'stopShipping', 900))).toEqual(['effect postponed']);
  });

  it('is withdrawn when the warehouse confirms', () => {
    tick(recall, 'PT15M');
    expect(typesOf(done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 5 }))).toEqual([
      'effect done',
      'shipping stopped',
      'ask withdrawn',
      'step done',
    ]);
  });

  it('is confirmed by a person with what the warehouse said, and no later answer changes that', () => {
    expect(answer(recall, 'contain/1/1', 'commander-holder', { confirmationNumber: 'by phone' })).toMatchObject([
      { type: 'answer refused', reason: 'wrong-answer' },
    ]);
    for (const unitsHeld of [-1, 5.5, 9_007_199_254_740_991])
      expect(
        typesOf(answer(recall, 'contain/1/1', 'commander-holder', { confirmationNumber: 'by phone', unitsHeld })),
      ).toEqual(['answer refused']);
    const values = { confirmationNumber: 'by phone', unitsHeld: 0 };
    expect(of(answer(recall, 'contain/1/1', 'commander-holder', values), 'step done')).toMatchObject([
      { ending: 'confirmed by a person' },
    ]);
    tick(recall, 'PT15M');
    expect(typesOf(done(recall, 'stopShipping', { confirmationNumber: 'WH-1', unitsHeld: 5 }))).toEqual([
      'effect done',
    ]);
    expect(step(recall, 'contain').detail).toMatchObject({ confirmationNumber: 'by phone', unitsHeld: 0 });
  });
});
