import type { Traced } from './traced.js';

/**
 * Units of which nobody has said what became of them, and all that there were. Who reports more than the records know may
 * hold what was sold to customers without a name; beyond that the records were wrong, and there were more.
 */
export function unitsUnknown(
  traced: Pick<Traced, 'unitsSold' | 'unitsCreditedMatched'> | undefined,
  { held, reported }: { held: number; reported: number },
): { unknown: number; total: number } {
  const sold = traced?.unitsSold ?? 0;
  const left = sold - (traced?.unitsCreditedMatched ?? 0) - reported;
  const unknown = Math.max(0, left);
  return { unknown, total: held + sold + (unknown - left) };
}
