import { climb, mayAnswer, peopleAsked } from './asks.js';
import { evaluateCondition } from './conditions.js';
import type { RecallEvent } from './events.js';
import type { Answer, Decision, InputAt } from './inputs.js';
import { stepOf, type StepDefinition } from './playbook.js';
import type { RecallState, StepState } from './state.js';
import { asKnownNow, mailCame, receiptCame, reportReturned } from './steps/filing.js';
import { rulesOf } from './steps/registry.js';
import { contextOf } from './steps/results.js';
import type { ResultOf, StateOf } from './steps/rules.js';
import { asksOf, hasEnded, request, say, stepState, withdraw, type Turn } from './turn.js';
import { earlier, secondsAfter, type IsoInstant } from './words.js';

const TURN_EVENTS_MAX = 2_000;

/**
 * What follows from an input: first everything that was due at or before its instant, then the input, then all that
 * becomes possible by it. Pure; the caller folds the events with `evolve`.
 */
export function decide(state: RecallState, input: InputAt): RecallEvent[] {
  const at = input.at > state.now ? input.at : state.now;
  const turn: Turn = { state, at, events: [] };
  settle(turn);
  take(turn, input);
  settle(turn);
  return turn.events;
}

/** The next instant at which the engine has something to do by itself, or null where it waits for others. */
export function nextDue(state: RecallState): IsoInstant | null {
  const postponed = state.postponed.map(({ dueAt }) => dueAt);
  if (hasClosed(state)) return postponed.reduce<IsoInstant | null>(earlier, null);
  const asks = state.asks.map((ask) =>
    ask.status === 'open' ? earlier(ask.nextRungAt, ask.overdue ? null : ask.dueAt) : null,
  );
  const steps = state.steps.map((step) => stepDue(state, step));
  return [...asks, ...postponed, ...steps].reduce<IsoInstant | null>(earlier, null);
}

function stepDue(state: RecallState, step: StepState): IsoInstant | null {
  if (step.status !== 'active') return null;
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

function doDue(turn: Turn): void {
  const isDue = (instant: IsoInstant | null): boolean => instant !== null && instant <= turn.at;
  for (const { effect } of turn.state.postponed.filter(({ dueAt }) => isDue(dueAt))) {
    say(turn, { type: 'effect requested', effect: asKnownNow(turn, effect) });
  }
  if (hasClosed(turn.state)) return;
  for (const ask of turn.state.asks.filter(({ status }) => status === 'open')) {
    if (isDue(ask.dueAt) && !ask.overdue) say(turn, { type: 'ask overdue', ask: ask.id, step: ask.step });
    if (isDue(ask.nextRungAt)) climb(turn, ask);
  }
  for (const { name } of turn.state.steps) {
    const step = stepState(turn.state, name);
    if (!isDue(stepDue(turn.state, step))) continue;
    const definition = stepOf(turn.state.playbook, name);
    rulesOf(definition.kind).onDue?.(turn, step as StateOf<never>, definition);
  }
}

function react(turn: Turn, name: StepState['name']): void {
  if (turn.state.closedAt !== null) return;
  const definition = stepOf(turn.state.playbook, name);
  const step = stepState(turn.state, name);
  if (step.status === 'waiting') startOrSkip(turn, step, definition);
  const now = stepState(turn.state, name);
  if (now.status === 'active') rulesOf(definition.kind).react(turn, now as StateOf<never>, definition);
}

function startOrSkip(turn: Turn, step: StepState, definition: StepDefinition): void {
  const { state } = turn;
  const ended = (name: StepState['name']): boolean => hasEnded(stepState(state, name));
  if (!definition.after.every(ended)) return;
  if (definition.after.some((name) => stepState(state, name).status === 'failed')) return;
  const verdict = definition.when === null ? true : evaluateCondition(definition.when, contextOf(state));
  if (verdict === true) say(turn, { type: 'step started', step: step.name, round: step.round });
  else if (definition.mentions.every((name) => name === step.name || ended(name))) {
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
    case 'effect done':
      return takeResult(turn, input);
    case 'effect failed':
      return takeFailure(turn, input);
    case 'watch changed': {
      const step = turn.state.steps.find(({ name }) => name === input.step);
      if (step?.detail.kind !== 'campaign' || hasClosed(turn.state)) return;
      say(turn, { type: 'watch changed', step: input.step, value: input.value, tally: input.tally });
      return;
    }
    case 'receipt came': {
      const waiting = filingStepOf(turn.state, input.regime);
      if (waiting) receiptCame(turn, waiting, input.regime, input.reference);
      return;
    }
    case 'report came back': {
      const waiting = filingStepOf(turn.state, input.regime);
      if (waiting) reportReturned(turn, waiting, input.regime);
      return;
    }
    case 'mail came': {
      const waiting = filingStepOf(turn.state, input.regime);
      if (waiting) mailCame(turn, waiting, input.regime);
      return;
    }
    default:
      return input satisfies never;
  }
}

/** The step that still waits for the authority's word on a report. */
function filingStepOf(state: RecallState, regime: string): StateOf<'filing'> | undefined {
  const waiting = state.steps.find(
    ({ status, detail }) =>
      status === 'active' && detail.kind === 'filing' && detail.filings.some((one) => one.regime === regime),
  );
  return waiting as StateOf<'filing'> | undefined;
}

function hasClosed(state: RecallState): boolean {
  return state.closedAt !== null;
}

function takeDecision(turn: Turn, decision: Decision): void {
  const { ask: id, by, outcome, shown, reason, via } = decision;
  const ask = turn.state.asks.find((one) => one.id === id);
  const may = mayAnswer(turn.state, ask, by, shown);
  if (!ask || 'refused' in may) {
    say(turn, { type: 'decision refused', ask: id, by, reason: 'refused' in may ? may.refused : 'unknown-ask', via });
    return;
  }
  if (!isDecision(ask.question)) {
    say(turn, { type: 'decision refused', ask: id, by, reason: 'wrong-answer', via });
    return;
  }
  const { onBehalfOf } = may.asked;
  // Whoever the ladder has asked decides in the place of the role that stayed silent.
  const { role, step } = ask;
  say(turn, { type: 'decision given', ask: id, step, by, role, onBehalfOf, outcome, shown, reason, via });
}

function isDecision(question: string): boolean {
  return question === 'decide' || question === 'approve-preview' || question === 'close';
}

/** A raw signal is a request to verify, and becomes a decision only when its token is found valid. */
function takeRawDecision(turn: Turn, decision: Decision, token: string): void {
  const ask = turn.state.asks.find((one) => one.id === decision.ask);
  const { by, outcome, shown } = decision;
  if (!ask || hasClosed(turn.state)) {
    say(turn, {
      type: 'decision refused',
      ask: decision.ask,
      by,
      reason: ask ? 'gate-closed' : 'unknown-ask',
      via: 'signal',
    });
    return;
  }
  request(turn, ask.step, 'verifyDecision', { token, ask: ask.id, outcome, by, shown });
}

function takeAnswer(turn: Turn, answer: Answer): void {
  const ask = turn.state.asks.find((one) => one.id === answer.ask);
  const { by, values } = answer;
  const refuse = (reason: Extract<RecallEvent, { type: 'answer refused' }>['reason'], message: string): void =>
    say(turn, { type: 'answer refused', ask: answer.ask, by, reason, message });
  const may = mayAnswer(turn.state, ask, by, null);
  if (!ask || 'refused' in may) return refuse('refused' in may ? may.refused : 'unknown-ask', '');
  const definition = stepOf(turn.state.playbook, ask.step);
  const rules = rulesOf(definition.kind);
  if (isDecision(ask.question) || !rules.onAnswer) return refuse('wrong-answer', 'this ask wants a decision');
  const wrong = rules.wrongAnswer?.(turn.state, definition, ask, answer) ?? null;
  if (wrong !== null) return refuse('wrong-answer', wrong);
  say(turn, { type: 'answer given', ask: ask.id, step: ask.step, by, onBehalfOf: may.asked.onBehalfOf, values });
  rules.onAnswer(turn, stepState(turn.state, ask.step) as StateOf<never>, definition, ask, answer);
}

function takeResult(turn: Turn, input: Extract<InputAt, { type: 'effect done' }>): void {
  const effect = turn.state.outbox.find((pending) => pending.id === input.effect);
  if (!effect) return say(turn, { type: 'effect result late', effect: input.effect });
  say(turn, { type: 'effect done', effect: effect.id });
  const done = { kind: effect.kind, effect, result: input.result } as ResultOf;
  const step = stepState(turn.state, effect.step);
  if (done.kind === 'askPeople') {
    const ask = turn.state.asks.find((one) => one.id === done.effect.payload.ask);
    if (ask) peopleAsked(turn, ask, done.effect.payload.rung, done.result.people);
    return;
  }
  if (done.kind === 'verifyDecision') {
    const { ask, outcome, by, shown } = done.effect.payload;
    if (done.result.valid) return takeDecision(turn, { ask, outcome, by, shown, reason: null, via: 'signal' });
    return say(turn, { type: 'decision refused', ask, by, reason: 'token-invalid', via: 'signal' });
  }
  // A step that was sent back has moved on: what an effect of its former round found no longer counts.
  const outdated = step.round !== effect.round || (step.status !== 'active' && effect.kind !== 'writeClosingReport');
  if (outdated) return;
  const definition = stepOf(turn.state.playbook, effect.step);
  rulesOf(definition.kind).onResult?.(turn, step as StateOf<never>, definition, done);
}

function takeFailure(turn: Turn, input: Extract<InputAt, { type: 'effect failed' }>): void {
  const effect = turn.state.outbox.find((pending) => pending.id === input.effect);
  if (!effect) return say(turn, { type: 'effect result late', effect: input.effect });
  const { failure } = input;
  if (failure.retryAfterSeconds === null) {
    say(turn, { type: 'effect failed', effect: effect.id, failure });
    if (effect.kind === 'verifyDecision') {
      const { ask, by } = effect.payload;
      return say(turn, { type: 'decision refused', ask, by, reason: 'token-invalid', via: 'signal' });
    }
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
