/** A number with the limit it is held to, where it has one, and the range in which it lies as far as the sample can tell. */
export type Row = {
  what: string;
  unit: 'ms' | 's' | 'kB' | 'MB' | 'rows/s' | 'mails/s' | 'texts/s' | '';
  value: number;
  limit: number | null;
  /** Whether the limit is the most that is good, as it is where nothing is said, or the least. */
  is?: 'most' | 'least';
  spread: [number, number] | null;
};
export type Figure = { name: string; rows: Row[]; note: string };

const RESAMPLES = 1_000;
const SPREAD_SHARE = 0.95;

/** A number that could not be had does not meet its limit. */
export function isMet({ rows }: Figure): boolean {
  return rows.every(isRowMet);
}

export function isRowMet({ value, limit, is = 'most' }: Row): boolean {
  return limit === null || (is === 'most' ? value <= limit : value >= limit);
}

/** The smallest value that this share of the values does not exceed. */
export function percentile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Where 95 in 100 of the values lie that come out when the sample is drawn anew from itself. */
export function spreadOf<Item>(sample: Item[], compute: (drawn: Item[]) => number): [number, number] {
  const draw = (): Item => sample[Math.floor(Math.random() * sample.length)]!;
  const values = Array.from({ length: RESAMPLES }, () => compute(sample.map(draw)));
  return [percentile(values, (1 - SPREAD_SHARE) / 2), percentile(values, (1 + SPREAD_SHARE) / 2)];
}
