import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cut, placeIn, textFault, wrongText } from '../../engine/text.js';

const HALF = '\ud83d';
/** Whole characters, halves and NUL in any order. */
const anyText = fc.string({ unit: fc.constantFrom('a', 'ä', '😀', '\n', HALF, '\ude00', '\0') });

describe('a text', () => {
  it.each(['', 'Grüße 😀', 'two\nlines\t', '\u0007'])('may be %j', (text) => expect(wrongText(text)).toBeNull());
  it.each([`a${HALF}`, '\ude00\ud83d', 'a\0b'])('is not %j', (text) => expect(wrongText(text)).toMatch(/^holds /));

  it('is what survives its way into UTF-8 and back, without NUL', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const survives = Buffer.from(text, 'utf8').toString('utf8') === text && !text.includes('\0');
        expect(wrongText(text) === null).toBe(survives);
      }),
    );
  });
});

describe('a text that is none', () => {
  it('is found wherever it stands, as a key too, and its path is said', () => {
    expect(textFault({ a: [{ b: 'right' }, { c: `x${HALF}` }] })).toMatchObject({ path: ['a', '1', 'c'], index: 1 });
    expect(textFault({ a: { 'k\0': 1 } })).toMatchObject({ path: ['a'], text: 'k\0', index: 1 });
    expect(textFault(['a', 1, null, true, undefined, { b: {} }])).toBeNull();
  });

  it('is found however deep it lies', () => {
    let deep: unknown = HALF;
    for (let level = 0; level < 200_000; level += 1) deep = [deep];
    expect(textFault(deep)?.path).toHaveLength(200_000);
  });

  it('has a line and a column', () => {
    const text = 'one\ntwo\0';
    expect(placeIn(text, text.indexOf('\0'))).toEqual({ line: 2, column: 4 });
    expect(placeIn('\0', 0)).toEqual({ line: 1, column: 1 });
  });
});

describe('the beginning of a text', () => {
  it('is as long as it may be, and a text where the whole is one', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), (text, lengthMax) => {
        const begun = cut(text, lengthMax);
        expect(text.startsWith(begun)).toBe(true);
        expect(begun.length).toBeGreaterThanOrEqual(Math.min(text.length, lengthMax) - 1);
        if (wrongText(text) === null) expect(wrongText(begun)).toBeNull();
      }),
    );
    expect([cut('😀😀', 3), cut('😀😀', 4), cut('abc', 2)]).toEqual(['😀', '😀😀', 'ab']);
  });
});
