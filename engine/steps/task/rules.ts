import { finish, openAsk } from '../../turn.js';
import type { StepRules } from '../step-rules.js';

/** Something a person does and reports as done. */
export const task: StepRules<'task'> = {
  afterClosing: 'nothing',
  react(turn, step, definition) {
    if (step.asks > 0) return;
    const { owner: role, due, escalation } = definition;
    openAsk(turn, step.name, { question: 'task', role, due, escalation });
  },
  onAnswer(turn, step) {
    finish(turn, step, 'done');
  },
};
