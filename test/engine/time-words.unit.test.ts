import { expect, test } from '@jest/globals';
import { dueWords, durationWords, utcWords } from '../../engine/time-words.js';
import type { IsoDuration, IsoInstant } from '../../engine/words.js';

test.each([
  ['PT24H', '24 hours'],
  ['P1D', '1 day'],
  ['PT1H', '1 hour'],
  ['PT0S', '0 seconds'],
  ['P1DT2H33M', '1 day 2 hours'],
  ['P1DT33M', '1 day'],
  ['PT2H33M7S', '2 hours 33 minutes'],
  ['PT90M', '90 minutes'],
  ['P2W', '14 days'],
])('%s is said as %s', (duration, words) => {
  expect(durationWords(duration as IsoDuration)).toBe(words);
});

test('an instant lies before, at or after now', () => {
  const now = '2026-09-10T10:00:00.000Z' as IsoInstant;
  expect(dueWords('2026-09-10T12:00:00.000Z' as IsoInstant, now)).toBe('in 2 hours');
  expect(dueWords('2026-09-10T08:00:00.000Z' as IsoInstant, now)).toBe('overdue by 2 hours');
  expect(dueWords(now, now)).toBe('now');
  expect(utcWords(now)).toBe('2026-09-10 10:00:00+00:00');
});
