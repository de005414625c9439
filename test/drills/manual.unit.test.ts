import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parsePairs, valuesOf } from '../../cli/commands/decisions.js';
import { commandsFor } from '../../drills/manual.js';
import { DECISION, wrongValues, type Field, type Form } from '../../engine/form.js';
import { ASK, SHOWN_ASK } from '../api/answers.js';
import { recall, standIn, type StandIn } from '../cli/stand-in.js';

const { recallId: RECALL, ask: ASKED } = ASK;

const RISK: Field = { name: 'risk', label: 'risk', required: true, type: 'choice', choices: ['serious', 'low'] };
const HELD: Field = {
  name: 'unitsHeld',
  label: 'units',
  required: true,
  type: 'number',
  unit: 'units',
  min: 0,
  max: null,
  whole: true,
};
const REFERENCE: Field = { name: 'reference', label: 'reference', required: true, type: 'text', lengthMax: 200 };
const DONE: Field = { name: 'done', label: 'done', required: true, type: 'confirmation' };
const FORMS: [string, Form][] = [
  ['a decision', DECISION],
  ['an assessment', { verbs: [], fields: [RISK] }],
  ['a reference', { verbs: [], fields: [REFERENCE, HELD] }],
  ['a task', { verbs: [], fields: [DONE] }],
];

let api: StandIn;
const shownAsk = { body: { ...SHOWN_ASK } };
beforeAll(async () => {
  api = await standIn({
    [`GET /asks/${RECALL}/${ASKED}`]: shownAsk,
    [`POST /recalls/${RECALL}/decisions`]: { body: { seq: 1 } },
    [`POST /recalls/${RECALL}/answers`]: { body: { seq: 1 } },
  });
});
afterAll(() => api.close());

test.each(FORMS)(
  'what a manual drill prints for %s shows the question and answers it, in a script as in a terminal',
  async (_what, form) => {
    shownAsk.body.form = form;
    for (const command of commandsFor(RECALL, { ...ASK, form })) {
      expect(command).toMatch(/^npx recall \S/);
      const args = command.split(' ').slice(2);
      for (const options of [{}, { confirms: true }])
        expect(await recall([...args, '--api', api.url, '--key', 'k3y'], options)).toMatchObject({ exit: 0 });
    }
  },
);

test.each(FORMS.slice(1))('the values printed for %s fit it', (_what, form) => {
  const [, command] = commandsFor(RECALL, { ...ASK, form });
  const pairs = command.split(' ').filter((word) => word.includes('='));
  expect(wrongValues(form, valuesOf(parsePairs(pairs), form))).toBeNull();
});
