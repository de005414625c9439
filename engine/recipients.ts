import type { Bounced } from './channels.js';
import type { Contact, Try } from './contact.js';
import type { Fact, LedgerEntry, NotToldRow, NoticeRow, RecipientRow } from './facts.js';
import type { Market, RecipientId, StepName } from './words.js';

/** A frozen recipient, and what the ledger tells of them as a contact. What is due next it does not tell. */
export type Told = Omit<Contact, 'next'> & { row: RecipientRow };
type RecordedFact = { body: Fact; entry: Pick<LedgerEntry, 'at' | 'rows'> };

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

/** The recipients of every campaign with what became of their notices, from the facts of a ledger in their order. */
export function recipientsOf(facts: RecordedFact[]): Map<StepName, Map<RecipientId, Told>> {
  const campaigns = new Map<StepName, Map<RecipientId, Told>>();
  for (const { body: fact, entry } of facts) {
    // A preview that was rejected is frozen again: the last set is the one that was told.
    if (fact.type === 'recipients frozen') campaigns.set(fact.step, frozenSet(entry));
    if (fact.type === 'notices settled' || fact.type === 'notices carried')
      for (const row of (entry.rows ?? []) as NoticeRow[])
        settle(campaigns.get(fact.step)?.get(row.recipient), row, entry);
    if (fact.type === 'notice bounced') {
      const told = campaigns.get(fact.step)?.get(fact.recipient);
      if (told) bounce(told, fact, entry);
    }
    if (fact.type === 'response recorded') {
      const told = campaigns.get(fact.step)?.get(fact.recipient);
      if (told) told.answer = fact.answer;
    }
  }
  return campaigns;
}

function frozenSet({ rows }: Pick<LedgerEntry, 'rows'>): Map<RecipientId, Told> {
  const frozen = ((rows ?? []) as (RecipientRow | NotToldRow)[]).filter(
    (row): row is RecipientRow => !('notTold' in row),
  );
  return new Map(
    frozen.map((row) => [row.recipient, { row, channels: row.channels, tries: [], firstAt: null, answer: null }]),
  );
}

function settle(told: Told | undefined, row: NoticeRow, { at }: Pick<LedgerEntry, 'at'>): void {
  if (!told) return;
  told.firstAt ??= at;
  tryOf(told, row).state = row.outcome;
}

function bounce(
  told: Told,
  notice: Pick<Try, 'rung' | 'channel'> & { how: Bounced },
  { at }: Pick<LedgerEntry, 'at'>,
): void {
  told.firstAt ??= at;
  tryOf(told, notice).bounced = notice.how;
}

/** The notice of a rung. A bounce can stand in the ledger before the settlement that it has overtaken. */
function tryOf({ tries }: Told, { rung, channel }: Pick<Try, 'rung' | 'channel'>): Try {
  const known = tries.find((one) => one.rung === rung);
  if (known) return known;
  const fresh: Try = { rung, channel, state: 'claimed', bounced: null, deferrals: 0, doubts: 0 };
  tries.push(fresh);
  return fresh;
}
