import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { smsParts, smsText } from '../../documents/sms-text.js';

const CHARACTERS = 'abcXYZ 09@£$éèìòÇØΔΞ^{}[]~|\\€äöñüßç’–ł漢ع'.split('');
const text = fc.array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 400 }).map((all) => all.join(''));

test('a text is cut into as many messages, by the same alphabet, as another counter has it', () => {
  fc.assert(
    fc.property(text, (one) => {
      const theirs = new SegmentedMessage(one, 'auto', false);
      expect(smsParts(one)).toMatchObject({ segments: theirs.segmentsCount, encoding: theirs.encodingName });
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['a'.repeat(160), 'GSM-7', 1],
  ['a'.repeat(161), 'GSM-7', 2],
  ['€'.repeat(80), 'GSM-7', 1],
  ['€'.repeat(81), 'GSM-7', 2],
  ['ç'.repeat(70), 'UCS-2', 1],
  ['ç'.repeat(71), 'UCS-2', 2],
  // Four bytes each, and none of them is cut in two.
  ['😀'.repeat(36), 'UCS-2', 2],
])('%s takes its messages', (one, encoding, segments) => {
  expect(smsParts(one)).toMatchObject({ encoding, segments });
});

test('characters that lengthen a text are named, each once', () => {
  expect(smsParts('çça’').odd).toEqual(['ç', '’']);
});

test('quotes, dashes and spaces of good typesetting are said as a telephone has them', () => {
  const said = smsText('l’avis – „hier“… 5\u00a0% :\u202f');
  expect(said).toBe('l\'avis - "hier"... 5 % : ');
  expect(smsParts(said)).toMatchObject({ encoding: 'GSM-7', odd: [] });
});
