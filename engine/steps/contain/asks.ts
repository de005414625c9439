import { UNITS_MAX } from '../../form.js';
import { caseAndScope } from '../shown.js';
import type { StepAsks } from '../step-asks.js';

export const containAsks: StepAsks<'contain'> = {
  'confirm-containment': {
    words:
      'The warehouse did not answer. Please make sure by telephone that shipping has stopped, and record its confirmation number.',
    form: () => ({
      verbs: [],
      fields: [
        {
          name: 'confirmationNumber',
          label: 'Confirmation number, as the warehouse said',
          required: true,
          type: 'text',
          lengthMax: 200,
        },
        {
          name: 'unitsHeld',
          label: 'Units the warehouse holds',
          required: true,
          type: 'number',
          unit: 'units',
          min: 0,
          max: UNITS_MAX,
          whole: true,
        },
      ],
    }),
    evidence: caseAndScope,
  },
};
