import { describe, expect, test } from '@jest/globals';
import { segmentsOf } from '../../../drills/far-ends/twilio/segments.js';

describe('a text', () => {
  // The limits that Twilio documents: 160 and 153 characters of GSM 03.38, 70 and 67 of UCS-2.
  test.each([
    ['nothing', '', 1],
    ['160 characters of GSM', 'a'.repeat(160), 1],
    ['161', 'a'.repeat(161), 2],
    ['306', 'ß'.repeat(306), 2],
    ['307', 'Ω'.repeat(307), 3],
    ['80 that are escaped', '€'.repeat(80), 1],
    ['81', '€'.repeat(81), 2],
    ['152 and an escaped one at the end of a part', `${'a'.repeat(152)}€${'a'.repeat(151)}`, 2],
    ['one more', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 3],
    ['70 of which one is not of GSM', `${'a'.repeat(69)}ł`, 1],
    ['71', `${'a'.repeat(70)}ł`, 2],
    ['134', `${'a'.repeat(133)}ł`, 2],
    ['135', `${'a'.repeat(134)}ł`, 3],
    ['a typed apostrophe', `${'a'.repeat(100)}’`, 2],
    ['a sign of several, which is not cut', `${'ł'.repeat(60)}👩‍👩‍👧${'ł'.repeat(60)}`, 3],
    ['lines of a form, which are of GSM', 'a\r\n'.repeat(53), 1],
    ['35 outside of the basic plane', '🔥'.repeat(35), 1],
    ['66 and one of those at the end of a part', `${'ł'.repeat(66)}🔥${'ł'.repeat(65)}`, 2],
    ['one more', `${'ł'.repeat(66)}🔥${'ł'.repeat(66)}`, 3],
  ])('%s', (_what, body, segments) => {
    expect(segmentsOf(body)).toBe(segments);
  });
});
