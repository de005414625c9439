import type { RecallId } from '../engine/words.js';
import type { ExportedEntry } from '../trust/chain.js';
import type { Checkpoint } from '../trust/checkpoints.js';
import { checkpointsOf } from './checkpoints.js';
import type { Queryable } from './db.js';
import { ledgerEntries } from './ledger.js';

/**
 * The entries of a recall, all of them or those after a link, with what was signed over the chain up to each, one after the other
 * and never all of them. What was signed at a link that is not there stands at the last entry, so that a chain which lost its end
 * shows it.
 */
export async function* exportedLedger(db: Queryable, recallId: RecallId, after = 0): AsyncGenerator<ExportedEntry> {
  // Read first, so that no entry is missing that one of them was signed at; and again after the end is known, so that none is
  // missing of an entry that was appended meanwhile.
  const known = await checkpointsOf(db, recallId);
  const end = await endOf(db, recallId);
  const signed = new Map<number, { checkpoint: Checkpoint }[]>();
  for (const one of await checkpointsOf(db, recallId)) signed.set(one.link, [...(signed.get(one.link) ?? []), one]);
  let last: ExportedEntry | null = null;
  for await (const entry of ledgerEntries(db, recallId, { after, through: end })) {
    if (last !== null) yield last;
    last = withCheckpoints(entry, signed.get(entry.link) ?? []);
  }
  if (last === null) return;
  const { link } = last;
  yield withCheckpoints(
    last,
    known.filter((one) => one.link > link),
  );
}

function withCheckpoints(entry: ExportedEntry, signed: { checkpoint: Checkpoint }[]): ExportedEntry {
  if (signed.length === 0) return entry;
  return { ...entry, checkpoints: [...(entry.checkpoints ?? []), ...signed.map(({ checkpoint }) => checkpoint)] };
}

async function endOf(db: Queryable, recallId: RecallId): Promise<number> {
  const { rows } = await db.query<{ link: number }>(
    'select coalesce(max(link), 0) as link from ledger_entry where recall_id = $1',
    [recallId],
  );
  return rows[0]!.link;
}
