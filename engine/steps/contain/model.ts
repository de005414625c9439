import type { RoleName, StepName } from '../../words.js';
import type { Asking, StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

/** `due` and `escalation` count for the ask that goes to the owner when the warehouse cannot be reached. */
export type ContainStep = StepCommon & Asking & { kind: 'contain'; owner: RoleName };
export type ContainDetail = { kind: 'contain'; confirmationNumber: string | null; unitsHeld: number | null };
export type ContainEvent = { type: 'shipping stopped'; step: StepName; confirmationNumber: string; unitsHeld: number };

export const containModel: StepModel<ContainStep, ContainDetail, ContainEvent> = {
  conditions: {},
  writesOutside: false,
  hasTold: () => false,
  asks: ({ owner, escalation }) => ({ roles: [owner], escalation }),
  results: {},
  resultsOf: () => ({}),
  fresh: () => ({ kind: 'contain', confirmationNumber: null, unitsHeld: null }),
  evolve: (detail, { confirmationNumber, unitsHeld }) => ({ ...detail, confirmationNumber, unitsHeld }),
};
