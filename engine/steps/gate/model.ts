import type { Vote } from '../../vote.js';
import type { StepName } from '../../words.js';
import type { Approvers, Asking, StepCommon } from '../definition.js';
import type { StepModel } from '../model.js';

export type GateStep = StepCommon &
  Asking & {
    kind: 'gate';
    approvers: Approvers;
    excludeOpener: boolean;
    onReject: { backTo: StepName; atMost: number } | null;
  };
export type GateDetail = { kind: 'gate'; votes: Vote[]; approved: boolean | null };
export type GateEvent =
  | { type: 'gate opened'; step: StepName; round: number; alone: boolean }
  | { type: 'gate rejected'; step: StepName; round: number };

const results = { approved: 'bool' } as const;

export const gateModel: StepModel<GateStep, GateDetail, GateEvent, typeof results> = {
  conditions: {},
  writesOutside: false,
  hasTold: () => false,
  asks: ({ approvers, escalation }) => ({ roles: approvers.roles, escalation }),
  votes: ({ approvers }) => approvers,
  results,
  resultsOf: ({ approved }) => ({ approved: approved === true }),
  fresh: () => ({ kind: 'gate', votes: [], approved: null }),
  evolve: (detail, { type }) => ({ ...detail, approved: type === 'gate opened' }),
};
