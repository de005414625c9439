import { digestOf } from './digest.js';
import { isDecision, wrongValues } from './form.js';
import type { Answer, RefusalReason } from './inputs.js';
import { goesOn } from './phase.js';
import { stepOf } from './playbook.js';
import type { Ask, RecallState, StateOf } from './state.js';
import { rulesOf } from './steps/registry.js';
import { say, stepState, type Turn } from './turn.js';

/** Why what was said on an ask is not corrected (any more), in words; null where it is. */
export function whyNotCorrected(state: RecallState, ask: Ask): string | null {
  if (isDecision(ask.form)) return 'a decision is not taken back: what it opened has begun';
  if (ask.given === null || ask.status !== 'answered') return 'it has not been answered';
  const step = stepState(state, ask.step);
  if (step.round !== ask.round) return 'its step was sent back, and asks anew';
  if (!goesOn(state, ask.step)) return 'the recall is closed';
  const { correction } = rulesOf(stepOf(state.playbook, ask.step).kind);
  if (!correction) return 'its step ended with it, and what came after that has begun';
  return correction.whyNot(state, step as StateOf<never>, ask);
}

/** An answer takes the place of the one before: who gave that may say so, and whoever is asked in the same role. */
export function takeCorrection(turn: Turn, answer: Answer): void {
  const { state } = turn;
  const { by, values } = answer;
  const ask = state.asks.find(({ id }) => id === answer.ask);
  const refuse = (reason: RefusalReason, message = ''): void =>
    say(turn, { type: 'answer refused', ask: answer.ask, by, reason, message });
  if (!ask) return refuse('unknown-ask');
  if (ask.left.includes(by)) return refuse('role-left');
  const asked = ask.people.find(({ person }) => person === by);
  if (!asked) return refuse('not-asked');
  const why = whyNotCorrected(state, ask);
  if (why !== null || ask.given === null) return refuse('gate-closed', `this cannot be corrected: ${why}`);
  const wrong = wrongValues(ask.form, values);
  if (wrong !== null) return refuse('wrong-answer', wrong);
  const { values: was } = ask.given;
  if (digestOf(was) === digestOf(values)) return refuse('unchanged', 'this is what was answered');
  const { step, id } = ask;
  const definition = stepOf(state.playbook, step);
  const rules = rulesOf(definition.kind);
  // What a first answer is refused for, a correction is too.
  const notNow = rules.whyNotNow?.(state, stepState(state, step) as StateOf<never>, ask, answer) ?? null;
  if (notNow !== null) return refuse(...notNow);
  say(turn, { type: 'answer corrected', ask: id, step, by, onBehalfOf: asked.onBehalfOf, was, values });
  rules.correction!.take(turn, stepState(turn.state, step) as StateOf<never>, definition, ask, answer);
}
