import type { Known } from '../../known.js';
import type { RecallState } from '../../state.js';
import { hasEnded } from '../../turn.js';
import type { IsoInstant } from '../../words.js';

/** What the recall knows at this instant of what was done, and so what a report to an authority may say. */
export function knownOf(state: RecallState, asOf: IsoInstant): Known {
  const { action, awareness, findings, injuries, steps } = state;
  const gates = steps.filter(({ detail }) => detail.kind === 'gate');
  return {
    asOf,
    trace: steps.flatMap(({ detail }) => (detail.kind === 'trace' ? [detail.found] : [])).at(-1) ?? null,
    action,
    isTurnedDown: awareness.decision === null && gates.length > 0 && gates.every(hasEnded),
    injuries,
    containments: steps.flatMap(({ detail, startedAt, endedAt }) => {
      if (detail.kind !== 'contain' || startedAt === null) return [];
      const { confirmationNumber, unitsHeld } = detail;
      return [
        {
          orderedAt: startedAt,
          confirmedAt: confirmationNumber === null ? null : endedAt,
          confirmationNumber,
          unitsHeld,
        },
      ];
    }),
    findings,
    campaigns: steps.flatMap(({ status, detail }) => {
      if (detail.kind !== 'campaign' || status === 'skipped' || status === 'failed') return [];
      const { approvedAt, tally } = detail;
      const { recipients, delivered, unitsReported } = tally;
      return [{ approvedAt, recipients, delivered, unitsReported }];
    }),
  };
}
