import type { ConditionContext } from '../conditions.js';
import type { RecallState, StepState } from '../state.js';

export type StepResults = Record<string, boolean | number>;

/** What conditions see of a step, as declared in STEP_RESULTS. */
export function stepResults({ status, detail }: StepState): StepResults {
  const done = status === 'done';
  switch (detail.kind) {
    case 'contain':
    case 'assessment':
    case 'task':
    case 'closure':
      return { done };
    case 'gate':
      return { done, approved: detail.approved === true };
    case 'trace':
      return { done, consignees: detail.found?.consignees ?? 0, units: detail.found?.unitsSold ?? 0 };
    case 'filing':
      return {
        done,
        owed: detail.filings.length,
        filed: detail.filings.filter((one) => one.filedAt !== null).length,
        receipted: detail.filings.filter((one) => one.reference !== null).length,
      };
    case 'campaign': {
      const { enough, overdue, finished, tally } = detail;
      const acknowledged = tally.recipients === 0 ? 0 : tally.acknowledged / tally.recipients;
      return {
        done,
        enough,
        overdue: overdue && !enough,
        finished,
        recipients: tally.recipients,
        delivered: tally.delivered,
        unreachable: tally.unreachable,
        acknowledged,
      };
    }
    default:
      return detail satisfies never;
  }
}

/** What the conditions of a playbook see of the recall. */
export function contextOf(state: RecallState): ConditionContext {
  return { facts: state.facts, steps: Object.fromEntries(state.steps.map((step) => [step.name, stepResults(step)])) };
}
