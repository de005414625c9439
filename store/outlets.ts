import type { DocumentRef } from '../engine/effects.js';
import { readEntries } from '../engine/entries.js';
import type { LedgerEntry } from '../engine/facts.js';
import type { OutletKind } from '../engine/outlet-kinds.js';
import { outletsOf, publicityOf, type Outlet, type Publicity } from '../engine/outlets.js';
import type { IsoDate, IsoInstant, PersonId, RecallId } from '../engine/words.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { keepDocument, type StoredDocument } from './documents.js';
import { appendFact } from './ledger.js';
import { keepNote, readNotes } from './notes.js';
import { hashOfText } from './replies.js';

type NamedOutlet = Outlet & { words: string | null };

/** What the ledger says of the public: its notices, and the outlets with their proofs. */
async function factsOf(db: Queryable, recallId: RecallId) {
  const { rows } = await db.query<LedgerEntry>(
    `select stream, at, body from ledger_entry where recall_id = $1 and stream in ('public', 'outlets') order by link`,
    [recallId],
  );
  return readEntries(rows).facts;
}

/** The outlets of a recall, each with its name; null where that has been erased. */
export async function listOutlets(db: Queryable, recallId: RecallId): Promise<NamedOutlet[]> {
  const outlets = outletsOf(await factsOf(db, recallId));
  const notes = await readNotes(
    db,
    recallId,
    outlets.map(({ name }) => name),
  );
  return outlets.map((one) => ({ ...one, words: notes.get(one.name) ?? null }));
}

/** How far the public was told, as a status shows it. */
export async function publicityNow(db: Queryable, recallId: RecallId): Promise<Publicity> {
  return publicityOf(await factsOf(db, recallId));
}

/** Adds an outlet, and gives its number; one of the same name and kind is the one that there is. */
export async function addOutlet(
  pool: Pool,
  recallId: RecallId,
  { kind, words, by, at }: { kind: OutletKind; words: string; by: PersonId; at: IsoInstant },
): Promise<number> {
  return oneAtATime(pool, recallId, async (client, outlets) => {
    const name = await hashOfText(client, recallId, words);
    const known = outlets.find((one) => one.name === name && one.kind === kind);
    if (known) return known.outlet;
    const outlet = outlets.length + 1;
    await keepNote(client, recallId, name, words);
    await appendFact(client, { recallId, at, fact: { type: 'outlet added', v: 1, outlet, by, kind, name } });
    return outlet;
  });
}

/** Keeps a proof with its evidence, and gives how many the outlet has; null where there is no such outlet. The same evidence of the same day again is no other proof. */
export async function proveOutlet(
  pool: Pool,
  recallId: RecallId,
  {
    outlet,
    date,
    document,
    by,
    at,
  }: {
    outlet: number;
    date: IsoDate;
    document: StoredDocument;
    by: PersonId;
    at: IsoInstant;
  },
): Promise<{ proofs: number; file: DocumentRef } | null> {
  return oneAtATime(pool, recallId, async (client, outlets) => {
    const known = outlets.find((one) => one.outlet === outlet);
    if (known === undefined) return null;
    const file = await keepDocument(client, recallId, document);
    const isKnown = known.proofs.some((proof) => proof.date === date && proof.file.sha256 === file.sha256);
    if (isKnown) return { proofs: known.proofs.length, file };
    await appendFact(client, { recallId, at, fact: { type: 'publication proved', v: 1, outlet, by, date, file } });
    return { proofs: known.proofs.length + 1, file };
  });
}

/** Numbers depend on what stands in the ledger, so that two who write at once are one after the other. */
function oneAtATime<T>(pool: Pool, recallId: RecallId, work: (client: Client, outlets: Outlet[]) => Promise<T>) {
  return withTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`outlets ${recallId}`]);
    return work(client, outletsOf(await factsOf(client, recallId)));
  });
}
