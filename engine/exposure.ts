import type { RecipientId } from './words.js';

/** What makes a place one where people are more exposed, or can protect themselves less, than elsewhere. */
export const CRITICALITIES = ['hospital', 'care-home', 'nursery', 'school', 'data-centre'] as const;
export type Criticality = (typeof CRITICALITIES)[number];

/** What the order of telling goes by. */
export type Exposed = { recipient: RecipientId; units: number; criticality: Criticality | null };

/**
 * The most exposed first: critical places before all others, whatever they hold; then who holds more; then by recipient, so
 * that the order is the same wherever it is made.
 */
export function byExposure(a: Exposed, b: Exposed): number {
  const critical = Number(b.criticality !== null) - Number(a.criticality !== null);
  return critical || b.units - a.units || (a.recipient < b.recipient ? -1 : 1);
}

/** So many recipients of each criticality that there is among them; `count` of them are alike. */
export function countCritical(
  recipients: (Pick<Exposed, 'criticality'> & { count?: number })[],
): Partial<Record<Criticality, number>> {
  const counts: Partial<Record<Criticality, number>> = {};
  for (const { criticality, count = 1 } of recipients)
    if (criticality !== null) counts[criticality] = (counts[criticality] ?? 0) + count;
  return counts;
}
