import { stepOf, type Playbook } from './playbook.js';
import type { RecallState } from './state.js';
import { modelOf } from './steps/models.js';
import { after, type IsoInstant, type StepName } from './words.js';

/**
 * Where a recall stands. `closing`: people are asked whether it can be closed. `closed`: late answers are still taken, and
 * the steps that come after the closing run. `ended`: nothing more happens.
 */
export type Phase = 'open' | 'closing' | 'closed' | 'ended';

export function phaseOf(state: RecallState): Phase {
  if (state.endedAt !== null) return 'ended';
  if (state.closedAt !== null) return 'closed';
  const isAsked = (name: StepName): boolean =>
    state.asks.some(({ step, status }) => step === name && (status === 'opening' || status === 'open'));
  return state.steps.some(({ name, detail }) => modelOf(detail.kind).closes && isAsked(name)) ? 'closing' : 'open';
}

/** Whether a step may act by itself now: after the closing only those do that come after it. */
export function goesOn(state: RecallState, name: StepName): boolean {
  if (state.endedAt !== null) return false;
  return state.closedAt === null || comesAfterClosing(state.playbook, name);
}

/** True for the steps that wait for the closing, by `after` or by a condition that speaks of it. */
export function comesAfterClosing(playbook: Playbook, name: StepName): boolean {
  const { after: before, mentions } = stepOf(playbook, name);
  return [...before, ...mentions].some(
    (other) => other !== name && (modelOf(stepOf(playbook, other).kind).closes || comesAfterClosing(playbook, other)),
  );
}

/**
 * When a closed recall ends by itself: when late answers are no longer taken and no step runs any more. Null while it is
 * not closed, or waits for a step or an effect.
 */
export function endsAt(state: RecallState): IsoInstant | null {
  if (state.closedAt === null || state.endedAt !== null || state.outbox.length > 0) return null;
  if (state.steps.some(({ name, status }) => status === 'active' && comesAfterClosing(state.playbook, name)))
    return null;
  return after(state.closedAt, state.playbook.lateAnswers);
}
