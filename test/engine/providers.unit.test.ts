import { describe, expect, test } from '@jest/globals';
import { FAILURES_MAX, PUT_OFF_MAX, standingAfter, WORKING, type Seen } from '../../engine/providers.js';
import type { IsoInstant } from '../../engine/words.js';

const [FIRST, LATER] = ['2026-09-10T08:00:00.000Z', '2026-09-10T09:00:00.000Z'] as IsoInstant[];

function times(count: number, shows: Seen['shows'], end = (n: number) => `c${n}.example`): Seen[] {
  return Array.from({ length: count }, (_, n) => ({ provider: 'smtp', shows, end: end(n), why: `${shows} ${n}` }));
}

describe('a provider', () => {
  test('is away from when nothing got through so often in a row, and back with the first that does', () => {
    const almost = standingAfter(WORKING, times(FAILURES_MAX - 1, 'away'), FIRST!);
    expect(almost).toMatchObject({ failures: FAILURES_MAX - 1, awaySince: null });
    const away = standingAfter(almost, times(1, 'away'), LATER!);
    expect(away).toMatchObject({ awaySince: LATER, why: 'away 0' });
    expect(standingAfter(away, times(3, 'away'), FIRST!).awaySince).toBe(LATER);
    expect(standingAfter(away, [...times(3, 'away'), ...times(1, 'works')], LATER!)).toEqual(WORKING);
    expect(
      standingAfter(standingAfter(almost, times(1, 'works'), FIRST!), times(1, 'away'), FIRST!).awaySince,
    ).toBeNull();
  });

  test('that puts everybody off is away, and one that puts off many messages to one of them is not', () => {
    expect(standingAfter(WORKING, times(PUT_OFF_MAX - 1, 'puts-off'), FIRST!).awaySince).toBeNull();
    expect(standingAfter(WORKING, times(PUT_OFF_MAX, 'puts-off'), FIRST!).awaySince).toBe(FIRST);
    const toOne = times(5 * PUT_OFF_MAX, 'puts-off', () => 'shop.example');
    expect(standingAfter(WORKING, toOne, FIRST!)).toMatchObject({ putOff: 1, awaySince: null });
  });
});
