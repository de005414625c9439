import { describe, expect, it } from '@jest/globals';
import { isMet, percentile, spreadOf, type Row } from '../../bench/figures.js';

const row = (value: number, limit: number | null): Row => ({ what: 'p50', unit: 'ms', value, limit, spread: null });
const figure = (...rows: Row[]) => ({ name: 'figure', rows, note: '' });

describe('a figure', () => {
  it('is met when no row exceeds its limit, whatever rows without a limit say', () => {
    expect(isMet(figure(row(1.5, 1.5), row(99, null)))).toBe(true);
    expect(isMet(figure(row(1, 1.5), row(1.26, 1.25)))).toBe(false);
  });

  it('may have a least in the place of a most', () => {
    expect(isMet(figure({ ...row(0.56, 0.56), is: 'least' }))).toBe(true);
    expect(isMet(figure({ ...row(0.55, 0.56), is: 'least' }))).toBe(false);
    expect(isMet(figure({ ...row(Number.NaN, 0.56), is: 'least' }))).toBe(false);
  });

  it('is not met by a number that could not be had', () => {
    expect(isMet(figure(row(Number.NaN, 1.5)))).toBe(false);
    expect(isMet(figure(row(percentile([], 0.99), 1.25)))).toBe(false);
  });
});

describe('a percentile', () => {
  it('is the smallest value that this share does not exceed, in whatever order the values come', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([100, 198, 200]);
    expect(percentile([7], 0.01)).toBe(7);
  });
});

describe('a spread', () => {
  it('lies round the number of the sample, inside its range, and is narrower for a larger sample', () => {
    const sample = (size: number): number[] => Array.from({ length: size }, (_, index) => index / size);
    const width = (size: number): number => {
      const [low, high] = spreadOf(sample(size), (drawn) => percentile(drawn, 0.5));
      expect(low).toBeLessThan(0.5);
      expect(high).toBeGreaterThan(0.5);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThan(1);
      return high - low;
    };
    expect(width(1_000)).toBeLessThan(width(50));
  });
});
