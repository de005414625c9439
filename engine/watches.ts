import { evaluateCondition, type Condition } from './conditions.js';
import { countsSeen, type Tally } from './tally.js';
import type { StepName } from './words.js';

/**
 * A change of what a watch says. What a door saw comes by the relay and what a run of the campaign saw comes with its
 * result, so they may arrive in another order than they were made in: `change` numbers them, from 1.
 */
export type WatchChange = { change: number; value: boolean; tally: Tally };

/** The value of a condition over the tally of one campaign. The relay and the simulator ask this same function. */
export function watchValue(condition: Condition, step: StepName, tally: Tally): boolean {
  return evaluateCondition(condition, { facts: {}, steps: { [step]: countsSeen(tally) } }) === true;
}
