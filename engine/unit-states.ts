import { pick } from './entries.js';
import type { Measured } from './measured.js';
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
export function unitStatesOf({ events, facts, counted: { reported } }: Measured): UnitStates {
  const trace = pick(facts, 'trace recorded').at(-1)?.body;
  // Where the warehouse never answered by itself, a person was told by telephone what it holds.
  const held = pick(facts, 'containment confirmed').at(-1) ?? pick(events, 'shipping stopped').at(-1);
  const onHand = held?.body.unitsHeld ?? 0;
  const { quarantined: quarantinedByCustomers, destroyed, soldOn: usedOrSoldOn } = reported;
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
