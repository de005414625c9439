import type { Bounced } from '../../engine/channels.js';
import type { Contact, Try } from '../../engine/contact.js';
import { customerOf } from '../../engine/contact-roles.js';
import {
  SAID_BY_ANOTHER,
  type Fact,
  type LedgerEntry,
  type NotToldRow,
  type NoticeRow,
  type RecipientRow,
} from '../../engine/facts.js';
import type { RecipientId, StepName } from '../../engine/words.js';

/** A frozen recipient, and what the ledger tells of them as a contact. What is due next it does not tell. */
export type Told = Omit<Contact, 'next'> & { row: RecipientRow };
/** A campaign's recipients as they were frozen last. */
type FrozenSet = { revision: number; told: Map<RecipientId, Told>; ofCustomer: Map<RecipientId, Told[]> };
type ListedRow = RecipientRow | NotToldRow;
type RecordedFact = { body: Fact; entry: Pick<LedgerEntry, 'at' | 'rows'> };

/**
 * The recipients of every campaign with what became of their notices, from the facts of a ledger in their order: what
 * `engine/told-counts.ts` counts of a ledger, written so that it is plain, with an object for each recipient.
 */
export function recipientsOf(facts: RecordedFact[]): Map<StepName, Map<RecipientId, Told>> {
  const campaigns = new Map<StepName, FrozenSet>();
  // The pages of a list stand one after the other, and before its last.
  const listed: ListedRow[] = [];
  // What came of an earlier revision after a corrected one was frozen says nothing of the notices of that.
  const toldBy = ({ step, revision, recipient }: { step: StepName; revision: number; recipient: RecipientId }) => {
    const frozen = campaigns.get(step);
    return frozen?.revision === revision ? frozen.told.get(recipient) : undefined;
  };
  for (const { body: fact, entry } of facts) {
    if (fact.type === 'recipients listed') listed.push(...((entry.rows ?? []) as ListedRow[]));
    // A preview that was rejected is frozen again: the last set is the one that was told.
    if (fact.type === 'recipients frozen') {
      const rows = listed.splice(0).concat((entry.rows ?? []) as ListedRow[]);
      campaigns.set(fact.step, { revision: fact.revision, ...frozenSet(rows) });
    }
    if (fact.type === 'recipients added' && campaigns.get(fact.step)?.revision === fact.revision) {
      const { told, ofCustomer } = campaigns.get(fact.step)!;
      const added = frozenSet((entry.rows ?? []) as ListedRow[]);
      for (const [recipient, one] of added.told) told.set(recipient, one);
      for (const [customer, contacts] of added.ofCustomer) ofCustomer.set(customer, contacts);
    }
    if (fact.type === 'notices settled' || fact.type === 'notices carried')
      for (const row of (entry.rows ?? []) as NoticeRow[])
        settle(toldBy({ ...fact, recipient: row.recipient }), row, entry);
    if (fact.type === 'notice arrived') {
      const told = toldBy(fact);
      if (told && fact.was !== undefined) tryOf(told, fact).state = 'delivered';
    }
    if (fact.type === 'notice bounced') {
      const told = toldBy(fact);
      if (told) bounce(told, fact, entry);
    }
    if (fact.type === 'response recorded') {
      // A customer has answered whichever of its contacts did; what it said last stands with who said it.
      const contacts = toldBy(fact) && campaigns.get(fact.step)!.ofCustomer.get(customerOf(fact.recipient));
      for (const one of contacts ?? [])
        one.answer = one.row.recipient === fact.recipient ? fact.answer : SAID_BY_ANOTHER;
    }
  }
  return new Map([...campaigns].map(([step, { told }]) => [step, told]));
}

function frozenSet(rows: ListedRow[]): Omit<FrozenSet, 'revision'> {
  const frozen = rows.filter((row): row is RecipientRow => !('notTold' in row));
  const told = new Map(
    frozen.map((row): [RecipientId, Told] => [
      row.recipient,
      { row, channels: row.channels, tries: [], firstAt: null, answer: null },
    ]),
  );
  const ofCustomer = new Map<RecipientId, Told[]>();
  for (const one of told.values()) {
    const customer = customerOf(one.row.recipient);
    const others = ofCustomer.get(customer);
    if (others) others.push(one);
    else ofCustomer.set(customer, [one]);
  }
  return { told, ofCustomer };
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
  const fresh: Try = { rung, channel, state: 'claimed', bounced: null, deferrals: 0, doubts: 0, isArrived: false };
  tries.push(fresh);
  return fresh;
}
