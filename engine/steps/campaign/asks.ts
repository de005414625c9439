import { caseAndScope, foundSoFar, owedSoFar } from '../shown.js';
import { DECISION } from '../../form.js';
import type { StepAsks } from '../step-asks.js';

export const campaignAsks: StepAsks<'campaign'> = {
  'approve-preview': {
    words: 'Please read the notices and who will get them, and approve or reject.',
    form: () => DECISION,
    evidence: (state, { detail: { frozen } }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...owedSoFar(state),
      ...(frozen && { preview: frozen }),
    }),
  },
};
