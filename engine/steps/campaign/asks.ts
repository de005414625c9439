import { caseAndScope, foundSoFar, owedSoFar } from '../shown.js';
import { DECISION } from '../../form.js';
import type { StepAsks } from '../step-asks.js';

/** What a reason can hold at every door. */
const REASON_LENGTH_MAX = 2_000;

export const campaignAsks: StepAsks<'campaign'> = {
  'approve-preview': {
    words: 'Please read the notices and who will get them, and approve or reject.',
    form: (_definition, _playbook, { detail: { frozen, publication } }) => ({
      ...DECISION,
      fields: ((frozen ?? publication)?.errors ?? []).map(({ rule, found }) => ({
        name: rule,
        label: found,
        required: true,
        type: 'acceptance' as const,
        lengthMax: REASON_LENGTH_MAX,
      })),
    }),
    evidence: (state, { detail: { frozen, publication } }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...owedSoFar(state),
      ...(frozen && { preview: frozen }),
      ...(publication && { publication }),
    }),
  },
};
