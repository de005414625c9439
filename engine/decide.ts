import { climb } from './asks.js';
import { takeFinding } from './attach-finding.js';
import { takeCancellation } from './cancellation.js';
import { evaluateCondition } from './conditions.js';
import type { EffectRequest } from './effects.js';
import type { RecallEvent } from './events.js';
import type { InputAt, StepInput } from './inputs.js';
import { comesAfterClosing, endsAt, goesOn } from './phase.js';
import { stepOf, type StepDefinition } from './playbook.js';
import { takeAnswer, takeAskFailure, takeAskResult, takeDecision, takeRawDecision, takeRenewal } from './decisions.js';
import { takeRetrace } from './retrace.js';
import { takeRosterChange } from './roster-change.js';
import type { RecallState, StateOf, StepState } from './state.js';
import { rulesOf } from './steps/registry.js';
import { contextOf } from './steps/results.js';
import type { ResultOf } from './steps/step-rules.js';
import { takeInjury } from './take-injury.js';
import { judged, takeMention } from './take-mention.js';
import { asksOf, hasEnded, say, stepState, withdraw, type Turn } from './turn.js';
import { earlier, secondsAfter, type IsoInstant } from './words.js';

const TURN_EVENTS_MAX = 2_000;

/**
 * What follows from an input: first everything that was due at or before its instant, then the input, then all that
 * becomes possible by it. Pure; the caller folds the events with `evolve`.
 */
export function decide(state: RecallState, input: InputAt): RecallEvent[] {
  return advance(state, input).events;
}

/** What follows from an input, with the state after it, which is what `evolve` makes of the events. */
export function advance(before: RecallState, input: InputAt): { state: RecallState; events: RecallEvent[] } {
  const at = input.at > before.now ? input.at : before.now;
  const turn: Turn = { state: before, at, events: [] };
  settle(turn);
  take(turn, input);
  settle(turn);
  const { state, events } = turn;
  return { state, events };
}

/** The next instant at which the engine has something to do by itself, or null where it waits for others. */
export function nextDue(state: RecallState): IsoInstant | null {
  if (state.endedAt !== null) return null;
  const postponed = state.postponed.map(({ dueAt }) => dueAt);
  const asks = state.asks.map((ask) =>
    ask.status === 'open' ? earlier(ask.nextRungAt, ask.overdue ? null : ask.dueAt) : null,
  );
  const steps = state.steps.map((step) => stepDue(state, step));
  return [...asks, ...postponed, ...steps, endsAt(state)].reduce<IsoInstant | null>(earlier, null);
}

function stepDue(state: RecallState, step: StepState): IsoInstant | null {
  if (step.status !== 'active' || !goesOn(state, step.name)) return null;
  const definition = stepOf(state.playbook, step.name);
  return rulesOf(definition.kind).due?.(state, step as StateOf<never>, definition) ?? null;
}

/** Lets everything happen that is due or possible now, until nothing more follows. */
function settle(turn: Turn): void {
  for (let before = -1; before < turn.events.length;) {
    before = turn.events.length;
    doDue(turn);
    for (const { name } of turn.state.steps) react(turn, name);
    if (turn.events.length > TURN_EVENTS_MAX) throw new Error('the playbook does not come to rest');
  }
}

function isDue({ at }: Turn, instant: IsoInstant | null): boolean {
  return instant !== null && instant <= at;
}

function doDue(turn: Turn): void {
  if (turn.state.endedAt !== null) return;
  for (const { effect } of turn.state.postponed.filter(({ dueAt }) => isDue(turn, dueAt))) {
    say(turn, { type: 'effect requested', effect: again(turn, effect) });
  }
  for (const ask of turn.state.asks.filter(({ status }) => status === 'open')) {
    if (isDue(turn, ask.dueAt) && !ask.overdue) say(turn, { type: 'ask overdue', ask: ask.id, step: ask.step });
    if (isDue(turn, ask.nextRungAt)) climb(turn, ask);
  }
  for (const { name } of turn.state.steps) {
    const step = stepState(turn.state, name);
    if (!isDue(turn, stepDue(turn.state, step))) continue;
    const definition = stepOf(turn.state.playbook, name);
    rulesOf(definition.kind).onDue?.(turn, step as StateOf<never>, definition);
  }
  if (isDue(turn, endsAt(turn.state))) end(turn);
}

/** Nobody is asked any more, what was put off is not tried again, and what still waited does not start. */
function end(turn: Turn): void {
  withdraw(turn, turn.state.asks);
  const failure = { code: 'not-needed', message: 'the recall has ended', retryAfterSeconds: null };
  for (const { effect } of turn.state.postponed) say(turn, { type: 'effect failed', effect: effect.id, failure });
  for (const { name, status } of turn.state.steps)
    if (status === 'waiting' && comesAfterClosing(turn.state.playbook, name))
      say(turn, { type: 'step skipped', step: name });
  say(turn, { type: 'recall ended' });
}

function again(turn: Turn, effect: EffectRequest): EffectRequest {
  const { kind } = stepOf(turn.state.playbook, effect.step);
  const step = stepState(turn.state, effect.step) as StateOf<never>;
  return rulesOf(kind).again?.(turn, step, effect) ?? effect;
}

function react(turn: Turn, name: StepState['name']): void {
  if (!goesOn(turn.state, name)) return;
  const definition = stepOf(turn.state.playbook, name);
  const step = stepState(turn.state, name);
  if (step.status === 'waiting') startOrSkip(turn, step, definition);
  if (step.status === 'done' && rulesOf(definition.kind).resumes?.(turn.state, step as StateOf<never>, definition))
    say(turn, { type: 'step resumed', step: name, round: step.round });
  const now = stepState(turn.state, name);
  if (now.status === 'active') rulesOf(definition.kind).react(turn, now as StateOf<never>, definition);
}

function startOrSkip(turn: Turn, step: StepState, definition: StepDefinition): void {
  const { state } = turn;
  if (!definition.after.every((name) => hasEnded(stepState(state, name)))) return;
  if (definition.after.some((name) => stepState(state, name).status === 'failed')) return;
  const verdict = definition.when === null ? true : evaluateCondition(definition.when, contextOf(state));
  if (verdict === true) return say(turn, { type: 'step started', step: step.name, round: step.round });
  const { startsHeld } = rulesOf(definition.kind);
  const isOpen = (name: StepState['name']): boolean =>
    name !== step.name && stepOf(state.playbook, name).kind !== 'gate' && !hasEnded(stepState(state, name));
  // A duty from knowledge waits for no decision.
  if (startsHeld?.applies(definition) && !definition.mentions.some(isOpen)) {
    say(turn, { type: 'step started', step: step.name, round: step.round });
    return startsHeld.begin(turn, step as StateOf<never>);
  }
  if (definition.mentions.every((name) => name === step.name || hasEnded(stepState(state, name)))) {
    say(turn, { type: 'step skipped', step: step.name });
  }
}

function take(turn: Turn, input: InputAt): void {
  switch (input.type) {
    case 'tick':
      return;
    case 'decision':
      return takeDecision(turn, input.decision);
    case 'raw decision':
      return takeRawDecision(turn, input.decision, input.token);
    case 'answer':
      return takeAnswer(turn, input.answer);
    case 'renewal':
      return takeRenewal(turn, input.renewal);
    case 'cancellation':
      return takeCancellation(turn, input.cancellation);
    case 'retrace':
      return takeRetrace(turn, input.retrace);
    case 'finding':
      return takeFinding(turn, input.finding);
    case 'effect done':
      return takeResult(turn, input);
    case 'effect failed':
      return takeFailure(turn, input);
    case 'roster changed':
      return takeRosterChange(turn, input);
    case 'injury came':
      return takeInjury(turn, input);
    case 'mention came':
      return takeMention(turn, input.mention);
    case 'mention judged':
      return judged(turn, input);
    default:
      return tellSteps(turn, input);
  }
}

/** What the world outside tells is for the first step that takes it. */
function tellSteps(turn: Turn, input: StepInput): void {
  if (turn.state.endedAt !== null) return;
  for (const { name } of turn.state.steps) {
    const definition = stepOf(turn.state.playbook, name);
    const step = stepState(turn.state, name);
    const rules = rulesOf(definition.kind);
    if (!goesOn(turn.state, name) && rules.afterClosing === 'nothing') continue;
    if (rules.onInput?.(turn, step as StateOf<never>, definition, input)) return;
  }
}

function takeResult(turn: Turn, input: Extract<InputAt, { type: 'effect done' }>): void {
  const effect = turn.state.outbox.find((pending) => pending.id === input.effect);
  if (!effect) return say(turn, { type: 'effect result late', effect: input.effect });
  // What was under way when the recall was cancelled is needed no more.
  if (turn.state.endedAt !== null) return say(turn, { type: 'effect done', effect: effect.id });
  const done = { kind: effect.kind, effect, result: input.result } as ResultOf;
  const definition = stepOf(turn.state.playbook, effect.step);
  const rules = rulesOf(definition.kind);
  const seen = rules.seenBy?.(done) ?? null;
  if (seen !== null) {
    tellSteps(turn, seen);
    settle(turn);
  }
  say(turn, { type: 'effect done', effect: effect.id });
  if (takeAskResult(turn, done)) return;
  const step = stepState(turn.state, effect.step);
  const counts = step.status === 'active' || rules.resultsAfterEnd?.includes(effect.kind);
  // A step that was sent back has moved on: what an effect of its former round found no longer counts.
  if (step.round !== effect.round || !counts) return;
  rules.onResult?.(turn, step as StateOf<never>, definition, done);
}

function takeFailure(turn: Turn, input: Extract<InputAt, { type: 'effect failed' }>): void {
  const effect = turn.state.outbox.find((pending) => pending.id === input.effect);
  if (!effect) return say(turn, { type: 'effect result late', effect: input.effect });
  const { failure } = input;
  if (failure.retryAfterSeconds === null || turn.state.endedAt !== null) {
    say(turn, { type: 'effect failed', effect: effect.id, failure });
    if (takeAskFailure(turn, effect)) return;
    const step = stepState(turn.state, effect.step);
    // A step that has ended or was sent back does not fail by what it no longer waits for.
    if (step.round !== effect.round || step.status !== 'active') return;
    withdraw(turn, asksOf(turn.state, step));
    return say(turn, { type: 'step failed', step: step.name, round: step.round, reason: failure.code });
  }
  const until = secondsAfter(turn.at, failure.retryAfterSeconds);
  say(turn, { type: 'effect postponed', effect: effect.id, failure, until });
  const definition = stepOf(turn.state.playbook, effect.step);
  const step = stepState(turn.state, effect.step);
  if (step.status === 'active') rulesOf(definition.kind).onPostponed?.(turn, step as StateOf<never>, definition);
}
