import type { RoleName } from '../../words.js';
import type { Asking, StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type AssessmentStep = StepCommon & Asking & { kind: 'assessment'; owner: RoleName; sets: string[] };
export type AssessmentDetail = { kind: 'assessment' };

export const assessmentModel: StepModel<AssessmentStep, AssessmentDetail, never> = {
  conditions: {},
  sets: ({ sets }) => sets,
  writesOutside: false,
  hasTold: () => false,
  asks: ({ owner, escalation }) => ({ roles: [owner], escalation }),
  results: {},
  resultsOf: () => ({}),
  fresh: () => ({ kind: 'assessment' }),
  evolve: (detail) => detail,
};
