import { digestOf } from '../digest.js';
import type { EffectPayload, Effect } from '../effects.js';
import { knownOf } from '../known.js';
import { stepOf, type FilingStep } from '../playbook.js';
import type { FilingState, RecallState } from '../state.js';
import {
  asksOf,
  finish,
  hasEnded,
  isPending,
  isUnanswered,
  openAsk,
  request,
  say,
  stepState,
  withdraw,
  type Turn,
} from '../turn.js';
import { after, earlier, type IsoInstant } from '../words.js';
import type { StateOf, StepRules } from './rules.js';

type Filing = StateOf<'filing'>;

/** What is owed to authorities: planned by the rules of each market, sent its own way, and not done before it has its reference. */
export const filing: StepRules<'filing'> = {
  react(turn, step) {
    const key = turn.state.awareness.decision ?? 'undecided';
    if (step.detail.plannedFor !== key) return plan(turn, step);
    for (const one of step.detail.filings) {
      if (one.status === 'planned' && one.dueAt !== null) send(turn, step, one);
    }
    if (step.detail.filings.every((one) => one.status === 'filed' || notOwed(turn.state, one))) {
      finish(turn, step, 'filed');
    }
  },
  onResult(turn, step, definition, result) {
    if (result.kind === 'planFilings') {
      const plannedFor = result.effect.payload.awareness.decision ?? 'undecided';
      say(turn, { type: 'filings planned', step: step.name, plan: result.result, plannedFor });
    }
    if (result.kind === 'fileReport') sent(turn, step, definition, result.effect.payload.regime);
  },
  /** A report that does not get out does not stop the clock that runs against it: a person files it another way. */
  onPostponed(turn, step, definition) {
    for (const { effect } of turn.state.postponed) {
      if (effect.kind !== 'fileReport' || effect.step !== step.name) continue;
      const one = step.detail.filings.find(({ regime }) => regime === effect.payload.regime);
      if (one && one.reference === null && !isAsked(turn.state, step, one.regime))
        ask(turn, step, definition, one, 'submit-filing');
    }
  },
  wrongAnswer: (_state, _definition, _ask, { values }) =>
    typeof values.reference === 'string' && values.reference.length > 0 && Object.keys(values).length === 1
      ? null
      : "expected reference=TEXT: the authority's own reference",
  onAnswer(turn, step, _definition, ask, { values }) {
    const one = step.detail.filings.find(({ regime }) => regime === ask.regime);
    if (one) filed(turn, step, one, String(values.reference));
  },
  due: (state, step) =>
    step.detail.filings.reduce<IsoInstant | null>((due, one) => earlier(due, chaseAt(state, step, one)), null),
  onDue(turn, step, definition) {
    for (const one of step.detail.filings) {
      const at = chaseAt(turn.state, step, one);
      if (at !== null && at <= turn.at) ask(turn, step, definition, one, 'chase-receipt');
    }
  },
};

/** The authority's reference has come, by mail. */
export function receiptCame(turn: Turn, step: Filing, regime: string, reference: string): void {
  const one = step.detail.filings.find((known) => known.regime === regime);
  if (!one || one.reference !== null) return;
  withdraw(
    turn,
    asksOf(turn.state, step).filter((open) => open.regime === regime),
  );
  filed(turn, step, one, reference);
}

/** Its mail has come back: nobody was notified, so its owner submits it another way, at once and by the same instant. */
export function reportReturned(turn: Turn, step: Filing, regime: string): void {
  const one = step.detail.filings.find((known) => known.regime === regime);
  if (!one || one.reference !== null || one.returnedAt !== null) return;
  say(turn, { type: 'report returned', step: step.name, regime: one.regime });
  withdraw(
    turn,
    asksOf(turn.state, step).filter((open) => open.regime === regime && open.question === 'chase-receipt'),
  );
  const definition = stepOf(turn.state.playbook, step.name) as FilingStep;
  if (!isAsked(turn.state, step, regime)) ask(turn, step, definition, one, 'submit-filing');
}

/** The authority has answered something that only a person can understand: its owner is asked to read it, unless they are asked already. */
export function mailCame(turn: Turn, step: Filing, regime: string): void {
  const one = step.detail.filings.find((known) => known.regime === regime);
  if (!one || one.reference !== null || isAsked(turn.state, step, regime)) return;
  ask(turn, step, stepOf(turn.state.playbook, step.name) as FilingStep, one, 'chase-receipt');
}

function plan(turn: Turn, step: Filing): void {
  if (isPending(turn.state, step.name, 'planFilings')) return;
  const markets = turn.state.steps.flatMap(({ detail }) =>
    detail.kind === 'trace' ? (detail.found?.markets ?? []) : [],
  );
  request(turn, step.name, 'planFilings', { markets, awareness: turn.state.awareness });
}

function send(turn: Turn, step: Filing, one: FilingState): void {
  request(turn, step.name, 'fileReport', reportOf(turn, one));
}

/** A report that is tried again says what is known by then. */
export function asKnownNow(turn: Turn, effect: Effect): Effect {
  if (effect.kind !== 'fileReport') return effect;
  const one = (stepState(turn.state, effect.step) as Filing).detail.filings.find(
    ({ regime }) => regime === effect.payload.regime,
  );
  return one ? { ...effect, payload: reportOf(turn, one) } : effect;
}

function reportOf(turn: Turn, one: FilingState): EffectPayload<'fileReport'> {
  const { awareness, scope, facts } = turn.state;
  const { status: _s, sentAt: _t, returnedAt: _b, filedAt: _f, reference: _r, ...filing } = one;
  return { regime: one.regime, filing, awareness, scope, facts, known: knownOf(turn.state, turn.at) };
}

function sent(turn: Turn, step: Filing, definition: FilingStep, regime: string): void {
  const one = step.detail.filings.find((known) => known.regime === regime)!;
  say(turn, { type: 'report sent', step: step.name, regime: one.regime, mode: one.mode });
  // An authority's reference can overtake the word that the report went out.
  if (one.mode === 'portal' && one.reference === null) ask(turn, step, definition, one, 'submit-filing');
}

function ask(
  turn: Turn,
  step: Filing,
  definition: FilingStep,
  one: FilingState,
  question: 'submit-filing' | 'chase-receipt',
): void {
  const { owner: role, due, escalation } = definition;
  const dueAt = question === 'submit-filing' && one.dueAt !== null && one.dueAt > turn.at ? one.dueAt : undefined;
  const shown = digestOf({ step: step.name, round: step.round, regime: one.regime, question });
  openAsk(turn, step.name, { question, role, due, dueAt, escalation, shown, regime: one.regime });
}

function filed(turn: Turn, step: Filing, one: FilingState, reference: string): void {
  const filedAt = one.filedAt ?? turn.at;
  const onTime = one.dueAt !== null && filedAt <= one.dueAt;
  say(turn, { type: 'report filed', step: step.name, regime: one.regime, reference, onTime });
  // A report that waited for another try has been filed another way.
  for (const { effect } of turn.state.postponed) {
    if (effect.kind !== 'fileReport' || effect.payload.regime !== one.regime) continue;
    const failure = { code: 'not-needed', message: 'filed another way', retryAfterSeconds: null };
    say(turn, { type: 'effect failed', effect: effect.id, failure });
  }
}

/** When a missing receipt is chased: once, by asking the owner; from then on that ask's ladder runs. */
function chaseAt(state: RecallState, step: Filing, one: FilingState): IsoInstant | null {
  if (one.mode !== 'mail' || one.status !== 'sent' || one.sentAt === null || one.returnedAt !== null) return null;
  return isAsked(state, step, one.regime) ? null : after(one.sentAt, one.receiptWithin);
}

function isAsked(state: RecallState, step: Filing, regime: string): boolean {
  return asksOf(state, step).some((open) => open.regime === regime && isUnanswered(open));
}

/** A duty that counts from the decision to recall does not arise where no gate can decide it any more. */
function notOwed(state: RecallState, one: FilingState): boolean {
  const gates = state.steps.filter(({ detail }) => detail.kind === 'gate');
  return one.dueAt === null && state.awareness.decision === null && gates.every(hasEnded);
}
