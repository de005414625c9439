import { unitsUnknown } from '../../units-unknown.js';
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
      ...unitsSoFar(state),
      ...(until !== null && { until }),
    }),
  },
};

function filedSoFar({ steps }: RecallState): Partial<EvidenceParts> {
  const filings = steps.flatMap(({ detail }) => (detail.kind === 'filing' ? detail.filings : []));
  return { filed: { owed: filings.length, receipted: filings.filter((one) => one.reference !== null).length } };
}

/** The measures count the same from the answers themselves; the engine knows their sum. */
function unitsSoFar({ steps }: RecallState): Partial<EvidenceParts> {
  const details = steps.map(({ detail }) => detail);
  const traced = details.flatMap((detail) => (detail.kind === 'trace' && detail.found ? [detail.found] : [])).at(-1);
  if (!traced) return {};
  const held = details.flatMap((detail) => (detail.kind === 'contain' ? [detail.unitsHeld ?? 0] : [])).at(-1) ?? 0;
  const reported = details.flatMap((detail) => (detail.kind === 'campaign' ? [detail.tally.unitsReported] : []));
  return { units: unitsUnknown(traced, { held, reported: reported.reduce((sum, units) => sum + units, 0) }) };
}
