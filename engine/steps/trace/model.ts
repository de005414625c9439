import type { Traced } from '../../traced.js';
import type { StepName } from '../../words.js';
import type { StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type TraceStep = StepCommon & { kind: 'trace' };
export type TraceDetail = { kind: 'trace'; found: Traced | null };
export type TraceEvent = { type: 'trace found'; step: StepName; found: Traced };

const results = { consignees: 'double', units: 'double' } as const;

export const traceModel: StepModel<TraceStep, TraceDetail, TraceEvent, typeof results> = {
  conditions: {},
  writesOutside: false,
  hasTold: () => false,
  asks: () => ({ roles: [], escalation: null }),
  results,
  resultsOf: ({ found }) => ({ consignees: found?.consignees ?? 0, units: found?.unitsSold ?? 0 }),
  fresh: () => ({ kind: 'trace', found: null }),
  evolve: (detail, { found }) => ({ ...detail, found }),
};
