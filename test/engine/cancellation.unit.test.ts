import { describe, expect, it } from '@jest/globals';
import { nextDue } from '../../engine/decide.js';
import { measureRead } from '../../engine/measures.js';
import { phaseOf } from '../../engine/phase.js';
import type { PersonId, Sha256 } from '../../engine/words.js';
import { ASSESS, closing, CONTAIN, NOTIFY, telling, TRACE } from './playbooks.js';
import {
  at,
  containedByTelephone,
  done,
  failed,
  frozenAs,
  give,
  of,
  opened,
  owed,
  peopleFound,
  pending,
  step,
  TRACED,
  typesOf,
  vote,
  type Recall,
} from './recall.js';

const STEPS =
  CONTAIN +
  TRACE +
  ASSESS +
  NOTIFY +
  telling('after: [trace], preview: [legal], escalation: stays, ladder: [{ by: email }]') +
  closing('tell');
const REASON = 'c'.repeat(64) as Sha256;

function cancel(recall: Recall, when?: string) {
  return give(recall, { type: 'cancellation', cancellation: { by: 'opener' as PersonId, reason: REASON } }, when);
}

function traced(): Recall {
  const recall = opened(STEPS);
  containedByTelephone(recall);
  done(recall, 'traceSales', TRACED);
  return recall;
}

describe('a recall that is cancelled', () => {
  it('ends at once: nobody is asked any more, and every step has its end', () => {
    const recall = opened(STEPS);
    failed(recall, 'stopShipping', 900);
    peopleFound(recall);
    const events = cancel(recall, 'PT10M');
    expect(events.at(-1)).toMatchObject({ type: 'recall cancelled', by: 'opener', reason: REASON, at: at('PT10M') });
    expect(of(events, 'effect failed')).toMatchObject([{ failure: { code: 'not-needed' } }]);
    expect(recall.state.asks.map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn']);
    expect(step(recall, 'contain').status).toBe('done');
    expect(of(events, 'step done').map(({ ending }) => ending)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect([step(recall, 'close').status, phaseOf(recall.state), nextDue(recall.state)]).toEqual([
      'skipped',
      'ended',
      null,
    ]);
  });

  it('takes what was under way as done, and does nothing with it', () => {
    const recall = opened(STEPS);
    const asking = recall.state.outbox.map(({ kind }) => kind);
    cancel(recall);
    expect(typesOf(done(recall, 'traceSales', TRACED))).toEqual(['effect done']);
    expect(typesOf(failed(recall, 'stopShipping', 900))).toEqual(['effect failed']);
    peopleFound(recall);
    expect([asking.length > 2, recall.state.outbox, recall.state.postponed]).toEqual([true, [], []]);
  });

  it('has its ending in the measures, and no closing', () => {
    const recall = opened(STEPS);
    cancel(recall, 'PT10M');
    const entry = { recallId: 'RC-2026-0001', link: 1, wall: at('PT1H'), rows: null };
    const events = recall.events.map((body) => ({ body, entry }));
    expect(measureRead({ events, facts: [] } as never)).toMatchObject({
      cancelled: { at: at('PT10M'), by: 'opener', reason: REASON },
      endedAt: at('PT10M'),
      closedAt: null,
      recallDays: null,
    });
  });

  it('is not cancelled a second time', () => {
    const recall = opened(STEPS);
    cancel(recall);
    expect(cancel(recall)).toMatchObject([{ type: 'cancellation refused', by: 'opener', reason: 'recall-over' }]);
  });
});

describe('cancelling', () => {
  it('is possible while a preview is decided on, and no more when it is approved', () => {
    const frozen = (): Recall => {
      const recall = traced();
      done(recall, 'freezeRecipients', frozenAs('a'.repeat(64)));
      peopleFound(recall);
      return recall;
    };
    expect(typesOf(cancel(frozen()))).toContain('recall cancelled');
    const recall = frozen();
    vote(recall, 'tell/1/1', 'legal-holder', 'approve');
    // Nothing has been delivered yet, and it may be on the wire.
    expect(pending(recall, 'runCampaign')).toBeDefined();
    expect(cancel(recall)).toMatchObject([{ type: 'cancellation refused', reason: 'outside-told' }]);
    expect(recall.state.endedAt).toBeNull();
  });

  it('is no more possible when a report is on its way by mail, and still where a pack waits to be submitted', () => {
    const planned = (mode: 'mail' | 'portal'): Recall => {
      const recall = traced();
      done(recall, 'planFilings', { filings: [owed('gb', { mode })], counselNeeded: [], lawThere: [] });
      return recall;
    };
    expect(cancel(planned('mail'))).toMatchObject([{ reason: 'outside-told' }]);
    const portal = planned('portal');
    done(portal, 'fileReport', { documents: [] });
    expect(typesOf(cancel(portal))).toContain('recall cancelled');
  });

  it('is refused once the recall is closed', () => {
    const recall = opened(closing());
    peopleFound(recall);
    vote(recall, 'close/1/1', 'legal-holder', 'approve');
    expect(cancel(recall)).toMatchObject([{ reason: 'recall-over' }]);
  });
});
