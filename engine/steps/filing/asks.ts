import type { About } from '../../about.js';
import type { EvidenceParts } from '../../evidence.js';
import { caseAndScope, foundSoFar, owedFiling, owedSoFar } from '../shown.js';
import type { Form } from '../../form.js';
import type { RecallState, StateOf } from '../../state.js';
import type { StepAsks } from '../step-asks.js';

export const filingAsks: StepAsks<'filing'> = {
  'submit-filing': {
    words: 'Please submit the prepared report and record the reference you are given.',
    form: reference,
    evidence,
  },
  'waive-filing': {
    words:
      'What is known may have to be reported although the playbook does not call for it. Please have it filed now, or say why nothing is owed.',
    form: () => ({
      verbs: [],
      fields: [
        { name: 'file', label: 'File the reports', required: true, type: 'choice', choices: ['now', 'not-owed'] },
        { name: 'reason', label: 'Why nothing is owed', ...REASON },
      ],
    }),
    evidence: (state) => ({ ...caseAndScope(state), ...foundSoFar(state), ...owedSoFar(state) }),
  },
  'chase-receipt': {
    words:
      'No receipt has been recognised. Please read what the authority answered, if it did, ask it, and record its reference.',
    form: reference,
    evidence,
  },
};

const REASON = { required: false, type: 'text', lengthMax: 2_000, beside: true } as const;

function reference(): Form {
  const label = "The authority's own reference";
  return {
    verbs: [],
    fields: [
      { name: 'reference', label, required: true, type: 'text', lengthMax: 200 },
      {
        name: 'reason',
        label: 'Where it has an unusual form, or stands elsewhere already: why it is right',
        ...REASON,
      },
    ],
  };
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
