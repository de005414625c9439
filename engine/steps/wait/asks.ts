import { caseAndScope, foundSoFar, resultsOf, toldSoFar } from '../shown.js';
import type { StepAsks } from '../step-asks.js';

/** A year of hours: who wants to wait longer is asked again then. */
const HOURS_MAX = 8_760;

export const waitAsks: StepAsks<'wait'> = {
  'wait-longer': {
    words:
      'What is waited for has not come in time. Please say for how many hours the recall waits longer, or 0 to go on without it.',
    form: () => ({
      verbs: [],
      fields: [
        {
          name: 'hours',
          label: 'Hours to wait longer; 0 goes on now',
          required: true,
          type: 'number',
          unit: 'hours',
          min: 0,
          max: HOURS_MAX,
          whole: true,
        },
      ],
    }),
    evidence: (state, _step, { until, mentions }) => ({
      ...caseAndScope(state),
      ...foundSoFar(state),
      ...resultsOf(state.steps.filter(({ name }) => mentions.includes(name))),
      ...toldSoFar(state, mentions),
      ...(until.kind === 'condition' && { awaited: until.condition }),
    }),
  },
};
