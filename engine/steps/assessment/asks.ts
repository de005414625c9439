import { caseAndScope, foundSoFar, owedSoFar } from '../shown.js';
import { isSameAbout } from '../../about.js';
import { fieldOfFact } from '../../form.js';
import { INJURY_SOURCES, SEVERITIES } from '../../injury.js';
import type { StepAsks } from '../step-asks.js';

/** Of what is found, what a person can say of it here. */
const FOUND: string[] = ['yes', 'nobody', 'other-product'];
/** Each is told to authorities by itself. */
const PEOPLE_MAX = 20;
const WORD = { required: false, type: 'text', lengthMax: 10 } as const;

export const assessmentAsks: StepAsks<'assessment'> = {
  assessment: {
    words: 'Please assess the risk and answer the form.',
    form: ({ sets }, { facts }) => ({ verbs: [], fields: sets.map((name) => fieldOfFact(name, facts[name]!)) }),
    evidence: (state) => ({ ...caseAndScope(state), ...foundSoFar(state), ...owedSoFar(state) }),
  },
  'judge-mention': {
    words: 'Somebody says that a person was hurt. Please read it and say whether it is so.',
    outlives: true,
    form: () => ({
      verbs: [],
      fields: [
        { name: 'hurt', label: 'Was somebody hurt by this product?', required: true, type: 'choice', choices: FOUND },
        {
          name: 'people',
          label: 'How many people were hurt in the same way, country and on the same day; one where it is left out',
          required: false,
          type: 'number',
          unit: 'people',
          ...{ min: 1, max: PEOPLE_MAX, whole: true },
        },
        { name: 'severity', label: 'How badly', required: false, type: 'choice', choices: [...SEVERITIES] },
        { name: 'country', label: 'In which country, by its code of two letters', ...WORD },
        { name: 'date', label: 'On which day, such as 2026-09-10; left out where nobody knows', ...WORD },
        {
          name: 'knownFrom',
          label: 'Who says so; a customer where it is left out',
          required: false,
          type: 'choice',
          choices: [...INJURY_SOURCES],
        },
      ],
    }),
    evidence({ mentions }, _step, _definition, about) {
      const mention = mentions.find((one) => isSameAbout(one.about, about));
      return mention ? { mention } : {};
    },
  },
};
