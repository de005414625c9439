import type { AskedPerson, Awareness, Effect, EffectResult, PlannedFiling, Question, Scope, Tally } from './effects.js';
import type { FactValue, Playbook } from './playbook.js';
import type {
  AskId,
  IsoInstant,
  Language,
  Market,
  PersonId,
  RecallAction,
  RecallId,
  RecallMode,
  RegimeId,
  RoleName,
  Sha256,
  StepName,
} from './words.js';

export type StepStatus = 'waiting' | 'active' | 'done' | 'skipped' | 'failed';

export type Vote = {
  by: PersonId;
  role: RoleName;
  onBehalfOf: PersonId | null;
  outcome: 'approve' | 'reject';
  at: IsoInstant;
};

export type FilingState = PlannedFiling & {
  status: 'planned' | 'sending' | 'sent' | 'filed';
  sentAt: IsoInstant | null;
  /** When its mail came back: it has not been filed by that mail. */
  returnedAt: IsoInstant | null;
  filedAt: IsoInstant | null;
  reference: string | null;
};

/** What a step has learned so far, by kind. */
export type StepDetail =
  | { kind: 'contain'; reference: string | null; unitsHeld: number | null }
  | { kind: 'assessment' }
  | { kind: 'task' }
  | { kind: 'gate'; votes: Vote[]; approved: boolean | null }
  | {
      kind: 'trace';
      found: EffectResult<'traceSales'> | null;
    }
  | {
      kind: 'filing';
      filings: FilingState[];
      counselNeeded: Market[];
      /** Awareness the present plan was made with; a new plan is asked for when it changes. */
      plannedFor: string | null;
    }
  | {
      kind: 'campaign';
      revision: number;
      frozen: { recipients: number; unreachable: number; missingLanguages: Language[]; hash: Sha256 } | null;
      votes: Vote[];
      /** When the preview was approved. */
      approvedAt: IsoInstant | null;
      tally: Tally;
      nextDue: IsoInstant | null;
      finished: boolean;
      enough: boolean;
      enoughBy: IsoInstant | null;
      /** `enoughBy` has passed without enough. */
      overdue: boolean;
    }
  | { kind: 'closure'; votes: Vote[]; shown: Sha256 | null };

export type StepState = {
  name: StepName;
  status: StepStatus;
  round: number;
  startedAt: IsoInstant | null;
  endedAt: IsoInstant | null;
  /** How many effects and asks this round has asked for; numbers the next one. */
  effects: number;
  asks: number;
  detail: StepDetail;
};

export type AskStatus = 'opening' | 'open' | 'answered' | 'withdrawn';

export type Ask = {
  id: AskId;
  step: StepName;
  round: number;
  question: Question;
  role: RoleName;
  regime: RegimeId | null;
  shown: Sha256;
  exclude: PersonId[];
  status: AskStatus;
  openedAt: IsoInstant | null;
  dueAt: IsoInstant;
  overdue: boolean;
  /** All who have been asked, in order; the first is the holder. */
  people: AskedPerson[];
  escalation: string | null;
  /** Rungs climbed so far; the repeats of an `every` rung count one each. */
  climbed: number;
  /** When the next rung is due, null when the ladder has ended or the ask is not open. */
  nextRungAt: IsoInstant | null;
  /** The ladder has ended in `act-alone`: one who holds that right decides alone. */
  actAlone: boolean;
};

/** An effect that failed for the time being and is due again. */
export type Postponed = { effect: Effect; dueAt: IsoInstant };

export type RecallState = {
  v: 1;
  recallId: RecallId;
  mode: RecallMode;
  action: RecallAction;
  playbook: Playbook;
  scope: Scope;
  opener: PersonId;
  /** Digest of the case file; missing in recalls that were opened before it was recorded. */
  caseDigest?: Sha256;
  openedAt: IsoInstant;
  awareness: Awareness;
  facts: Record<string, FactValue>;
  steps: StepState[];
  asks: Ask[];
  outbox: Effect[];
  postponed: Postponed[];
  /** Number of the last event. */
  seq: number;
  /** The latest instant any input carried. */
  now: IsoInstant;
  closedAt: IsoInstant | null;
};
