import { RecallError } from '../engine/errors.js';
import { streamOf, type Fact, type LedgerEntry } from '../engine/facts.js';
import type { FactValue } from '../engine/playbook.js';
import type { Verb } from '../engine/vote.js';
import type { AskId, IsoInstant, PersonId, RecallId, Sha256 } from '../engine/words.js';
import { canonicalJson } from '../engine/digest.js';
import { sha256Hex } from '../trust/canonical.js';
import { chainHash } from '../trust/chain.js';
import type { Signer } from '../trust/checkpoints.js';
import type { AppendEvents, StatusView } from '../workflows/contract.js';
import { signDecision } from './checkpoints.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { setHalts } from './halts.js';
import { markJudged } from './judged-mentions.js';

type Head = { link: number; hash: Sha256 };
type NewEntry = {
  recallId: RecallId;
  stream: string;
  number: number;
  at: IsoInstant;
  wall: IsoInstant;
  body: string;
  rows: LedgerEntry['rows'];
};

/**
 * Appends the engine's events in order, once: a batch that is here already is left as it is, a gap is refused, and
 * the same number with other content is an error that stops the recall. The read models move in the same transaction.
 * Where there is a key, the chain is signed at every decision.
 */
export async function appendEvents(
  pool: Pool,
  { recallId, events, view, halts }: AppendEvents,
  signer: Signer | null = null,
): Promise<void> {
  await withTransaction(pool, async (client) => {
    // Whoever writes to a tray takes the chain after it.
    for (const event of events) if (event.type === 'mention judged') await markJudged(client, recallId, event);
    let head = await lockChain(client, recallId);
    const last = await numberOf(client, recallId, 'events');
    for (const event of events) {
      const body = canonicalJson(event);
      if (event.seq <= last) {
        await requireSame(client, recallId, event.seq, body);
        continue;
      }
      const { next: missing, wall } = await nextOf(client, recallId, 'events');
      if (event.seq !== missing) throw gap(recallId, missing, event.seq);
      head = await insert(client, head, {
        recallId,
        stream: 'events',
        number: event.seq,
        at: event.at,
        wall,
        body,
        rows: null,
      });
      if (signer && event.type === 'decision given')
        await signDecision(client, signer, { recallId, ...head, at: event.at, wall });
    }
    if ((events.at(-1)?.seq ?? 0) > last) await projectView(client, recallId, view);
    await setHalts(client, recallId, halts);
    await storeHead(client, recallId, head);
  });
}

/** Writes a fact in the caller's transaction. Call it last: it holds the recall's chain until the commit. */
export async function appendFact(
  client: Client,
  { recallId, at, fact, rows = null }: { recallId: RecallId; at: IsoInstant; fact: Fact; rows?: LedgerEntry['rows'] },
): Promise<void> {
  const head = await lockChain(client, recallId);
  const stream = streamOf(fact);
  const { next: number, wall } = await nextOf(client, recallId, stream);
  await storeHead(
    client,
    recallId,
    await insert(client, head, { recallId, stream, number, at, wall, body: canonicalJson(fact), rows }),
  );
}

/** Facts that are written at once. */
const CHAINED_AT_ONCE = 100;

/**
 * Writes facts of one stream in their order, the rows of the first being the first page of a table, and so on: rows that are
 * many go from table to table, and hold the chain for no longer than that takes.
 */
export async function appendPagedFacts(
  client: Client,
  { recallId, at, facts }: { recallId: RecallId; at: IsoInstant; facts: Fact[] },
  pages: string,
): Promise<void> {
  let head = await lockChain(client, recallId);
  const stream = streamOf(facts[0]!);
  const { next, wall } = await nextOf(client, recallId, stream);
  // A part of them at a time, because hashing a thousand takes as long as a worker may be held up.
  for (let from = 0; from < facts.length; from += CHAINED_AT_ONCE) {
    const entries = facts.slice(from, from + CHAINED_AT_ONCE).map((fact, index) => {
      const { link, hash: prev } = head;
      const number = next + from + index;
      const entry = { recallId, link: link + 1, stream, number, at, wall, body: canonicalJson(fact) };
      head = { link: entry.link, hash: chainHash(prev, entry) };
      return { ...entry, n: from + index + 1, prev, hash: head.hash };
    });
    await client.query(
      `insert into ledger_entry (recall_id, link, stream, number, at, wall, body, page, prev, hash)
       select e."recallId", e.link, e.stream, e.number, e.at, e.wall, e.body, p.page, e.prev, e.hash
         from jsonb_to_recordset($1::jsonb)
           as e("recallId" text, link integer, stream text, number integer, at text, wall timestamptz, body text, n integer, prev text, hash text)
         join ${pages} p using (n) order by n`,
      [JSON.stringify(entries)],
    );
  }
  await storeHead(client, recallId, head);
}

/**
 * Erases the rows of an entry, which are what of a ledger names recipients, and records who had that done. Gives how many.
 * Throws `not-found` where the entry has none.
 */
export async function eraseRows(
  client: Client,
  { recallId, link, at, by }: { recallId: RecallId; link: number; at: IsoInstant; by: PersonId },
): Promise<{ rows: number }> {
  await lockChain(client, recallId);
  const { rows } = await client.query<{ body: string; page: string }>({
    name: 'rows-to-erase',
    text: 'select body, page from ledger_entry where recall_id = $1 and link = $2 and page is not null',
    values: [recallId, link],
  });
  const [entry] = rows;
  if (!entry)
    throw new RecallError({
      code: 'not-found',
      message: `entry ${link} of ${recallId} has no rows`,
      where: `${recallId}, link ${link}`,
      expected: 'an entry with rows, such as a page of notices',
      remedy: 'look in the export which entries have rows',
    });
  await client.query('update ledger_entry set page = null where recall_id = $1 and link = $2', [recallId, link]);
  const { digest } = JSON.parse(entry.body) as { digest: Sha256 };
  await appendFact(client, { recallId, at, fact: { type: 'rows erased', v: 1, link, digest, by } });
  return { rows: (JSON.parse(entry.page) as unknown[]).length };
}

/** Digest of the rows that a fact's page covers. */
export function digestOfRows(rows: NonNullable<LedgerEntry['rows']>): Sha256 {
  return sha256Hex(canonicalJson(rows));
}

/** Number of the last event in the ledger, 0 where there is none. */
export async function lastSeq(db: Queryable, recallId: RecallId): Promise<number> {
  return numberOf(db, recallId, 'events');
}

/** What is read of a ledger at once: of a frozen list each entry holds a thousand rows, and one may hold a long text. */
export const LEDGER_PAGE = { entries: 10, bytes: 2 * 1024 * 1024 };

type EntryRow = Omit<LedgerEntry, 'wall' | 'rows'> & { wall: Date; page: string | null };

/**
 * The entries of a recall in the order of the chain, all of them, or those after a link and up to another, one after the other
 * and never all of them: a page is read at a time, which is small in entries and in bytes. An entry that is larger than a
 * page is one of its own.
 */
export async function* ledgerEntries(
  db: Queryable,
  recallId: RecallId,
  { after = 0, through = null }: { after?: number; through?: number | null } = {},
): AsyncGenerator<LedgerEntry> {
  for (let from = after; ;) {
    // How long a text is stands beside it, so that none is read for being weighed.
    const { rows } = await db.query<EntryRow>({
      name: 'read-ledger',
      text: `select recall_id as "recallId", link, stream, number, at, body, page, wall, prev, hash
               from (select *, coalesce(sum(bytes) over (order by link rows between unbounded preceding and 1 preceding), 0) as before
                       from (select *, octet_length(body) + coalesce(octet_length(page), 0) as bytes
                               from ledger_entry where recall_id = $1 and link > $2 and ($3::integer is null or link <= $3)
                              order by link limit $4) next) weighed
              where before = 0 or before + bytes <= $5 order by link`,
      values: [recallId, from, through, LEDGER_PAGE.entries, LEDGER_PAGE.bytes],
    });
    if (rows.length === 0) return;
    for (const row of rows) yield entryOf(row);
    from = rows.at(-1)!.link;
  }
}

function entryOf({ wall, page, ...entry }: EntryRow): LedgerEntry {
  return {
    ...entry,
    rows: page === null ? null : (JSON.parse(page) as LedgerEntry['rows']),
    wall: wall.toISOString() as IsoInstant,
  };
}

/** All of them at once, where they are known to be few. */
export async function readLedger(db: Queryable, recallId: RecallId): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const entry of ledgerEntries(db, recallId)) entries.push(entry);
  return entries;
}

/** What a person said on an ask: a verb or, where it was answered, values. */
type Said = { by: PersonId; onBehalfOf: PersonId | null; at: IsoInstant };
export type GivenDecision = Said & { verb: Verb };
/** `was`: what it took the place of. */
export type GivenAnswer = Said & { values: Record<string, FactValue>; was?: Record<string, FactValue> };

/** Who had an ask put anew, and when. */
export type Renewed = { by: PersonId; at: IsoInstant };

/** What people have decided on an ask or answered, as the ledger has it, in order; and who had it put anew, which voids what was said on it. */
export async function saidOn(
  db: Queryable,
  recallId: RecallId,
  ask: AskId,
): Promise<{ said: (GivenDecision | GivenAnswer)[]; renewed: Renewed | null }> {
  const { rows } = await db.query<{ body: string }>({
    name: 'said-on',
    text: `select body from ledger_entry
            where recall_id = $1 and stream = 'events' and body::jsonb ->> 'ask' = $2
              and body::jsonb ->> 'type' in ('ask renewed', 'decision given', 'answer given', 'answer corrected')
            order by number`,
    values: [recallId, ask],
  });
  const said = rows.map(({ body }) => JSON.parse(body) as { type: string } & (GivenDecision | GivenAnswer));
  const renewed = said.findLastIndex(({ type }) => type === 'ask renewed');
  return { said: said.slice(renewed + 1), renewed: said[renewed] ?? null };
}

/** What a person has said on an ask; null where they have said nothing since it was last put anew. */
export async function saidBy(
  db: Queryable,
  recallId: RecallId,
  ask: AskId,
  person: PersonId,
): Promise<GivenDecision | GivenAnswer | null> {
  const { said } = await saidOn(db, recallId, ask);
  return said.findLast(({ by }) => by === person) ?? null;
}

// Not `for update`: that would wait for every transaction that has only referred to the recall, and two of those would wait for each other.
async function lockChain(client: Client, recallId: RecallId): Promise<Head> {
  const { rows } = await client.query<{ link: number; hash: Sha256 }>({
    name: 'lock-chain',
    text: 'select chain_link as link, chain_hash as hash from recall where id = $1 for no key update',
    values: [recallId],
  });
  if (!rows[0])
    throw new RecallError({ code: 'not-found', message: `there is no recall ${recallId}`, where: recallId });
  return rows[0];
}

async function storeHead(client: Client, recallId: RecallId, head: Head): Promise<void> {
  await client.query({
    name: 'store-chain-head',
    text: 'update recall set chain_link = $2, chain_hash = $3 where id = $1',
    values: [recallId, head.link, head.hash],
  });
}

async function numberOf(db: Queryable, recallId: RecallId, stream: string): Promise<number> {
  const { rows } = await db.query<{ last: number }>({
    name: 'last-number',
    text: 'select coalesce(max(number), 0) as last from ledger_entry where recall_id = $1 and stream = $2',
    values: [recallId, stream],
  });
  return rows[0]!.last;
}

/** The number of the next entry of a stream, and the wall time at which it is written, to the millisecond, which its hash covers. */
async function nextOf(client: Client, recallId: RecallId, stream: string): Promise<{ next: number; wall: IsoInstant }> {
  const { rows } = await client.query<{ next: number; wall: Date }>({
    name: 'next-number',
    text: `select coalesce(max(number), 0) + 1 as next, clock_timestamp() as wall
             from ledger_entry where recall_id = $1 and stream = $2`,
    values: [recallId, stream],
  });
  const { next, wall } = rows[0]!;
  return { next, wall: wall.toISOString() as IsoInstant };
}

async function insert(client: Client, head: Head, entry: NewEntry): Promise<Head> {
  const link = head.link + 1;
  const hash = chainHash(head.hash, { ...entry, link });
  const page = entry.rows === null ? null : canonicalJson(entry.rows);
  await client.query({
    name: 'insert-ledger-entry',
    text: `insert into ledger_entry (recall_id, link, stream, number, at, wall, body, page, prev, hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [entry.recallId, link, entry.stream, entry.number, entry.at, entry.wall, entry.body, page, head.hash, hash],
  });
  return { link, hash };
}

async function requireSame(client: Client, recallId: RecallId, seq: number, body: string): Promise<void> {
  const { rows } = await client.query<{ body: string }>({
    name: 'read-event',
    text: `select body from ledger_entry where recall_id = $1 and stream = 'events' and number = $2`,
    values: [recallId, seq],
  });
  if (rows[0]?.body === body) return;
  throw new RecallError({
    code: 'ledger-other-content',
    message: `event ${seq} of ${recallId} stands in the ledger with other content`,
    where: `${recallId}, event ${seq}`,
    expected: 'the event that was appended before',
    remedy: 'stop the recall and compare the workflow history with the ledger',
  });
}

function gap(recallId: RecallId, missing: number, seq: number): RecallError {
  return new RecallError({
    code: 'ledger-gap',
    message: `event ${seq} of ${recallId} came before event ${missing}`,
    where: `${recallId}, event ${missing}`,
    expected: `event ${missing}`,
    remedy: 'stop the recall and compare the workflow history with the ledger',
  });
}

async function projectView(client: Client, recallId: RecallId, view: StatusView): Promise<void> {
  await client.query({
    name: 'project-asks',
    text: `insert into ask (recall_id, ask, step, question, role, status, people, left_people, opened_at, due_at, next_rung_at, about, form, evidence, shown, evidence_now, correction)
           select $1, a->>'ask', a->>'step', a->>'question', a->>'role', a->>'status', a->'people', a->'left', a->>'openedAt', a->>'dueAt',
                  a->>'nextRungAt', nullif(a->'about', 'null'), a->'form', a->'evidence', a->>'shown', nullif(a->'evidenceNow', 'null'), nullif(a->'correction', 'null')
             from jsonb_array_elements($2::jsonb) a
           on conflict (recall_id, ask) do update
             set status = excluded.status, people = excluded.people, left_people = excluded.left_people, opened_at = excluded.opened_at, next_rung_at = excluded.next_rung_at, evidence_now = excluded.evidence_now, correction = excluded.correction`,
    values: [recallId, JSON.stringify(view.asks)],
  });
  await client.query({
    name: 'project-steps',
    text: `insert into step (recall_id, step, position, kind, title, status, round, started_at, ended_at, words)
           select $1, s->>'step', position, s->>'kind', s->>'title', s->>'status', (s->>'round')::integer, s->>'startedAt', s->>'endedAt', s->>'words'
             from jsonb_array_elements($2::jsonb) with ordinality as t(s, position)
           on conflict (recall_id, step) do update
             set status = excluded.status, round = excluded.round, started_at = excluded.started_at, ended_at = excluded.ended_at, words = excluded.words`,
    values: [recallId, JSON.stringify(view.steps)],
  });
  await client.query({
    name: 'project-recall',
    text: 'update recall set next_due = $2, phase = $3, closed_at = $4, ended_at = $5 where id = $1',
    values: [recallId, view.nextDue, view.phase, view.closedAt, view.endedAt],
  });
}
