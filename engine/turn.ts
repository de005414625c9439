import type { About } from './about.js';
import type { EffectKind, EffectPayload, EffectRequest, Question } from './effects.js';
import type { EventBody, RecallEvent } from './events.js';
import { evolve } from './evolve.js';
import { goesOn } from './phase.js';
import type { Ask, RecallState, StepState } from './state.js';
import { askedNow } from './steps/asks.js';
import {
  after,
  type AskId,
  type EffectId,
  type IsoDuration,
  type IsoInstant,
  type PersonId,
  type RoleName,
  type StepName,
} from './words.js';

/** One call of `decide` at work: what has been said so far, and the state as it is after it. */
export type Turn = { state: RecallState; at: IsoInstant; events: RecallEvent[] };

/** Says an event: numbers it, folds it, keeps it. */
export function say(turn: Turn, body: EventBody): void {
  const event: RecallEvent = { ...body, v: 1, seq: turn.state.seq + 1, at: turn.at };
  turn.state = evolve(turn.state, event);
  turn.events.push(event);
}

/** The state of a step as it is now. */
export function stepState(state: RecallState, name: StepName): StepState {
  const found = state.steps.find((step) => step.name === name);
  if (!found) throw new Error(`no state of step ${name}`);
  return found;
}

/** Asks the runtime for an effect, under the id that is its idempotency key. */
export function request<K extends EffectKind>(turn: Turn, name: StepName, kind: K, payload: EffectPayload<K>): void {
  const step = stepState(turn.state, name);
  const id = `${name}/${step.round}/${kind}/${step.effects + 1}` as EffectId;
  say(turn, {
    type: 'effect requested',
    effect: { id, kind, step: name, round: step.round, payload } as EffectRequest,
  });
}

/** True while an effect of that kind of the step is running or waits to be tried again. */
export function isPending(state: RecallState, name: StepName, kind: EffectKind): boolean {
  return (
    state.outbox.some((effect) => effect.step === name && effect.kind === kind) ||
    state.postponed.some(({ effect }) => effect.step === name && effect.kind === kind)
  );
}

export type NewAsk = {
  question: Question;
  role: RoleName;
  due: IsoDuration;
  /** Where the law or the plan gives the instant, it stands instead of `due`. */
  dueAt?: IsoInstant;
  escalation: string | null;
  about?: About | null;
  exclude?: PersonId[];
};

/**
 * Puts a question to a role, with its form and with what is known now as its evidence. The ask opens when the people who
 * hold the role have been found. What has no more to do after the closing asks nobody.
 */
export function openAsk(turn: Turn, name: StepName, ask: NewAsk): void {
  if (!goesOn(turn.state, name)) return;
  const step = stepState(turn.state, name);
  const id = `${name}/${step.round}/${step.asks + 1}` as AskId;
  const { question, role, escalation, about = null, exclude = [] } = ask;
  const dueAt = ask.dueAt ?? after(turn.at, ask.due);
  const asked = askedNow(turn.state, { step: name, question, about });
  say(turn, {
    type: 'asked',
    ask: id,
    step: name,
    round: step.round,
    question,
    role,
    about,
    dueAt,
    ...asked,
    exclude,
    escalation,
  });
  request(turn, name, 'askPeople', { ask: id, role, to: 'holder', rung: 0, exclude });
}

/** Asks of the present round of a step. */
export function asksOf(state: RecallState, step: StepState): Ask[] {
  return state.asks.filter((ask) => ask.step === step.name && ask.round === step.round);
}

export function isUnanswered(ask: Ask): boolean {
  return ask.status === 'opening' || ask.status === 'open';
}

/** Withdraws what nobody needs to answer any more. */
export function withdraw(turn: Turn, asks: Ask[]): void {
  for (const ask of asks.filter(isUnanswered)) say(turn, { type: 'ask withdrawn', ask: ask.id, step: ask.step });
}

export function finish(turn: Turn, step: StepState, ending: string): void {
  say(turn, { type: 'step done', step: step.name, round: step.round, ending });
}

export function hasEnded(step: StepState): boolean {
  return step.status === 'done' || step.status === 'skipped' || step.status === 'failed';
}
