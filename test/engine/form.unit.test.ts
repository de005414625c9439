import { describe, expect, it } from '@jest/globals';
import { DECISION, fieldOfFact, formWords, isDecision, wrongValues, type Field, type Form } from '../../engine/form.js';

const field = (name: string, type: object, required = true): Field =>
  ({ name, label: name, required, ...type }) as Field;
const whole = { type: 'number', unit: 'units', min: 0, max: 100, whole: true };

function form(...fields: Field[]): Form {
  return { verbs: [], fields };
}

describe('the values of a form', () => {
  it.each([
    ['a text', { type: 'text', lengthMax: 5 }, ['a', 'abcde'], ['', 'abcdef', 1, true]],
    ['a number', whole, [0, 100], [-1, 101, 1.5, -5.5, 9007199254740991, Infinity, NaN, '1']],
    ['a free number', { type: 'number', unit: null, min: null, max: null, whole: false }, [-1.5, 1e9], ['1', NaN]],
    ['a choice', { type: 'choice', choices: ['low', 'high'] }, ['low'], ['lowest', 1]],
    ['a boolean', { type: 'boolean' }, [true, false], ['true', 1]],
    ['a confirmation', { type: 'confirmation' }, [true], [false, 'true']],
  ])('of %s are in its domain', (_what, type, right, wrong) => {
    for (const value of right) expect(wrongValues(form(field('it', type)), { it: value })).toBeNull();
    for (const value of wrong) expect(wrongValues(form(field('it', type)), { it: value })).toMatch(/^expected it=/);
  });

  it('are there where they are required, and nothing beside them', () => {
    const asked = form(field('risk', { type: 'choice', choices: ['low', 'high'] }), field('held', whole, false));
    expect(wrongValues(asked, { risk: 'low' })).toBeNull();
    expect(wrongValues(asked, { held: 1 })).toBe('expected risk=low|high');
    expect(wrongValues(asked, { risk: 'low', held: -1 })).toBe('expected held=NUMBER(whole, 0 to 100)');
    expect(wrongValues(asked, { risk: 'low', other: 1 })).toBe('this form does not ask for other');
    expect(wrongValues(asked, { constructor: 1 } as never)).toBe('expected risk=low|high');
    expect(formWords(asked)).toBe('risk=low|high [held=NUMBER(whole, 0 to 100)]');
  });

  it('are of the facts they set', () => {
    expect(fieldOfFact('risk', { type: 'enum', values: ['a'] })).toMatchObject({ type: 'choice', choices: ['a'] });
    const domain = { whole: true, min: 0, max: 50 };
    expect(fieldOfFact('injuries', { type: 'number', ...domain })).toEqual({
      name: 'injuries',
      label: 'injuries',
      required: true,
      type: 'number',
      unit: null,
      ...domain,
    });
    expect(fieldOfFact('sold', { type: 'boolean' })).toMatchObject({ type: 'boolean' });
  });
});

it('a form with verbs is decided, one with fields alone is answered', () => {
  expect([isDecision(DECISION), isDecision(form(field('it', whole)))]).toEqual([true, false]);
});
