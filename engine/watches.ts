import { evaluateCondition, type Condition } from './conditions.js';
import { countsSeen, type Tally } from './tally.js';
import type { StepName } from './words.js';

/** What a watch says: whether its condition holds, and whether somebody cannot be reached, who is to be telephoned. */
export type WatchSaid = { value: boolean; unreachable: boolean };

/**
 * A change of what a watch says. What a door saw comes by the relay and what a run of the campaign saw comes with its
 * result, so they may arrive in another order than they were made in: `change` numbers them, from 1.
 */
export type WatchChange = { change: number; value: boolean; tally: Tally };

/** What a watch says of the tally of one campaign. The relay and the simulator ask this same function. */
export function watchSays(condition: Condition, step: StepName, tally: Tally): WatchSaid {
  const value = evaluateCondition(condition, { facts: {}, steps: { [step]: countsSeen(tally) } }) === true;
  return { value, unreachable: tally.unreachable > 0 };
}

/**
 * Whether the recall is told. Of those who cannot be reached the first is news, and not each: the call list has them all,
 * and no recipient is a signal.
 */
export function isNews(was: WatchSaid, is: WatchSaid): boolean {
  return is.value !== was.value || (is.unreachable && !was.unreachable);
}
