import { isUnreachable } from '../../engine/contact.js';
import type { Fact, LedgerEntry, RecipientRow } from '../../engine/facts.js';
import type { StepName } from '../../engine/words.js';
import { recipientsOf } from '../engine/told-oracle.js';

/** The recipients of a campaign whom nothing has reached or can reach and who have not answered, from the entries of the ledger. */
export function unreachedOf(entries: LedgerEntry[], campaign: StepName): RecipientRow[] {
  const facts = entries
    .filter(({ stream }) => stream !== 'events')
    .map((entry) => ({ entry, body: JSON.parse(entry.body) as Fact }));
  const told = [...(recipientsOf(facts).get(campaign)?.values() ?? [])];
  return told.filter((one) => isUnreachable(one) && one.answer === null).map(({ row }) => row);
}
