import { asksOf, finish, isUnanswered, openAsk, request, say, withdraw } from '../../turn.js';
import type { StepRules } from '../step-rules.js';

/** Stop-ship at once, on nobody's approval. Where the warehouse does not answer, its owner is asked to see to it by telephone. */
export const contain: StepRules<'contain'> = {
  afterClosing: 'nothing',
  react(turn, step) {
    if (step.effects === 0) request(turn, step.name, 'stopShipping', { scope: turn.state.scope });
  },
  onResult(turn, step, _definition, { kind, result }) {
    if (kind !== 'stopShipping' || step.detail.confirmationNumber !== null) return;
    say(turn, {
      type: 'shipping stopped',
      step: step.name,
      confirmationNumber: result.confirmationNumber,
      unitsHeld: result.unitsHeld,
    });
    withdraw(turn, asksOf(turn.state, step));
    finish(turn, step, 'confirmed');
  },
  onPostponed(turn, step, definition) {
    if (asksOf(turn.state, step).some(isUnanswered)) return;
    const { owner: role, due, escalation } = definition;
    openAsk(turn, step.name, { question: 'confirm-containment', role, due, escalation });
  },
  onAnswer(turn, step, _definition, _ask, { values }) {
    const confirmationNumber = String(values.confirmationNumber);
    say(turn, { type: 'shipping stopped', step: step.name, confirmationNumber, unitsHeld: Number(values.unitsHeld) });
    finish(turn, step, 'confirmed by a person');
  },
};
