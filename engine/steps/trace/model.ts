import type { LateSales } from '../../late-sales.js';
import type { Traced } from '../../traced.js';
import type { PersonId, StepName } from '../../words.js';
import type { StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type TraceStep = StepCommon & { kind: 'trace' };
export type TraceDetail = {
  kind: 'trace';
  found: Traced | null;
  /** How often the sales have been traced. */
  traces: number;
  /** Sales that came after a trace, the so manieth: they can be told of before the engine hears of that trace itself. */
  late: (LateSales & { trace: number }) | null;
};
export type TraceEvent =
  | { type: 'trace found'; step: StepName; found: Traced }
  /** Somebody has them traced once more, as the sales are now. */
  | { type: 'traced again'; step: StepName; by: PersonId }
  | { type: 'sales came late'; step: StepName; trace: number; late: LateSales };
/** `trace`: after how many traces of this step; what it counts is all that has come since, and not what has come now. */
export type TraceInput = { type: 'sales came late'; step: StepName; trace: number; late: LateSales };

const results = { consignees: 'double', units: 'double' } as const;

export const traceModel: StepModel<TraceStep, TraceDetail, TraceEvent, typeof results> = {
  conditions: {},
  writesOutside: false,
  hasTold: () => false,
  asks: () => ({ roles: [], escalation: null }),
  results,
  resultsOf: ({ found }) => ({ consignees: found?.consignees ?? 0, units: found?.unitsSold ?? 0 }),
  fresh: () => ({ kind: 'trace', found: null, traces: 0, late: null }),
  evolve(detail, event) {
    switch (event.type) {
      case 'trace found': {
        const traces = detail.traces + 1;
        return { ...detail, found: event.found, traces, late: detail.late?.trace === traces ? detail.late : null };
      }
      case 'traced again':
        return detail;
      case 'sales came late':
        return { ...detail, late: { ...event.late, trace: event.trace } };
      default:
        return event satisfies never;
    }
  },
};

/** What has come since the last trace; null where nothing has. */
export function lateOf({ late, traces }: TraceDetail): LateSales | null {
  if (late === null || late.trace !== traces) return null;
  const { trace: _trace, ...rest } = late;
  return rest;
}
