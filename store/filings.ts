import { aboutFiling } from '../engine/about.js';
import type { FilingId, IsoInstant, RecallId } from '../engine/words.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { enqueue } from './outbox.js';
import { hashOfText } from './replies.js';

/** Keeps what was sent to an authority, so that its answer can be recognised. */
export async function keepFiling(
  client: Client,
  kept: {
    recallId: RecallId;
    filing: FilingId;
    mode: 'mail' | 'portal';
    messageId: string | null;
    sentAt: IsoInstant;
    referencePattern: string;
  },
): Promise<void> {
  const { recallId, filing, mode, messageId, sentAt, referencePattern } = kept;
  await client.query(
    `insert into filing (recall_id, filing, mode, message_id, sent_at, reference_pattern) values ($1, $2, $3, $4, $5, $6)
     on conflict (recall_id, filing) do update
       set mode = excluded.mode, message_id = excluded.message_id, sent_at = excluded.sent_at
     where filing.message_id is null and excluded.message_id is not null`,
    [recallId, filing, mode, messageId, sentAt, referencePattern],
  );
}

export type FilingMessage = { recallId: RecallId; filing: FilingId; reference: string | null; pattern: string };

export async function filingOfMessage(db: Queryable, messageId: string): Promise<FilingMessage | null> {
  const { rows } = await db.query<FilingMessage>(
    `select recall_id as "recallId", filing, reference, reference_pattern as pattern from filing where message_id = $1`,
    [messageId],
  );
  return rows[0] ?? null;
}

/** Records that the mail which carried a report came back, and tells the workflow. A second report of the same bounce is no news. */
export async function recordReturn(
  pool: Pool,
  { recallId, filing }: FilingMessage,
  status: string,
  at: IsoInstant,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'update filing set returned_at = $3 where recall_id = $1 and filing = $2 and returned_at is null',
      [recallId, filing, at],
    );
    if (rowCount === 0) return false;
    const about = aboutFiling(filing);
    await enqueue(client, recallId, {
      id: `${recallId}/bounce/${filing}`,
      at,
      input: { type: 'report came back', about },
    });
    await appendFact(client, { recallId, at, fact: { type: 'filing bounced', v: 1, about, status } });
    return true;
  });
}

/** Records an authority's reference and tells the workflow. False where a reference stands already. */
export async function recordReceipt(
  pool: Pool,
  { recallId, filing }: FilingMessage,
  { reference, text }: { reference: string; text: string },
  at: IsoInstant,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `update filing set reference = $3, receipt_text = $4
        where recall_id = $1 and filing = $2 and reference is null`,
      [recallId, filing, reference, await hashOfText(client, recallId, text)],
    );
    if (rowCount === 0) return false;
    const about = aboutFiling(filing);
    await enqueue(client, recallId, {
      id: `${recallId}/receipt/${filing}`,
      at,
      input: { type: 'receipt came', about, reference },
    });
    await appendFact(client, { recallId, at, fact: { type: 'receipt recorded', v: 1, about, reference, by: 'mail' } });
    return true;
  });
}
