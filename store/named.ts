import { randomUUID } from 'node:crypto';
import { namedId, ADDED_AT_ONCE } from '../engine/cascade.js';
import type { Channel } from '../engine/channels.js';
import { readDoNotContact, type DoNotContact } from '../engine/do-not-contact.js';
import { customerOf } from '../engine/contact-roles.js';
import { sum } from '../engine/entries.js';
import { RecallError } from '../engine/errors.js';
import type { IsoInstant, Language, Market, RecallId, RecipientId, Sha256, StepName } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import { recipientIdOf, type CampaignKey } from './campaigns.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { keepNote } from './notes.js';
import { enqueue } from './outbox.js';
import { OF_CUSTOMER } from './responses.js';

/** Somebody whom a recipient names as supplied by them, at one address or two. */
export type NamedCustomer = { name: string; email: string | null; sms: string | null; units: number };
type KeptCustomer = NamedCustomer & { n: number; state: 'waiting' | 'told' | 'known' };
/** What stands of what one customer of ours has named, by whichever of its contacts. */
export type NamedSoFar = { customers: number; units: number };

/** Why what was named is not kept; `told`: of how many units it speaks. */
export type NamingRefusal = { why: 'tooMany' } | { why: 'tooManyUnits'; told: number };

/** By what one of those whom somebody names is known again. */
export function keyOfNamed({ email, sms }: Pick<NamedCustomer, 'email' | 'sms'>): string {
  return email === null ? sms! : email.toLowerCase();
}

/** Whether the campaign for those who are named still takes any: it waits to begin or has begun, and has not ended. */
export async function takesNames(db: Queryable, recallId: RecallId, step: StepName): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from step join recall on recall.id = recall_id
      where recall_id = $1 and step = $2 and status in ('waiting', 'active') and phase in ('open', 'closing')`,
    [recallId, step],
  );
  return rowCount === 1;
}

/**
 * Keeps whom a customer of ours names, by whichever of its contacts, and has the campaign for them told so in the same transaction. `isWhole`: the list takes the
 * place of the one before, but for those who are told; else it is added to it. Who is named again is corrected while nobody
 * has told them; the same again is no news. More units than they received are refused unless they insist.
 */
export async function keepNamed(
  pool: Pool,
  key: CampaignKey,
  naming: {
    by: RecipientId;
    customers: NamedCustomer[];
    isWhole: boolean;
    insists: boolean;
    /** So many units were delivered to those for whom they answer. */
    received: number;
    /** What they have agreed to, as it stood on their page. */
    consent: string;
    /** The campaign that tells those who are named, and how many one may name. */
    tells: StepName;
    ofEach: number;
    at: IsoInstant;
  },
): Promise<NamedSoFar | NamingRefusal> {
  const { recallId, step, revision } = key;
  const { by, isWhole, insists, received, consent, tells, ofEach, at } = naming;
  const customer = customerOf(by);
  return withTransaction(pool, async (client) => {
    const salt = await lockCustomer(client, key, by);
    const before = await namedBy(client, recallId, step, customer);
    const after = merged(before, naming.customers, isWhole);
    const units = sum(after, (one) => one.units);
    if (after.length > ofEach) return { why: 'tooMany' };
    if (units > received && !insists) return { why: 'tooManyUnits', told: units };
    const so = { customers: after.length, units };
    if (listText(before) === listText(after)) return so;
    await client.query(
      `delete from named_customer where recall_id = $1 and step = $2 and named_by = $3 and state = 'waiting' and n <> all ($4)`,
      [recallId, step, customer, after.map(({ n }) => n)],
    );
    await client.query(
      `insert into named_customer (recall_id, step, named_by, n, name, email, sms, units, at)
       select $1, $2, $3, n, name, email, sms, units, $5
         from jsonb_to_recordset($4::jsonb) as given(n integer, name text, email text, sms text, units integer)
       on conflict (recall_id, step, named_by, n) do update
          set name = excluded.name, email = excluded.email, sms = excluded.sms, units = excluded.units
        where named_customer.state = 'waiting'`,
      [recallId, step, customer, JSON.stringify(after), at],
    );
    const agreed = sha256Hex(consent) as Sha256;
    await keepNote(client, recallId, agreed, consent);
    const list = sha256Hex(`${salt}${listText(after)}`) as Sha256;
    await appendFact(client, {
      recallId,
      at,
      fact: { type: 'customers named', v: 1, step, revision, recipient: by, ...so, list, consent: agreed },
    });
    const id = `${recallId}/named/${tells}/${by}/${randomUUID()}`;
    await enqueue(client, recallId, { id, at, input: { type: 'customers named', step: tells } });
    return so;
  });
}

/** A recipient tells those whom they supplied themselves. What they say of it stays in the store; the ledger has its salted hash. */
export async function keepToldThemselves(
  pool: Pool,
  key: CampaignKey,
  { by, how, at }: { by: RecipientId; how: string; at: IsoInstant },
): Promise<void> {
  const { recallId, step, revision } = key;
  await withTransaction(pool, async (client) => {
    const salt = await lockCustomer(client, key, by);
    const hash = sha256Hex(`${salt}${how}`) as Sha256;
    await keepNote(client, recallId, hash, how);
    const fact = { type: 'customers told', v: 1, step, revision, recipient: by, how: hash } as const;
    await appendFact(client, { recallId, at, fact });
  });
}

export async function namedSoFar(
  db: Queryable,
  recallId: RecallId,
  step: StepName,
  by: RecipientId,
): Promise<NamedSoFar> {
  const named = await namedBy(db, recallId, step, customerOf(by));
  return { customers: named.length, units: sum(named, ({ units }) => units) };
}

/** Two contacts of one customer have one list. */
async function lockCustomer(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  recipient: RecipientId,
): Promise<string> {
  const { rows } = await client.query<{ recipient: RecipientId; salt: string }>(
    `select recipient, salt from recipient join recall on recall.id = recall_id
      where recall_id = $1 and step = $2 and revision = $3 and ${OF_CUSTOMER} order by recipient for update of recipient`,
    [recallId, step, revision, customerOf(recipient)],
  );
  const known = rows.find((one) => one.recipient === recipient);
  if (known) return known.salt;
  throw new RecallError({
    code: 'not-found',
    message: 'this recipient is not part of the campaign',
    where: recipient,
  });
}

async function namedBy(db: Queryable, recallId: RecallId, step: StepName, by: RecipientId): Promise<KeptCustomer[]> {
  const { rows } = await db.query<KeptCustomer>(
    `select n, name, email, sms, units, state from named_customer
      where recall_id = $1 and step = $2 and named_by = $3 order by n`,
    [recallId, step, by],
  );
  return rows;
}

function merged(before: KeptCustomer[], given: NamedCustomer[], isWhole: boolean): KeptCustomer[] {
  const byKey = new Map(before.map((one) => [keyOfNamed(one), one]));
  const named = new Map(given.map((one) => [keyOfNamed(one), one]));
  const kept = before.flatMap((one): KeptCustomer[] => {
    const again = named.get(keyOfNamed(one));
    if (one.state !== 'waiting') return [one];
    if (again !== undefined) return [{ ...one, ...again }];
    return isWhole ? [] : [one];
  });
  let n = Math.max(0, ...before.map((one) => one.n));
  const fresh = [...named].flatMap(([key, one]): KeptCustomer[] =>
    byKey.has(key) ? [] : [{ ...one, n: (n += 1), state: 'waiting' }],
  );
  return [...kept, ...fresh];
}

function listText(customers: KeptCustomer[]): string {
  return JSON.stringify(customers.map(({ n, name, email, sms, units }) => [n, name, email, sms, units]));
}

/** Somebody who waits to be told, with what follows from who named them. */
export type WaitingCustomer = NamedCustomer & {
  by: RecipientId;
  n: number;
  recipient: RecipientId;
  markets: Market[];
  language: Language;
  /** What the customer of ours is called from whom the product came to them: no word of somebody who was named. */
  supplier: string;
  doNotContact: DoNotContact;
  /** Another notice of the recall has told them, or will. */
  isKnown: boolean;
};

/** The first of those who wait, in the order in which they were named, held until the caller's transaction ends. */
export async function waitingCustomers(
  client: Client,
  { recallId, of, tells }: { recallId: RecallId; of: StepName; tells: StepName },
): Promise<WaitingCustomer[]> {
  const { rows } = await client.query<
    NamedCustomer & {
      by: RecipientId;
      n: number;
      markets: Market[];
      language: Language;
      supplier: string;
      salt: string;
      contacts: { code: string; wish: string | null }[] | null;
      isNamed: boolean;
      isTold: boolean;
    }
  >(
    `select named.named_by as by, named.n, named.name, named.email, named.sms, named.units,
            supplied.markets, supplied.notice_language as language, coalesce(supplied.supplier, supplied.name) as supplier,
            (select salt from recall where id = $1) as salt,
            (select json_agg(json_build_object('code', code, 'wish', do_not_contact)) from contact
              where lower(contact.email) = lower(named.email)) as contacts,
            exists (select from named_customer other where other.recall_id = $1 and other.state = 'told' and lower(other.email) = lower(named.email))
              or exists (select from named_customer other where other.recall_id = $1 and other.state = 'told' and other.sms = named.sms) as "isNamed",
            exists (select from recipient where addresses->>'sms' = named.sms and addresses ? 'sms' and recall_id = $1) as "isTold"
       from named_customer named
            join recipient supplied on supplied.recall_id = $1 and supplied.step = $2 and supplied.recipient = named.named_by
             and supplied.revision = (select max(revision) from recipient newest
                                       where newest.recall_id = $1 and newest.step = $2 and newest.recipient = named.named_by)
      where named.recall_id = $1 and named.step = $2 and named.state = 'waiting'
      order by named.at, named.named_by, named.n limit $3 for update of named`,
    [recallId, of, ADDED_AT_ONCE],
  );
  const codes = rows.flatMap(({ contacts, salt }) => (contacts ?? []).map(({ code }) => recipientIdOf(code, salt)));
  const told = await client.query<{ recipient: RecipientId }>(
    `select distinct recipient from campaign join recipient using (recall_id, step, revision)
      where recall_id = $1 and step <> $3 and recipient = any ($2)`,
    [recallId, codes, tells],
  );
  const ids = new Set(told.rows.map(({ recipient }) => recipient));
  const seen = new Set<string>();
  return rows.map(({ contacts, salt, isNamed, isTold, ...one }) => {
    const own = [one.email?.toLowerCase() ?? null, one.sms].filter((address) => address !== null);
    const isTwice = own.some((address) => seen.has(address));
    for (const address of own) seen.add(address);
    const isOurs = (contacts ?? []).some(({ code }) => ids.has(recipientIdOf(code, salt)));
    const wishes = (contacts ?? []).map(({ wish }) => readDoNotContact(wish ?? '') ?? []);
    return {
      ...one,
      recipient: namedId(one.by, one.n),
      doNotContact: wishes.includes('all') ? 'all' : (wishes as Channel[][]).flat(),
      isKnown: isNamed || isTold || isOurs || isTwice,
    };
  });
}

/** What has become of some of those who waited. */
export async function settleNamed(
  client: Client,
  { recallId, of }: { recallId: RecallId; of: StepName },
  customers: Pick<WaitingCustomer, 'by' | 'n'>[],
  state: 'told' | 'known',
): Promise<void> {
  await client.query(
    `update named_customer set state = $4 from jsonb_to_recordset($3::jsonb) as done(by text, n integer)
      where recall_id = $1 and step = $2 and named_by = done.by and named_customer.n = done.n`,
    [recallId, of, JSON.stringify(customers.map(({ by, n }) => ({ by, n }))), state],
  );
}

/** How many still wait. */
export async function waitingCount(db: Queryable, recallId: RecallId, of: StepName): Promise<number> {
  const { rows } = await db.query<{ waiting: number }>(
    `select count(*)::integer as waiting from named_customer where recall_id = $1 and step = $2 and state = 'waiting'`,
    [recallId, of],
  );
  return rows[0]!.waiting;
}
