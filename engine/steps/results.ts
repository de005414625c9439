import type { ConditionContext } from '../conditions.js';
import type { RecallState, StepState } from '../state.js';
import type { StepResults } from './model.js';
import { resultsOfDetail } from './models.js';

/** What conditions see of a step, as its kind declares it. */
export function stepResults({ status, detail }: StepState): StepResults {
  return { done: status === 'done', ...resultsOfDetail(detail) };
}

/** What the conditions of a playbook see of the recall. */
export function contextOf(state: RecallState): ConditionContext {
  return { facts: state.facts, steps: Object.fromEntries(state.steps.map((step) => [step.name, stepResults(step)])) };
}
