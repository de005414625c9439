import type { EffectFailure, EffectKind, EffectResult } from './effects.js';
import type { Finding } from './finding.js';
import type { InjuryCame } from './injury.js';
import type { MentionInput } from './mention.js';
import type { FactValue } from './playbook.js';
import type { CampaignInput } from './steps/campaign/model.js';
import type { FilingInput } from './steps/filing/model.js';
import type { TraceInput } from './steps/trace/model.js';
import type { AcceptedError, Verb } from './vote.js';
import type { AskId, EffectId, HeldRole, IsoInstant, PersonId, Sha256 } from './words.js';

/** A decision on a gate, a preview or a closure, as the API hands it on after it has checked who is speaking. */
export type Decision = {
  ask: AskId;
  verb: Verb;
  by: PersonId;
  /** Hash of what the person was shown. */
  shown: Sha256;
  /** Salted hash of the reason's text, which is a row of the store. */
  reason: Sha256 | null;
  /** Errors that an approval accepts by name; none where nothing has to be accepted. */
  accepted: AcceptedError[];
  via: 'link' | 'session' | 'command' | 'signal';
};

/** Somebody who is asked wants the question put anew, on what is known now. */
export type Renewal = { ask: AskId; by: PersonId };

/** The end of a recall before anybody outside was told; `reason` is the salted hash of its text. */
export type Cancellation = { by: PersonId; reason: Sha256 };

/** Somebody wants the sales traced again, as they are now. */
export type Retrace = { by: PersonId };

/** An answer to an assessment, a task, a filing that a person submits, or a receipt that a person chased. */
export type Answer = {
  ask: AskId;
  by: PersonId;
  values: Record<string, FactValue>;
  /** It takes the place of what was answered before; said by whoever answers, so that of two first answers none goes under. */
  corrects: boolean;
};

/** What the world outside tells a step, by way of the relay: each kind says what it takes. */
export type StepInput = CampaignInput | FilingInput | TraceInput;

/** A roster was imported by which some roles are held otherwise than before: only these are named, by ids. */
export type RosterChanged = { type: 'roster changed'; roles: HeldRole[] };

/** What a recall is told by way of the relay. */
export type ToldInput = StepInput | RosterChanged | InjuryCame | MentionInput;

export type Input =
  | { type: 'tick' }
  | { type: 'decision'; decision: Decision }
  | { type: 'answer'; answer: Answer }
  | { type: 'renewal'; renewal: Renewal }
  | { type: 'cancellation'; cancellation: Cancellation }
  | { type: 'retrace'; retrace: Retrace }
  | { type: 'finding'; finding: Finding }
  /** A decision that came as a raw Temporal signal: nothing but a request to verify its token. */
  | { type: 'raw decision'; decision: Decision; token: string }
  | { type: 'effect done'; effect: EffectId; kind: EffectKind; result: EffectResult<EffectKind> }
  | { type: 'effect failed'; effect: EffectId; failure: EffectFailure }
  | ToldInput;

export type InputAt = Input & { at: IsoInstant };

/** Why a decision or an answer is refused; also the type of the failed update. */
export type RefusalReason =
  | 'not-asked'
  /** Was asked, and does not hold the role any more. */
  | 'role-left'
  | 'opener-excluded'
  | 'already-voted'
  | 'gate-closed'
  | 'stale-hash'
  | 'unknown-ask'
  | 'wrong-answer'
  /** What is wrong with the thing decided on was not accepted, each error by name and with a reason. */
  | 'not-accepted'
  /** Nothing has changed since the question was asked. */
  | 'unchanged'
  /** Of a cancellation: customers or authorities have been told, or may be being told now. */
  | 'outside-told'
  /** Of a task: somebody on its call list has not been called as often as the playbook says. */
  | 'calls-open'
  /** Of a cancellation or a trace: the recall is closed, cancelled or has ended; of a finding: it has ended. */
  | 'recall-over'
  /** Of a trace: there is none yet, or it is under way. */
  | 'not-traced'
  /** Of a trace: who will be told is frozen, and does not change any more. */
  | 'recipients-frozen'
  | 'token-invalid'
  | 'link-expired'
  | 'link-revoked'
  | 'engine-fault';
