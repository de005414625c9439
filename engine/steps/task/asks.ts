import { caseAndScope, foundSoFar, toldSoFar } from '../shown.js';
import type { StepAsks } from '../step-asks.js';

export const taskAsks: StepAsks<'task'> = {
  task: {
    words: 'Please do this task and report it as done.',
    form: () => ({
      verbs: [],
      fields: [{ name: 'done', label: 'It is done', required: false, type: 'confirmation' }],
    }),
    // Of the campaigns that the task's condition speaks of: how many were not reached. Who they are stays in the store.
    evidence: (state, _step, { mentions }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...toldSoFar(state, mentions),
    }),
  },
};
