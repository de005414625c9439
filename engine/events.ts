import type { AskedPerson, EffectRequest, EffectFailure, Question, RecallCase } from './effects.js';
import type { Awareness } from './awareness.js';
import type { Scope } from './scope.js';
import type { About, AboutA } from './about.js';
import type { Evidence } from './evidence.js';
import type { Form } from './form.js';
import type { SharedRoles } from './shared-roles.js';
import type { Injury } from './injury.js';
import type { RefusalReason } from './inputs.js';
import type { Mention, MentionFinding } from './mention.js';
import type { Finding } from './finding.js';
import type { FactValue, Playbook, StepKind } from './playbook.js';
import type { CampaignEvent } from './steps/campaign/model.js';
import type { ClosureEvent } from './steps/closure/model.js';
import type { ContainEvent } from './steps/contain/model.js';
import type { FilingEvent } from './steps/filing/model.js';
import type { GateEvent } from './steps/gate/model.js';
import type { TraceEvent } from './steps/trace/model.js';
import type { WaitEvent } from './steps/wait/model.js';
import type { AcceptedError, Verb } from './vote.js';
import type {
  AskId,
  EffectId,
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

/** What is said whatever kinds of steps there are. A requested effect is an event too. */
type RecallEventBody =
  | {
      type: 'recall opened';
      recallId: RecallId;
      mode: RecallMode;
      action: RecallAction;
      playbook: Playbook;
      scope: Scope;
      awareness: Awareness;
      opener: PersonId;
      /** Where one human is two of the people that a step needs, which the playbook allows. */
      sharedRoles: SharedRoles[];
      /** Null in a rehearsal, which has no case file. */
      case: RecallCase | null;
    }
  | { type: 'step started'; step: StepName; round: number }
  | { type: 'step skipped'; step: StepName }
  | { type: 'step done'; step: StepName; round: number; ending: string }
  /** It had ended, and has more to do: it goes on in its round, with all that it knows. */
  | { type: 'step resumed'; step: StepName; round: number }
  | { type: 'step reopened'; step: StepName; round: number; because: StepName }
  | { type: 'step failed'; step: StepName; round: number; reason: string }
  | { type: 'effect requested'; effect: EffectRequest }
  | { type: 'effect done'; effect: EffectId }
  | { type: 'effect postponed'; effect: EffectId; failure: EffectFailure; until: IsoInstant }
  | { type: 'effect failed'; effect: EffectId; failure: EffectFailure }
  | { type: 'effect result late'; effect: EffectId }
  | {
      type: 'asked';
      ask: AskId;
      step: StepName;
      round: number;
      question: Question;
      role: RoleName;
      about: About | null;
      dueAt: IsoInstant;
      form: Form;
      evidence: Evidence;
      /** Hash of form and evidence: a decision must carry it. */
      shown: Sha256;
      exclude: PersonId[];
      escalation: string | null;
    }
  | {
      type: 'people asked';
      ask: AskId;
      step: StepName;
      rung: number;
      people: AskedPerson[];
      nextRungAt: IsoInstant | null;
    }
  /** Some roles are held by others than before. */
  | { type: 'roster changed'; roles: HeldRole[] }
  /** They do not hold the role any more in which they were asked. */
  | { type: 'people left'; ask: AskId; step: StepName; people: PersonId[] }
  | { type: 'escalated'; ask: AskId; step: StepName; rung: number; to: string; nextRungAt: IsoInstant | null }
  | { type: 'acting alone allowed'; ask: AskId; step: StepName }
  /** What the silence on one revision allowed does not count for the next. */
  | { type: 'acting alone ended'; ask: AskId; step: StepName }
  | { type: 'ask overdue'; ask: AskId; step: StepName }
  | { type: 'ask withdrawn'; ask: AskId; step: StepName }
  /** Somebody who is asked wants to decide on what is known now, or corrected what was shown with it: the question is put anew, and what was said on it is void. */
  | { type: 'ask renewed'; ask: AskId; step: StepName; by: PersonId }
  | {
      type: 'answer given';
      ask: AskId;
      step: StepName;
      by: PersonId;
      onBehalfOf: PersonId | null;
      values: Record<string, FactValue>;
    }
  /** It was answered otherwise before, which stays on record. */
  | {
      type: 'answer corrected';
      ask: AskId;
      step: StepName;
      by: PersonId;
      onBehalfOf: PersonId | null;
      was: Record<string, FactValue>;
      values: Record<string, FactValue>;
    }
  | {
      type: 'decision given';
      ask: AskId;
      step: StepName;
      by: PersonId;
      role: RoleName;
      onBehalfOf: PersonId | null;
      verb: Verb;
      shown: Sha256;
      reason: Sha256 | null;
      /** Errors of the notice check that were accepted with it, each by its rule. */
      accepted: AcceptedError[];
      via: 'link' | 'session' | 'command' | 'signal';
    }
  | {
      type: 'decision refused';
      ask: AskId;
      by: PersonId;
      reason: RefusalReason;
      /** What has changed since it was shown; empty where the reason says all. */
      message: string;
      via: 'link' | 'session' | 'command' | 'signal';
    }
  | { type: 'answer refused'; ask: AskId; by: PersonId; reason: RefusalReason; message: string }
  | { type: 'facts set'; step: StepName; facts: Record<string, FactValue> }
  /** Somebody was hurt. `facts`: the number of injuries, where it is more than was said. */
  | { type: 'injury recorded'; injury: Injury; by: PersonId; facts: Record<string, FactValue> }
  /** Somebody outside says that a person was hurt, and quality is asked. */
  | { type: 'mention noted'; mention: Mention }
  | { type: 'mention judged'; about: AboutA<'post'>; by: PersonId; found: MentionFinding }
  | { type: 'awareness recorded'; what: 'decision'; instant: IsoInstant }
  | { type: 'cancellation refused'; by: PersonId; reason: RefusalReason }
  | { type: 'retrace refused'; by: PersonId; reason: RefusalReason }
  /** Quality has said what was tested, the root cause, or what is done about it. */
  | ({ type: 'finding attached' } & Finding)
  | { type: 'finding refused'; by: PersonId; reason: RefusalReason }
  /** It has ended before anybody outside was told. */
  | { type: 'recall cancelled'; by: PersonId; reason: Sha256 }
  | { type: 'recall closed' }
  /** Late answers are no longer taken, and every step that came after the closing has ended. */
  | { type: 'recall ended' };

/** What the steps of each kind say. */
export type StepEvents = {
  contain: ContainEvent;
  assessment: never;
  task: never;
  gate: GateEvent;
  trace: TraceEvent;
  filing: FilingEvent;
  campaign: CampaignEvent;
  wait: WaitEvent;
  closure: ClosureEvent;
};
export type StepEvent = StepEvents[StepKind];

/** Everything the engine says, in the past tense: of the recall, its steps' lifecycle, asks and effects, or of one kind of step. */
export type EventBody = RecallEventBody | StepEvent;

/** An event as it stands in the ledger: numbered by the engine, `at` recall time. */
export type RecallEvent = EventBody & { v: 1; seq: number; at: IsoInstant };
export type EventType = EventBody['type'];
