import type { Condition } from '../../conditions.js';
import { durationMs, type IsoDuration, type IsoInstant, type RoleName, type StepName } from '../../words.js';
import type { StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type WaitStep = StepCommon & { kind: 'wait'; until: Until };

/** What is waited for. Time comes by itself; what a condition speaks of may never come, so it has a limit. */
export type Until =
  | { kind: 'duration'; after: StepName; duration: IsoDuration }
  | { kind: 'instant'; instant: IsoInstant }
  | { kind: 'condition'; condition: Condition; limit: Limit };

/** How long a condition is waited for, and what happens then: the recall goes on without it, or a person is asked. */
export type Limit = { within: IsoDuration; then: AtLimit };
export type AtLimit =
  { kind: 'continue' } | ({ kind: 'ask'; role: RoleName } & { due: IsoDuration; escalation: string });

/** `met`: its condition came true. `elapsed`: its time came. `limit`: its condition did not come in time. */
export type WaitEnd = 'met' | 'elapsed' | 'limit';

export type WaitDetail = {
  kind: 'wait';
  /** Until when a person has said to wait, instead of the playbook's limit. */
  extendedTo: IsoInstant | null;
  /** The limit has passed and somebody is asked. */
  asked: boolean;
  ended: { by: WaitEnd; waited: IsoDuration } | null;
};
export type WaitEvent =
  | { type: 'limit reached'; step: StepName }
  | { type: 'wait extended'; step: StepName; until: IsoInstant }
  | { type: 'wait ended'; step: StepName; by: WaitEnd; waited: IsoDuration };

const results = {
  met: 'bool',
  elapsed: 'bool',
  atLimit: 'bool',
  /** For how long it has waited, once it is over. */
  hours: 'double',
} as const;

const HOUR_MS = 3_600_000;

export const waitModel: StepModel<WaitStep, WaitDetail, WaitEvent, typeof results> = {
  conditions: { 'until.condition': 'told' },
  writesOutside: false,
  hasTold: () => false,
  asks({ until }) {
    if (until.kind !== 'condition' || until.limit.then.kind !== 'ask') return { roles: [], escalation: null };
    const { role, escalation } = until.limit.then;
    return { roles: [role], escalation };
  },
  results,
  resultsOf: ({ ended }) => ({
    met: ended?.by === 'met',
    elapsed: ended?.by === 'elapsed',
    atLimit: ended?.by === 'limit',
    hours: ended === null ? 0 : durationMs(ended.waited)! / HOUR_MS,
  }),
  fresh: () => ({ kind: 'wait', extendedTo: null, asked: false, ended: null }),
  evolve(detail, event) {
    switch (event.type) {
      case 'limit reached':
        return { ...detail, asked: true };
      case 'wait extended':
        return { ...detail, asked: false, extendedTo: event.until };
      case 'wait ended':
        return { ...detail, asked: false, ended: { by: event.by, waited: event.waited } };
      default:
        return event satisfies never;
    }
  },
};
