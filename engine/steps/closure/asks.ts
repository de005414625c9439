import type { EvidenceParts } from '../../evidence.js';
import { caseAndScope, foundSoFar, toldSoFar } from '../shown.js';
import { DECISION } from '../../form.js';
import type { RecallState } from '../../state.js';
import type { StepAsks } from '../step-asks.js';

export const closureAsks: StepAsks<'closure'> = {
  close: {
    words: 'Please decide whether this recall can be closed.',
    form: () => DECISION,
    evidence: (state, _step, { until }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...toldSoFar(state),
      ...filedSoFar(state),
      ...(until !== null && { until }),
    }),
  },
};

function filedSoFar({ steps }: RecallState): Partial<EvidenceParts> {
  const filings = steps.flatMap(({ detail }) => (detail.kind === 'filing' ? detail.filings : []));
  return { filed: { owed: filings.length, receipted: filings.filter((one) => one.reference !== null).length } };
}
