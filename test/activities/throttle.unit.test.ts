import { expect, test } from '@jest/globals';
import { createThrottle, pageSize } from '../../activities/throttle.js';

/** Work that goes on until it is let go, and counts how much of it goes on. */
function held() {
  const open: (() => void)[] = [];
  const work = (n: number) => async () => {
    begun.push(n);
    await new Promise<void>((resolve) => open.push(resolve));
    return n;
  };
  const begun: number[] = [];
  return { begun, work, letGo: () => open.shift()!() };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so much is on the wire at once and no more, in the order in which it came', async () => {
  const throttle = createThrottle({ atOnce: 2, perSecond: null });
  const { begun, work, letGo } = held();
  const all = Promise.all([1, 2, 3, 4].map((n) => throttle(work(n))));
  await settle();
  expect(begun).toEqual([1, 2]);
  letGo();
  await settle();
  expect(begun).toEqual([1, 2, 3]);
  for (let left = 0; left < 3; left += 1) {
    letGo();
    await settle();
  }
  expect(await all).toEqual([1, 2, 3, 4]);
});

test('what fails gives its place on, and says so to whom it was for', async () => {
  const throttle = createThrottle({ atOnce: 1, perSecond: null });
  const failed = throttle(() => Promise.reject(new Error('away')));
  const next = throttle(() => Promise.resolve('through'));
  await expect(failed).rejects.toThrow('away');
  expect(await next).toBe('through');
});

test('no more is begun in a second than is borne, and the loop goes on meanwhile', async () => {
  const throttle = createThrottle({ atOnce: 10, perSecond: 50 });
  let beats = 0;
  const beat = setInterval(() => (beats += 1), 5);
  const from = performance.now();
  const begun = await Promise.all(Array.from({ length: 6 }, () => throttle(() => Promise.resolve(performance.now()))));
  clearInterval(beat);
  // A timer may be late, and the first piece too, but none is early by more than a millisecond; five places lie before the last.
  expect(begun.at(-1)! - from).toBeGreaterThan(5 * 20 - 5);
  expect(beats).toBeGreaterThan(5);
});

test('a page is what is on the wire at once, a few times that once its provider was tried, and no more than goes out in a second', () => {
  expect(pageSize({ atOnce: 20, perSecond: null }, false)).toBe(20);
  expect(pageSize({ atOnce: 20, perSecond: null }, true)).toBe(60);
  expect(pageSize({ atOnce: 20, perSecond: 3 }, true)).toBe(3);
  expect(pageSize({ atOnce: 20, perSecond: 40 }, true)).toBe(40);
  expect(pageSize({ atOnce: 20, perSecond: 400 }, false)).toBe(20);
});
