import type { CallRules } from '../../calls.js';
import type { RoleName } from '../../words.js';
import type { Asking, StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type TaskStep = StepCommon &
  Asking & {
    kind: 'task';
    owner: RoleName;
    /** The task is to telephone people; null where it is another. */
    calls: CallRules | null;
  };
export type TaskDetail = { kind: 'task' };

export const taskModel: StepModel<TaskStep, TaskDetail, never> = {
  conditions: {},
  writesOutside: false,
  hasTold: () => false,
  asks: ({ owner, escalation }) => ({ roles: [owner], escalation }),
  results: {},
  resultsOf: () => ({}),
  fresh: () => ({ kind: 'task' }),
  evolve: (detail) => detail,
};
