import type {
  AskedPerson,
  Awareness,
  Effect,
  EffectFailure,
  EffectResult,
  Question,
  RecallCase,
  Scope,
  Tally,
} from './effects.js';
import type { RefusalReason } from './inputs.js';
import type { FactValue, Playbook } from './playbook.js';
import type {
  AskId,
  EffectId,
  IsoInstant,
  PersonId,
  RecallAction,
  RecallId,
  RecallMode,
  RegimeId,
  RoleName,
  Sha256,
  StepName,
} from './words.js';

/** Everything the engine says, in the past tense. A requested effect is an event too. */
export type EventBody =
  | {
      type: 'recall opened';
      recallId: RecallId;
      mode: RecallMode;
      action: RecallAction;
      playbook: Playbook;
      scope: Scope;
      awareness: Awareness;
      opener: PersonId;
      /** Missing in recalls that were opened before the case was recorded. */
      case?: RecallCase;
    }
  | { type: 'step started'; step: StepName; round: number }
  | { type: 'step skipped'; step: StepName }
  | { type: 'step done'; step: StepName; round: number; outcome: string }
  | { type: 'step reopened'; step: StepName; round: number; because: StepName }
  | { type: 'step failed'; step: StepName; round: number; reason: string }
  | { type: 'effect requested'; effect: Effect }
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
      regime: RegimeId | null;
      dueAt: IsoInstant;
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
  | { type: 'escalated'; ask: AskId; step: StepName; rung: number; to: string; nextRungAt: IsoInstant | null }
  | { type: 'acting alone allowed'; ask: AskId; step: StepName }
  | { type: 'ask overdue'; ask: AskId; step: StepName }
  | { type: 'ask withdrawn'; ask: AskId; step: StepName }
  | {
      type: 'answer given';
      ask: AskId;
      step: StepName;
      by: PersonId;
      onBehalfOf: PersonId | null;
      values: Record<string, FactValue>;
    }
  | {
      type: 'decision given';
      ask: AskId;
      step: StepName;
      by: PersonId;
      role: RoleName;
      onBehalfOf: PersonId | null;
      outcome: 'approve' | 'reject';
      shown: Sha256;
      reason: Sha256 | null;
      via: 'link' | 'command' | 'signal';
    }
  | { type: 'decision refused'; ask: AskId; by: PersonId; reason: RefusalReason; via: 'link' | 'command' | 'signal' }
  | { type: 'answer refused'; ask: AskId; by: PersonId; reason: RefusalReason; message: string }
  | { type: 'facts set'; step: StepName; facts: Record<string, FactValue> }
  | { type: 'awareness recorded'; what: 'decision'; instant: IsoInstant }
  | { type: 'gate opened'; step: StepName; round: number; alone: boolean }
  | { type: 'gate rejected'; step: StepName; round: number }
  | { type: 'shipping stopped'; step: StepName; reference: string; unitsHeld: number }
  | { type: 'trace found'; step: StepName; found: EffectResult<'traceSales'> }
  | { type: 'filings planned'; step: StepName; plan: EffectResult<'planFilings'>; plannedFor: string }
  | { type: 'report sent'; step: StepName; regime: RegimeId; mode: 'mail' | 'portal' }
  | { type: 'report returned'; step: StepName; regime: RegimeId }
  | { type: 'report filed'; step: StepName; regime: RegimeId; reference: string; onTime: boolean }
  | { type: 'recipients frozen'; step: StepName; revision: number; frozen: EffectResult<'freezeRecipients'> }
  | { type: 'preview approved'; step: StepName; revision: number; hash: Sha256 }
  | { type: 'preview rejected'; step: StepName; revision: number }
  | { type: 'campaign tallied'; step: StepName; tally: Tally; nextDue: IsoInstant | null }
  | { type: 'watch changed'; step: StepName; value: boolean; tally: Tally }
  | { type: 'enough not reached'; step: StepName }
  | { type: 'recall closed' }
  | { type: 'closing report written'; documents: string[] };

/** An event as it stands in the ledger: numbered by the engine, `at` recall time. */
export type RecallEvent = EventBody & { v: 1; seq: number; at: IsoInstant };
export type EventType = EventBody['type'];
