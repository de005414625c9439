import { finish, openAsk, say } from '../../turn.js';
import type { StepRules } from '../step-rules.js';

/** A form whose answers become facts of the recall. */
export const assessment: StepRules<'assessment'> = {
  afterClosing: 'nothing',
  react(turn, step, definition) {
    if (step.asks > 0) return;
    const { owner: role, due, escalation } = definition;
    openAsk(turn, step.name, { question: 'assessment', role, due, escalation });
  },
  onAnswer(turn, step, _definition, _ask, { values }) {
    say(turn, { type: 'facts set', step: step.name, facts: values });
    finish(turn, step, 'answered');
  },
};
