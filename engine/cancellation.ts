import type { Cancellation, RefusalReason } from './inputs.js';
import type { RecallState } from './state.js';
import { modelOf } from './steps/models.js';
import { finish, say, withdraw, type Turn } from './turn.js';

/** Why a recall cannot be cancelled any more; null where it can. */
export function whyNotCancelled(state: RecallState): Extract<RefusalReason, 'recall-over' | 'outside-told'> | null {
  if (state.closedAt !== null || state.endedAt !== null) return 'recall-over';
  // What has been asked for may be on the wire already.
  return state.steps.some(({ detail }) => modelOf(detail.kind).hasTold(detail)) ? 'outside-told' : null;
}

/**
 * Ends a recall before anybody outside has been told: nobody is asked any more, what was put off is not tried again, and
 * what still waited does not start. Afterwards it is refused, on record.
 */
export function takeCancellation(turn: Turn, { by, reason }: Cancellation): void {
  const why = whyNotCancelled(turn.state);
  if (why !== null) return say(turn, { type: 'cancellation refused', by, reason: why });
  withdraw(turn, turn.state.asks);
  const failure = { code: 'not-needed', message: 'the recall has been cancelled', retryAfterSeconds: null };
  for (const { effect } of turn.state.postponed) say(turn, { type: 'effect failed', effect: effect.id, failure });
  for (const step of turn.state.steps) {
    if (step.status === 'active') finish(turn, step, 'cancelled');
    if (step.status === 'waiting') say(turn, { type: 'step skipped', step: step.name });
  }
  say(turn, { type: 'recall cancelled', by, reason });
}
