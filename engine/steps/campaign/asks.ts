import { GROWTH_VERDICTS } from '../../cascade.js';
import type { EvidenceParts } from '../../evidence.js';
import { DECISION } from '../../form.js';
import { WAVE_VERDICTS, type WaveCounts, type WaveLimits } from '../../waves.js';
import { caseAndScope, foundSoFar, owedSoFar, toldSoFar } from '../shown.js';
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
    evidence: (state, { detail: { frozen, publication } }, { passedOn }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...owedSoFar(state),
      ...(frozen && { preview: frozen }),
      ...(publication && { publication }),
      ...(passedOn && { takes: passedOn }),
    }),
  },
  'allow-growth': {
    words:
      'More people were named as having been supplied than may be told without asking. Please say whether as many again may be told.',
    form: () => ({
      verbs: [],
      fields: [
        { name: 'verdict', label: 'What is to be done', required: true, type: 'choice', choices: [...GROWTH_VERDICTS] },
      ],
    }),
    evidence: (state, { name, detail: { cascade } }, { passedOn }) => ({
      ...caseAndScope(state),
      ...toldSoFar(state, [name]),
      ...(cascade && passedOn && { growth: { ...passedOn, told: cascade.recipients, waiting: cascade.waiting } }),
    }),
  },
  'call-recipients': {
    words:
      'Please telephone those on the call list, the first of it first, enter what became of each call, and report here when nobody is left to call.',
    // Somebody may ask for a call when the campaign has long been done.
    outlives: true,
    form: () => ({
      verbs: [],
      fields: [{ name: 'done', label: 'Nobody is left to call', required: false, type: 'confirmation' }],
    }),
    evidence: (state, { name }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...toldSoFar(state, [name]),
    }),
  },
  'judge-wave': {
    words:
      'More of this wave bounced or complained than the playbook allows, and nothing more goes out. Please say whether to go on all the same, to correct the notice and tell all anew, or to stop for good.',
    form: () => ({
      verbs: [],
      fields: [
        {
          name: 'verdict',
          label: 'What is to be done',
          required: true,
          type: 'choice',
          choices: [...WAVE_VERDICTS],
        },
      ],
    }),
    evidence: (state, { name, detail: { frozen, stopped } }, { waves }) => ({
      ...caseAndScope(state),
      ...toldSoFar(state, [name]),
      ...(frozen && { preview: frozen }),
      ...(frozen && stopped && waves?.stop && { stopped: stoppedAs(stopped, frozen.waves.length, waves.stop) }),
    }),
  },
};

function stoppedAs(counts: WaveCounts, waves: number, { bounced, complaints }: WaveLimits): EvidenceParts['stopped'] {
  return { counts, waves, limits: { bounced, complaints } };
}
