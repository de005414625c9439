import { expect, test } from '@jest/globals';
import { nextRung } from '../../engine/contact-ladder.js';
import type { ContactRung } from '../../engine/channels.js';
import type { IsoInstant } from '../../engine/words.js';

const FIRST = '2026-09-10T08:00:00.000Z' as IsoInstant;
const LADDER = [
  { by: 'email', after: 'PT0S' },
  { by: 'email', after: 'P3D' },
  { by: 'email', after: 'P7D' },
] as ContactRung[];

test('a delivered notice goes on to the next rung, counted from the first try', () => {
  expect(nextRung(LADDER, 0, 'delivered', FIRST)).toEqual({ rung: 1, at: '2026-09-13T08:00:00.000Z' });
  expect(nextRung(LADDER, 1, 'delivered', FIRST)).toEqual({ rung: 2, at: '2026-09-17T08:00:00.000Z' });
});

test('the last rung and a dead address exhaust the recipient', () => {
  expect(nextRung(LADDER, 2, 'delivered', FIRST)).toBe('exhausted');
  expect(nextRung(LADDER, 0, 'refused', FIRST)).toBe('exhausted');
  expect(nextRung(LADDER, 0, 'bounced', FIRST)).toBe('exhausted');
});

test('another channel is tried when an address of the first is dead', () => {
  const mixed = [...LADDER.slice(0, 2), { by: 'letter', after: 'P4D' }] as unknown as ContactRung[];
  expect(nextRung(mixed, 0, 'bounced', FIRST)).toEqual({ rung: 2, at: '2026-09-14T08:00:00.000Z' });
});
