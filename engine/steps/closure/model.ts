import type { Condition } from '../../conditions.js';
import type { Vote } from '../../vote.js';
import type { StepName } from '../../words.js';
import type { Approvers, Asking, StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type ClosureStep = StepCommon & Asking & { kind: 'closure'; until: Condition | null; approvers: Approvers };
export type ClosureDetail = { kind: 'closure'; votes: Vote[] };
export type ClosureEvent = { type: 'closing report written'; step: StepName; documents: string[] };

export const closureModel: StepModel<ClosureStep, ClosureDetail, ClosureEvent> = {
  conditions: { until: 'recall' },
  writesOutside: false,
  hasTold: () => false,
  asks: ({ approvers, escalation }) => ({ roles: approvers.roles, escalation }),
  votes: ({ approvers }) => approvers,
  closes: true,
  results: {},
  resultsOf: () => ({}),
  fresh: () => ({ kind: 'closure', votes: [] }),
  evolve: (detail) => detail,
};
