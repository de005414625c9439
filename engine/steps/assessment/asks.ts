import { caseAndScope, foundSoFar, owedSoFar } from '../shown.js';
import { fieldOfFact } from '../../form.js';
import type { StepAsks } from '../step-asks.js';

export const assessmentAsks: StepAsks<'assessment'> = {
  assessment: {
    words: 'Please assess the risk and answer the form.',
    form: ({ sets }, { facts }) => ({ verbs: [], fields: sets.map((name) => fieldOfFact(name, facts[name]!)) }),
    evidence: (state) => ({ ...caseAndScope(state), ...foundSoFar(state), ...owedSoFar(state) }),
  },
};
