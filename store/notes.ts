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
