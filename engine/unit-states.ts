import { customerOf } from './contact-roles.js';
import { layersOf } from './layers.js';
import { pick, sum, type Entries } from './entries.js';
import type { ResponseAnswer } from './facts.js';
import { unitsUnknown } from './units-unknown.js';

/** Every affected unit is in exactly one of these; they add up to `total`. */
export type UnitStates = {
  onHand: number;
  quarantinedByCustomers: number;
  destroyed: number;
  creditedBeforeRecall: number;
  usedOrSoldOn: number;
  unknown: number;
  total: number;
};

/** What has become of the units, by what the store saw and what people reported. */
export function unitStatesOf({ events, facts }: Entries): UnitStates {
  const trace = pick(facts, 'trace recorded').at(-1)?.body;
  // Where the warehouse never answered by itself, a person was told by telephone what it holds.
  const held = pick(facts, 'containment confirmed').at(-1) ?? pick(events, 'shipping stopped').at(-1);
  const onHand = held?.body.unitsHeld ?? 0;
  // Who answers again corrects what they, or another contact of their customer, said before.
  const answers = new Map<string, ResponseAnswer>();
  // What our customers passed on is in their own numbers.
  const opened = pick(events, 'recall opened')[0]?.body;
  const layers = opened ? layersOf(opened.playbook) : new Map();
  for (const { body } of pick(facts, 'response recorded'))
    if (!layers.has(body.step)) answers.set(customerOf(body.recipient), body.answer);
  const reported = [...answers.values()];
  const quarantinedByCustomers = sum(reported, ({ quarantined }) => quarantined);
  const destroyed = sum(reported, (answer) => answer.destroyed);
  const usedOrSoldOn = sum(reported, ({ soldOn }) => soldOn);
  const creditedBeforeRecall = trace?.unitsCreditedMatched ?? 0;
  return {
    onHand,
    quarantinedByCustomers,
    destroyed,
    creditedBeforeRecall,
    usedOrSoldOn,
    ...unitsUnknown(trace, { held: onHand, reported: quarantinedByCustomers + destroyed + usedOrSoldOn }),
  };
}
