import type { Condition } from '../conditions.js';
import type { IsoDuration, RoleName, StepName } from '../words.js';

/** What the definition of every step says, whatever its kind. */
export type StepCommon = {
  name: StepName;
  title: string;
  after: StepName[];
  /** Starts the step once it is true; while it can still become true the step waits, else it is skipped. */
  when: Condition | null;
  /** The steps that the step's conditions on the recall mention, found by the parser. */
  mentions: StepName[];
};

/** Every answerable step says how long its ask may stay open and which ladder runs meanwhile. */
export type Asking = { due: IsoDuration; escalation: string | null };

/** `all`: one vote of each role. `any`: so many votes of different people who hold one of the roles. */
export type Approvers = { kind: 'all'; roles: RoleName[] } | { kind: 'any'; roles: RoleName[]; count: number };
