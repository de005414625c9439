import { caseAndScope, foundSoFar, owedSoFar, resultsOf } from '../shown.js';
import { DECISION } from '../../form.js';
import type { StepAsks } from '../step-asks.js';

export const gateAsks: StepAsks<'gate'> = {
  decide: {
    words: 'Please approve or reject.',
    form: () => DECISION,
    evidence: (state, _step, { after }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...owedSoFar(state),
      ...resultsOf(state.steps.filter(({ name }) => after.includes(name))),
    }),
  },
};
