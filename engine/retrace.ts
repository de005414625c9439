import type { Retrace, RefusalReason } from './inputs.js';
import type { RecallState, StateOf, StepState } from './state.js';
import { isPending, request, say, type Turn } from './turn.js';

/** Why the sales cannot be traced again; null where they can. Once recipients are frozen, who came later is named and not told. */
export function whyNotTraced(
  state: RecallState,
): Extract<RefusalReason, 'recall-over' | 'recipients-frozen' | 'not-traced'> | null {
  if (state.closedAt !== null || state.endedAt !== null) return 'recall-over';
  const isFrozen = state.steps.some(
    ({ name, detail }) =>
      detail.kind === 'campaign' &&
      // Who is named later is not traced.
      detail.audience !== 'passed-on' &&
      (detail.frozen !== null || isPending(state, name, 'freezeRecipients')),
  );
  if (isFrozen) return 'recipients-frozen';
  return tracedStep(state) === null ? 'not-traced' : null;
}

/** The last trace that has counted, unless it is counting again. */
function tracedStep({ steps, ...state }: RecallState): StateOf<'trace'> | null {
  const isTrace = (step: StepState): step is StateOf<'trace'> => step.detail.kind === 'trace';
  const found = steps.filter(isTrace).findLast(({ detail }) => detail.found !== null);
  return found === undefined || isPending({ steps, ...state }, found.name, 'traceSales') ? null : found;
}

/** Has the sales of the scope traced again, as they are now. Refused on record where recipients are frozen. */
export function takeRetrace(turn: Turn, { by }: Retrace): void {
  const why = whyNotTraced(turn.state);
  if (why !== null) return say(turn, { type: 'retrace refused', by, reason: why });
  const { name } = tracedStep(turn.state)!;
  say(turn, { type: 'traced again', step: name, by });
  request(turn, name, 'traceSales', { scope: turn.state.scope });
}
