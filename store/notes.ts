import type { RecallId, Sha256 } from '../engine/words.js';
import type { Queryable } from './db.js';

/** Keeps a free text under its salted hash, which is all that the ledger learns of it. */
export async function keepNote(db: Queryable, recallId: RecallId, hash: Sha256, text: string): Promise<void> {
  await db.query('insert into note (recall_id, hash, text) values ($1, $2, $3) on conflict do nothing', [
    recallId,
    hash,
    text,
  ]);
}

/** The texts that stand under these hashes; what has been erased is not among them. */
export async function readNotes(
  db: Queryable,
  recallId: RecallId,
  hashes: (Sha256 | null)[],
): Promise<Map<Sha256, string>> {
  const { rows } = await db.query<{ hash: Sha256; text: string }>(
    'select hash, text from note where recall_id = $1 and hash = any ($2)',
    [recallId, hashes.filter((hash) => hash !== null)],
  );
  return new Map(rows.map(({ hash, text }) => [hash, text]));
}
