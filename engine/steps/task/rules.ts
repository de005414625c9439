import { digestOf } from '../../digest.js';
import { finish, openAsk } from '../../turn.js';
import type { StepRules } from '../step-rules.js';

/** Something a person does and reports as done. */
export const task: StepRules<'task'> = {
  react(turn, step, definition) {
    if (step.asks > 0) return;
    const { owner: role, due, escalation } = definition;
    openAsk(turn, step.name, {
      question: 'task',
      role,
      due,
      escalation,
      shown: digestOf({ step: step.name, round: step.round }),
    });
  },
  wrongAnswer: (_state, _definition, _ask, { values }) =>
    Object.entries(values).every(([name, value]) => name === 'done' && value === true)
      ? null
      : 'expected done=true: a task is answered when it is done',
  onAnswer(turn, step) {
    finish(turn, step, 'done');
  },
};
