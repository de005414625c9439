import type { Fact, LedgerEntry, NoticeRow, RecipientRow } from '../../engine/facts.js';
import type { StepName } from '../../engine/words.js';

/** The recipients of a campaign with no notice that stands and no answer, from the entries of the ledger. */
export function unreachedOf(entries: LedgerEntry[], campaign: StepName): RecipientRow[] {
  let recipients: RecipientRow[] = [];
  const stands = new Map<string, number>();
  const answered = new Set<string>();
  const count = (recipient: string, by: number): void => void stands.set(recipient, (stands.get(recipient) ?? 0) + by);
  for (const { stream, body, rows } of entries) {
    if (stream === 'events') continue;
    const fact = JSON.parse(body) as Fact;
    if (!('step' in fact) || fact.step !== campaign) continue;
    // A preview that was rejected is frozen again: the last set is the one that was told.
    if (fact.type === 'recipients frozen') recipients = (rows ?? []) as RecipientRow[];
    if (fact.type === 'notices settled')
      for (const { recipient, outcome } of (rows ?? []) as NoticeRow[])
        if (outcome === 'delivered') count(recipient, 1);
    if (fact.type === 'notice bounced') count(fact.recipient, -1);
    if (fact.type === 'response recorded') answered.add(fact.recipient);
  }
  return recipients.filter(({ recipient }) => (stands.get(recipient) ?? 0) <= 0 && !answered.has(recipient));
}
