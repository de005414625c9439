import type { About } from './about.js';
import type { AskedPerson, Effect, EffectRequest, Question, RecallCase } from './effects.js';
import type { Awareness } from './awareness.js';
import type { Scope } from './scope.js';
import type { Evidence } from './evidence.js';
import type { AttachedFinding } from './finding.js';
import type { Form } from './form.js';
import type { Injury } from './injury.js';
import type { Mention } from './mention.js';
import type { FactValue, Playbook } from './playbook.js';
import type { Rejection } from './vote.js';
import type { AssessmentDetail } from './steps/assessment/model.js';
import type { CampaignDetail } from './steps/campaign/model.js';
import type { ClosureDetail } from './steps/closure/model.js';
import type { ContainDetail } from './steps/contain/model.js';
import type { FilingDetail } from './steps/filing/model.js';
import type { GateDetail } from './steps/gate/model.js';
import type { TaskDetail } from './steps/task/model.js';
import type { TraceDetail } from './steps/trace/model.js';
import type { WaitDetail } from './steps/wait/model.js';
import type {
  AskId,
  HeldRole,
  IsoInstant,
  PersonId,
  RecallAction,
  RecallId,
  RecallMode,
  RoleName,
  Sha256,
  StepName,
} from './words.js';

export type StepStatus = 'waiting' | 'active' | 'done' | 'skipped' | 'failed';

/** What a step has learned so far, by kind. */
export type StepDetail =
  | ContainDetail
  | AssessmentDetail
  | TaskDetail
  | GateDetail
  | TraceDetail
  | FilingDetail
  | CampaignDetail
  | WaitDetail
  | ClosureDetail;
export type DetailOf<K extends StepDetail['kind']> = Extract<StepDetail, { kind: K }>;

export type StepState = {
  name: StepName;
  status: StepStatus;
  round: number;
  /** The step whose rejection has sent this one back, null in its first round. */
  because: StepName | null;
  startedAt: IsoInstant | null;
  endedAt: IsoInstant | null;
  /** How many effects and asks this round has asked for; numbers the next one. */
  effects: number;
  asks: number;
  detail: StepDetail;
};

/** The state of a step of one kind, with its detail. */
export type StateOf<K extends StepDetail['kind']> = StepState & { detail: DetailOf<K> };

export type AskStatus = 'opening' | 'open' | 'answered' | 'withdrawn';

export type Ask = {
  id: AskId;
  step: StepName;
  round: number;
  question: Question;
  role: RoleName;
  about: About | null;
  form: Form;
  /** What was shown when it opened; it never changes. */
  evidence: Evidence;
  shown: Sha256;
  exclude: PersonId[];
  status: AskStatus;
  openedAt: IsoInstant | null;
  dueAt: IsoInstant;
  overdue: boolean;
  /** All who have been asked, in order; the first is the holder. */
  people: AskedPerson[];
  /** What was answered, as it stands; null where nothing was, or where it is decided. */
  given: { by: PersonId; values: Record<string, FactValue> } | null;
  /** Who was asked and holds the role no more. */
  left: PersonId[];
  escalation: string | null;
  /** Rungs climbed so far; the repeats of an `every` rung count one each. */
  climbed: number;
  /** When the next rung is due, null when the ladder has ended or the ask is not open. */
  nextRungAt: IsoInstant | null;
  /** The ladder has ended in `act-alone`: one who holds that right decides alone. */
  actAlone: boolean;
};

/** An effect that failed for the time being and is due again. */
export type Postponed = { effect: EffectRequest; dueAt: IsoInstant };

export type RecallState = {
  v: 1;
  recallId: RecallId;
  mode: RecallMode;
  action: RecallAction;
  playbook: Playbook;
  scope: Scope;
  opener: PersonId;
  /** Null in a rehearsal, which has no case file. */
  case: RecallCase | null;
  openedAt: IsoInstant;
  awareness: Awareness;
  facts: Record<string, FactValue>;
  /** Everybody who is known to have been hurt, in the order in which it was recorded. */
  injuries: Injury[];
  /** Of whom somebody outside says that they were hurt, as quality is asked of them. */
  mentions: Mention[];
  steps: StepState[];
  asks: Ask[];
  /** Every rejection so far, which those are shown who are asked again. */
  rejections: (Rejection & { step: StepName })[];
  findings: AttachedFinding[];
  /** The roles that have changed hands since the opening; `since`: the number of the event that said so. */
  held: (HeldRole & { since: number })[];
  outbox: Effect[];
  postponed: Postponed[];
  /** Number of the last event. */
  seq: number;
  /** The latest instant any input carried. */
  now: IsoInstant;
  closedAt: IsoInstant | null;
  endedAt: IsoInstant | null;
};
