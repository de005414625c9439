import type { Ask, RecallState, StateOf } from './state.js';
import { isSameAbout } from './about.js';
import { mayAnswer, peopleAsked } from './asks.js';
import { hashOf } from './digest.js';
import type { Effect } from './effects.js';
import { evidenceChanges } from './evidence.js';
import type { RecallEvent } from './events.js';
import { takeCorrection } from './corrections.js';
import { correctedFacts } from './fact-changes.js';
import { errorsOf, isDecision, wrongValues } from './form.js';
import type { Answer, Decision, RefusalReason, Renewal } from './inputs.js';
import { goesOn } from './phase.js';
import { stepOf } from './playbook.js';
import { foundTooEarly, replace } from './roster-change.js';
import { askedNow } from './steps/asks.js';
import { rulesOf } from './steps/registry.js';
import type { ResultOf } from './steps/step-rules.js';
import { asksOf, isUnanswered, openAsk, request, say, stepState, type Turn } from './turn.js';
import type { IsoDuration, PersonId } from './words.js';

/** A decision counts where its person may speak on the ask now; else it is refused, on record. */
export function takeDecision(turn: Turn, decision: Decision): void {
  const { ask: id, by, verb, shown, reason, accepted, via } = decision;
  const ask = turn.state.asks.find((one) => one.id === id);
  const may = mayAnswer(turn.state, ask, by, shown);
  const refuse = (reason: RefusalReason, message = ''): void =>
    say(turn, { type: 'decision refused', ask: id, by, reason, message, via });
  if (!ask) return refuse('unknown-ask');
  if ('refused' in may) return refuse(...whyRefused(turn.state, ask, may.refused));
  if (!ask.form.verbs.includes(verb)) return refuse('wrong-answer');
  const wrong = wrongAcceptance(turn.state, ask, decision);
  if (wrong !== null) return refuse(wrong);
  const { onBehalfOf } = may.asked;
  // Whoever the ladder has asked decides in the place of the role that stayed silent.
  const { role, step } = ask;
  say(turn, { type: 'decision given', ask: id, step, by, role, onBehalfOf, verb, shown, reason, accepted, via });
}

/**
 * Who approves accepts every error that the ask names, or somebody who has approved the same before them did; nobody
 * accepts what is not asked, and a rejection accepts nothing. Null where the decision does so.
 */
function wrongAcceptance(state: RecallState, ask: Ask, { verb, accepted }: Decision): RefusalReason | null {
  const errors = errorsOf(ask.form);
  const named = accepted.map(({ rule }) => rule);
  const isAsked = verb === 'approve' && named.every((rule) => errors.includes(rule));
  if (named.length > 0 && (!isAsked || new Set(named).size < named.length)) return 'wrong-answer';
  if (verb === 'reject') return null;
  const { detail } = state.steps.find(({ name }) => name === ask.step)!;
  const before = 'votes' in detail ? detail.votes.flatMap(({ accepts }) => accepts) : [];
  return errors.every((rule) => named.includes(rule) || before.includes(rule)) ? null : 'not-accepted';
}

/** A question that was put anew is not closed: what it showed has changed, and who speaks on it is told what. */
function whyRefused(state: RecallState, ask: Ask, reason: RefusalReason): [reason: RefusalReason, message: string] {
  const newer = state.asks.findLast(
    ({ id, step, round, question, role, about }) =>
      id !== ask.id &&
      step === ask.step &&
      round === ask.round &&
      question === ask.question &&
      role === ask.role &&
      isSameAbout(about, ask.about),
  );
  const isAnew = reason === 'gate-closed' && ask.status === 'withdrawn' && newer !== undefined && isUnanswered(newer);
  if (!isAnew && reason !== 'stale-hash') return [reason, ''];
  const shown = isAnew ? newer.evidence : askedNow(state, ask).evidence;
  const words = [isAnew ? `this question was put anew as ${newer.id}` : null, evidenceChanges(ask.evidence, shown)];
  return ['stale-hash', words.filter((part) => part !== null).join('; ')];
}

/** A raw signal is a request to verify, and becomes a decision only when its token is found valid. */
export function takeRawDecision(turn: Turn, decision: Decision, token: string): void {
  const ask = turn.state.asks.find((one) => one.id === decision.ask);
  const { by, verb, shown } = decision;
  if (!ask || !goesOn(turn.state, ask.step)) {
    say(turn, {
      type: 'decision refused',
      ask: decision.ask,
      by,
      reason: ask ? 'gate-closed' : 'unknown-ask',
      message: '',
      via: 'signal',
    });
    return;
  }
  // The token opens a page: what is asked for stands in the ledger, and whoever reads that must not have it.
  request(turn, ask.step, 'verifyDecision', { token: hashOf(token), ask: ask.id, verb, by, shown });
}

/** An answer, or one that takes the place of another; what was shown to somebody on a fact that changes by it is put anew. */
export function takeAnswer(turn: Turn, answer: Answer): void {
  const before = turn.state.facts;
  if (answer.corrects) takeCorrection(turn, answer);
  else takeFirstAnswer(turn, answer);
  putCorrectedAnew(turn, before, answer.by);
}

/** An answer counts where its person may speak on the ask now and its values fit the form. */
function takeFirstAnswer(turn: Turn, answer: Answer): void {
  const ask = turn.state.asks.find((one) => one.id === answer.ask);
  const { by, values } = answer;
  const refuse = (reason: Extract<RecallEvent, { type: 'answer refused' }>['reason'], message: string): void =>
    say(turn, { type: 'answer refused', ask: answer.ask, by, reason, message });
  const may = mayAnswer(turn.state, ask, by, null);
  if (!ask) return refuse('unknown-ask', '');
  if ('refused' in may) return refuse(...whyRefused(turn.state, ask, may.refused));
  const definition = stepOf(turn.state.playbook, ask.step);
  const rules = rulesOf(definition.kind);
  if (isDecision(ask.form) || !rules.onAnswer) return refuse('wrong-answer', 'this ask wants a decision');
  const wrong = wrongValues(ask.form, values);
  if (wrong !== null) return refuse('wrong-answer', wrong);
  const step = stepState(turn.state, ask.step) as StateOf<never>;
  const why = rules.whyNotNow?.(turn.state, step, ask, answer) ?? null;
  if (why !== null) return refuse(...why);
  say(turn, { type: 'answer given', ask: ask.id, step: ask.step, by, onBehalfOf: may.asked.onBehalfOf, values });
  rules.onAnswer(turn, stepState(turn.state, ask.step) as StateOf<never>, definition, ask, answer);
}

/**
 * Who was asked on a fact that has been corrected since is asked anew, by whoever corrected it: nobody decides on what is
 * not so. A report that a person submits is put anew with its new pack, by its step.
 */
export function putCorrectedAnew(turn: Turn, before: RecallState['facts'], by: PersonId): void {
  if (correctedFacts(before, turn.state.facts).length === 0) return;
  const stale = (ask: Ask): boolean => {
    const shown = ask.evidence.facts;
    if (!isUnanswered(ask) || ask.about?.kind === 'filing' || !shown) return false;
    return correctedFacts(shown, turn.state.facts).length > 0;
  };
  for (let ask = turn.state.asks.find(stale); ask; ask = turn.state.asks.find(stale)) putAnew(turn, ask, by);
}

/**
 * Puts a question anew, to all who were asked it, on what is known now and due when it was: who has decided on it already
 * decides again, so that all decide on the same.
 */
export function takeRenewal(turn: Turn, { ask: id, by }: Renewal): void {
  const { state } = turn;
  const ask = state.asks.find((one) => one.id === id);
  const may = mayAnswer(state, ask, by, null);
  const refuse = (reason: RefusalReason): void =>
    say(turn, { type: 'answer refused', ask: id, by, reason, message: '' });
  if (!ask || 'refused' in may) return refuse('refused' in may ? may.refused : 'unknown-ask');
  if (askedNow(state, ask).shown === ask.shown) return refuse('unchanged');
  putAnew(turn, ask, by);
}

function putAnew(turn: Turn, ask: Ask, by: PersonId): void {
  const { state } = turn;
  const same = asksOf(state, stepState(state, ask.step)).filter(
    ({ question, about, status }) =>
      question === ask.question && isSameAbout(about, ask.about) && status !== 'withdrawn',
  );
  for (const one of same) say(turn, { type: 'ask renewed', ask: one.id, step: one.step, by });
  for (const { step, question, role, dueAt, escalation, about, exclude } of same) {
    const due = 'PT0S' as IsoDuration;
    openAsk(turn, step, { question, role, due, dueAt, escalation, exclude, about });
  }
}

/** The results of what an ask itself asks for: who is asked, and whether a token is valid. False for any other effect. */
export function takeAskResult(turn: Turn, done: ResultOf): boolean {
  if (done.kind === 'askPeople') {
    const { reads, payload } = done.effect;
    const found = (): Ask | undefined => turn.state.asks.find((one) => one.id === payload.ask);
    const ask = found();
    if (!ask) return true;
    const { people } = done.result;
    const early = foundTooEarly(turn, reads, people);
    const staying = people.filter((one) => !early.includes(one));
    peopleAsked(turn, ask, payload.rung, staying);
    if (early.length > 0) replace(turn, found()!, early);
    return true;
  }
  if (done.kind !== 'verifyDecision') return false;
  const { ask, verb, by, shown } = done.effect.payload;
  if (done.result.valid) takeDecision(turn, { ask, verb, by, shown, reason: null, accepted: [], via: 'signal' });
  else say(turn, { type: 'decision refused', ask, by, reason: 'token-invalid', message: '', via: 'signal' });
  return true;
}

/** A token that could not be checked is not valid. False for any other effect. */
export function takeAskFailure(turn: Turn, effect: Effect): boolean {
  if (effect.kind !== 'verifyDecision') return false;
  const { ask, by } = effect.payload;
  say(turn, { type: 'decision refused', ask, by, reason: 'token-invalid', message: '', via: 'signal' });
  return true;
}
