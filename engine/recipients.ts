import type { NotToldRow } from './facts.js';
import type { Market, RecipientId } from './words.js';

/** Consignees by whether they are told: who has nothing left of what they bought is not, and stands in the list with the reason. */
export function splitTold<T extends { recipient: RecipientId; markets: Market[]; units: number }>(
  consignees: T[],
): { told: T[]; notTold: NotToldRow[] } {
  return {
    told: consignees.filter(({ units }) => units > 0),
    notTold: consignees
      .filter(({ units }) => units <= 0)
      .map(({ recipient, markets }) => ({ recipient, markets, notTold: 'all-credited' })),
  };
}
