import { evaluateCondition, type Condition } from './conditions.js';
import type { Tally } from './effects.js';
import type { StepName } from './words.js';

/** The value of a condition over the tally of one campaign. The relay and the simulator ask this same function. */
export function watchValue(condition: Condition, step: StepName, tally: Tally): boolean {
  const acknowledged = tally.recipients === 0 ? 0 : tally.acknowledged / tally.recipients;
  const { recipients, delivered, unreachable } = tally;
  const seen = { recipients, delivered, unreachable, acknowledged };
  return evaluateCondition(condition, { facts: {}, steps: { [step]: seen } }) === true;
}
