import { evaluateCondition, type Condition } from './conditions.js';
import { countsSeen, type Tally } from './tally.js';
import type { StepName } from './words.js';

/** The value of a condition over the tally of one campaign. The relay and the simulator ask this same function. */
export function watchValue(condition: Condition, step: StepName, tally: Tally): boolean {
  return evaluateCondition(condition, { facts: {}, steps: { [step]: countsSeen(tally) } }) === true;
}
