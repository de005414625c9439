import { describe, expect, it, test } from '@jest/globals';
import { pageFields, sentAs, wants } from '../../documents/ask-fields.js';
import { DECISION, readValue, wrongFields, type Field, type FieldType } from '../../engine/form.js';

function field(type: FieldType, changes: Partial<Field> = {}): Field {
  return { name: 'x', label: 'units held', required: true, ...type, ...changes } as Field;
}
const HELD = { type: 'number', unit: 'units', min: 0, max: 1_000_000_000, whole: true } as const;

describe.each<[string, Field, string, string, string[]]>([
  ['a text', field({ type: 'text', lengthMax: 200 }), 'line', 'Enter this, in at most 200 characters', []],
  ['a long text', field({ type: 'text', lengthMax: 500 }), 'text', 'Enter this, in at most 500 characters', []],
  ['units', field(HELD), 'number', 'Enter a whole number, 0 or more', []],
  ['hours', field({ ...HELD, max: 8_760 }), 'number', 'Enter a whole number from 0 to 8760', []],
  ['a count', field({ ...HELD, min: null, max: null, whole: false }), 'number', 'Enter a number', []],
  ['a choice', field({ type: 'choice', choices: ['a', 'b'] }), 'choice', 'Choose one of these', ['a', 'b']],
  ['yes or no', field({ type: 'boolean' }), 'choice', 'Choose one of these', ['true', 'false']],
  ['a confirmation', field({ type: 'confirmation' }), 'check', 'Confirm this', []],
])('on the page of an ask, %s', (_what, one, kind, wanted, options) => {
  it('has its control, its label, and words for what it wants', () => {
    const [shown] = pageFields({ verbs: [], fields: [one] });
    expect(shown).toMatchObject({ name: 'value:x', label: 'Units held', kind });
    expect(shown!.options.map(({ value }) => value)).toEqual(options);
    expect(wants(one)).toBe(wanted);
  });

  it('takes each of its own options, as the form checks it', () => {
    for (const { value } of pageFields({ verbs: [], fields: [one] })[0]!.options)
      expect(wrongFields({ verbs: [], fields: [one] }, { x: readValue(one, value) })).toEqual([]);
  });
});

test('a decision is a choice of its verbs with a reason, and an error to accept is asked for between them', () => {
  const error = field(
    { type: 'acceptance', lengthMax: 2_000 },
    { name: 'EU-07', label: 'the words "may" stand there' },
  );
  const fields = pageFields({ ...DECISION, fields: [error] });
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ['outcome', 'choice'],
    ['accept:EU-07', 'text'],
    ['reason', 'text'],
  ]);
  expect(fields[1]!.hint).toBe('the words "may" stand there');
});

test('a field of a form is sent under a name that no field of the page has', () => {
  for (const name of ['once', 'renew', 'outcome', 'reason'])
    expect(sentAs({ name, type: 'text' })).toBe(`value:${name}`);
});

test.each([
  ['12', 12],
  ['-1.5', -1.5],
  ['012', '012'],
  ['1e3', '1e3'],
  ['12 units', '12 units'],
])('%s is read as %j: what is no number stays what was typed', (text, value) => {
  expect(readValue(HELD, text)).toBe(value);
});
