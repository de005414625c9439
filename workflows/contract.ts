import type { About } from '../engine/about.js';
import type { RecallCase } from '../engine/effects.js';
import type { Awareness } from '../engine/awareness.js';
import type { Scope } from '../engine/scope.js';
import type { RecallEvent } from '../engine/events.js';
import type { NoticeOutcome } from '../engine/facts.js';
import type { Evidence } from '../engine/evidence.js';
import type { Form } from '../engine/form.js';
import type { Finding } from '../engine/finding.js';
import type { Answer, Cancellation, Decision, RefusalReason, Renewal, Retrace, ToldInput } from '../engine/inputs.js';
import type { SharedRoles } from '../engine/shared-roles.js';
import type { Phase } from '../engine/phase.js';
import type { Playbook } from '../engine/playbook.js';
import type { RecallState } from '../engine/state.js';
import type { ClockKind, IsoInstant, PersonId, RecallAction, RecallId, RecallMode } from '../engine/words.js';

/** Names and payloads that the workflow, its callers and its activities share. This file imports types only. */

export const TASK_QUEUE = 'recall';
export const NAMESPACE = 'default';
export const RECALL_WORKFLOW = 'recall';
export const TEST_NOTICE_WORKFLOW = 'sendTestNotice';

export function workflowIdOf(recallId: RecallId): string {
  return `recall/${recallId}`;
}

/** The recall a workflow id belongs to, or null where it is another workflow's. */
export function recallIdOf(workflowId: string): RecallId | null {
  const found = /^recall\/(RC-\d{4}-\d{4,})$/.exec(workflowId);
  return found ? (found[1] as RecallId) : null;
}

/** Custom search attributes by name and Temporal type; values are never encrypted, so ids and counts only. */
export const SEARCH_ATTRIBUTES = {
  RecallId: 'Keyword',
  RecallMode: 'Keyword',
  RecallStatus: 'Keyword',
  RecallPlaybook: 'Keyword',
  RecallOpenAsks: 'Int',
  RecallMarkets: 'KeywordList',
} as const;

export type OpenRecall = {
  recallId: RecallId;
  mode: RecallMode;
  action: RecallAction;
  clock: ClockKind;
  playbook: Playbook;
  scope: Scope;
  awareness: Awareness;
  opener: PersonId;
  sharedRoles: SharedRoles[];
  case: RecallCase | null;
  openedAt: IsoInstant;
};

/** Which text of a notice is mailed as a test, by the id of its row, and what became of it. */
export type TestNoticeAsked = { id: string };
export type TestNoticeSent = { outcome: NoticeOutcome | 'in-doubt' };

/** Workflow input: an opening, or what a run carries over when it continues as new. */
export type RecallInput = { v: 1; open: OpenRecall; carried: Carried | null };
export type Carried = {
  state: RecallState;
  pending: RecallEvent[];
  /** The number of the last event that stands in the ledger. */
  appended: number;
  clockAt: IsoInstant;
  seenIds: string[];
  /** The latest updates that were answered, by id; missing where an older build carried over. */
  answered?: AnsweredUpdate[];
  stepNo: number;
};
export type AnsweredUpdate = { id: string } & UpdateAnswer;
/** What an update came to: the number of the last event then, and the refusal where there was one. */
export type UpdateAnswer = { seq: number; refusal: { reason: RefusalReason; message: string } | null };
export type RecallEnd = { recallId: RecallId; endedAt: IsoInstant; seq: number };

/** Updates. `at` is stamped by the shell from the recall's clock. The answer is the number of the last event the input made. */
export const UPDATES = {
  decide: 'decide',
  answer: 'answer',
  renew: 'renew',
  cancel: 'cancel',
  retrace: 'retrace',
  attach: 'attach',
  advance: 'advance',
  repair: 'repair',
} as const;
export type DecideUpdate = { message: 'decide'; v: 1; at: IsoInstant; decision: Decision; token: string };
export type AnswerUpdate = { message: 'answer'; v: 1; at: IsoInstant; answer: Answer };
export type RenewUpdate = { message: 'renew'; v: 1; at: IsoInstant; renewal: Renewal };
export type CancelUpdate = { message: 'cancel'; v: 1; at: IsoInstant; cancellation: Cancellation };
export type RetraceUpdate = { message: 'retrace'; v: 1; at: IsoInstant; retrace: Retrace };
export type AttachUpdate = { message: 'attach'; v: 1; at: IsoInstant; finding: Finding };
export type Applied = { seq: number };
/** Moves a drill's clock; refused for `mode: recall`. A repeated `stepNo` only waits; who moves it by hand counts no steps (null). */
export type AdvanceUpdate = { message: 'advance'; v: 1; stepNo: number | null; to: IsoInstant };
/** Tries again what stands still. */
export type RepairUpdate = { message: 'repair'; v: 1; at: IsoInstant };
export type Repaired = { seq: number; tried: string[] };
export type Advanced = { settled: boolean; nextDue: IsoInstant | null; seq: number; phase: Phase };

/** Signals. `id` makes a repeated one harmless. */
export const SIGNALS = { relayed: 'relayed', rawDecision: 'decision' } as const;
export type Relayed = {
  message: 'relayed';
  v: 1;
  id: string;
  at: IsoInstant;
  input: ToldInput;
};
/** A decision without the API: it counts only when its token is valid. */
export type RawDecision = {
  message: 'raw decision';
  v: 1;
  id: string;
  at: IsoInstant;
  decision: Decision;
  token: string;
};

/** Whatever a workflow is told. Each is read, and held against its shape, before the workflow's code sees it (`trust/messages.ts`). */
export type Message =
  | DecideUpdate
  | AnswerUpdate
  | RenewUpdate
  | CancelUpdate
  | RetraceUpdate
  | AttachUpdate
  | AdvanceUpdate
  | RepairUpdate
  | Relayed
  | RawDecision;
/** What stands in the place of a payload that could not be read. */
export type Unreadable = { unreadable: string };

/** Query for engineers; no screen uses it. */
export const QUERIES = { state: 'state' } as const;

/** The type of the failure by which an activity says that it would fail for ever: it is not tried again by itself. */
export const FOR_EVER = 'for-ever';

/** What of a recall stands still, because to try it again would fail again: `append`, or the effect with that id. */
export type Halt = { what: string; message: string };

/** The one activity that is no effect: appends events to the ledger, in order, once. */
export type AppendEvents = { recallId: RecallId; events: RecallEvent[]; view: StatusView; halts: Halt[] };
/** What the append projects into read models in its transaction. */
export type StatusView = {
  asks: {
    ask: string;
    step: string;
    question: string;
    role: string;
    status: 'opening' | 'open' | 'answered' | 'withdrawn';
    people: string[];
    /** Who was asked and holds the role no more. */
    left: string[];
    openedAt: string | null;
    dueAt: string;
    nextRungAt: string | null;
    about: About | null;
    form: Form;
    evidence: Evidence;
    shown: string;
    evidenceNow: Evidence | null;
    /** Whether what was said on it may be corrected, and if not why; null while nothing was said. */
    correction: { may: boolean; why: string } | null;
  }[];
  steps: {
    step: string;
    kind: string;
    title: string;
    status: string;
    round: number;
    startedAt: string | null;
    endedAt: string | null;
    words: string;
  }[];
  nextDue: IsoInstant | null;
  phase: Phase;
  closedAt: IsoInstant | null;
  endedAt: IsoInstant | null;
};
