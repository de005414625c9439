import type { About } from '../../about.js';
import type { EvidenceParts } from '../../evidence.js';
import { caseAndScope, foundSoFar, owedFiling } from '../shown.js';
import type { Form } from '../../form.js';
import type { RecallState, StateOf } from '../../state.js';
import type { StepAsks } from '../step-asks.js';

export const filingAsks: StepAsks<'filing'> = {
  'submit-filing': {
    words: 'Please submit the prepared report and record the reference you are given.',
    form: reference,
    evidence,
  },
  'chase-receipt': {
    words:
      'No receipt has been recognised. Please read what the authority answered, if it did, ask it, and record its reference.',
    form: reference,
    evidence,
  },
};

function reference(): Form {
  const label = "The authority's own reference";
  return { verbs: [], fields: [{ name: 'reference', label, required: true, type: 'text', lengthMax: 200 }] };
}

/** The report itself: the pack stands in it by the hashes of its documents. */
function evidence(
  state: RecallState,
  step: StateOf<'filing'>,
  _definition: unknown,
  about: About | null,
): Partial<EvidenceParts> {
  const one = step.detail.filings.find(({ id }) => about?.kind === 'filing' && about.id === id);
  return {
    ...caseAndScope(state),
    ...foundSoFar(state),
    ...(one && {
      report: { ...owedFiling(one), note: one.note, returnedAt: one.returnedAt, documents: one.documents },
      replies: one.replies,
    }),
  };
}
