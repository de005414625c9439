import type { AttachedFinding } from './finding.js';
import type { Traced } from './traced.js';
import type { Injury } from './injury.js';
import type { IsoInstant, RecallAction } from './words.js';

/** What a recall knows of what was done so far, at an instant: a report to an authority says this and no more. */
export type Known = {
  asOf: IsoInstant;
  /** As it was recorded: sales that are imported later do not change what a report says. */
  trace: Traced | null;
  action: RecallAction;
  /** Every gate has ended, and none has decided on the action. */
  isTurnedDown: boolean;
  injuries: Injury[];
  /** Stop-ship instructions; `confirmedAt`, `confirmationNumber` and `unitsHeld` are null until the warehouse has confirmed. */
  containments: {
    orderedAt: IsoInstant;
    confirmedAt: IsoInstant | null;
    confirmationNumber: string | null;
    unitsHeld: number | null;
  }[];
  /** Campaigns that tell customers or will; `delivered`, and the units that customers have accounted for, as counted last. */
  campaigns: { approvedAt: IsoInstant | null; recipients: number; delivered: number; unitsReported: number }[];
  /** What quality has attached by then. */
  findings: AttachedFinding[];
};
