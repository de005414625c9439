import type { IsoInstant, RecallId, RegimeId } from '../engine/words.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { enqueue } from './outbox.js';
import { hashOfText } from './replies.js';

/** Keeps what was sent to an authority, so that its answer can be recognised. */
export async function keepFiling(
  client: Client,
  filing: {
    recallId: RecallId;
    regime: RegimeId;
    mode: 'mail' | 'portal';
    messageId: string | null;
    sentAt: IsoInstant;
    referencePattern: string;
  },
): Promise<void> {
  const { recallId, regime, mode, messageId, sentAt, referencePattern } = filing;
  await client.query(
    `insert into filing (recall_id, regime, mode, message_id, sent_at, reference_pattern) values ($1, $2, $3, $4, $5, $6)
     on conflict (recall_id, regime) do nothing`,
    [recallId, regime, mode, messageId, sentAt, referencePattern],
  );
}

export type FilingMessage = { recallId: RecallId; regime: RegimeId; reference: string | null; pattern: string };

export async function filingOfMessage(db: Queryable, messageId: string): Promise<FilingMessage | null> {
  const { rows } = await db.query<FilingMessage>(
    `select recall_id as "recallId", regime, reference, reference_pattern as pattern from filing where message_id = $1`,
    [messageId],
  );
  return rows[0] ?? null;
}

/** Records that the mail which carried a report came back, and tells the workflow. A second report of the same bounce is no news. */
export async function recordReturn(
  pool: Pool,
  { recallId, regime }: FilingMessage,
  status: string,
  at: IsoInstant,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'update filing set returned_at = $3 where recall_id = $1 and regime = $2 and returned_at is null',
      [recallId, regime, at],
    );
    if (rowCount === 0) return false;
    await enqueue(client, recallId, {
      id: `${recallId}/bounce/${regime}`,
      at,
      input: { type: 'report came back', regime },
    });
    await appendFact(client, { recallId, at, fact: { type: 'filing bounced', v: 1, regime, status } });
    return true;
  });
}

/** Records an authority's reference and tells the workflow. False where a reference stands already. */
export async function recordReceipt(
  pool: Pool,
  { recallId, regime }: FilingMessage,
  { reference, text }: { reference: string; text: string },
  at: IsoInstant,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `update filing set reference = $3, receipt_text = $4
        where recall_id = $1 and regime = $2 and reference is null`,
      [recallId, regime, reference, await hashOfText(client, recallId, text)],
    );
    if (rowCount === 0) return false;
    await enqueue(client, recallId, {
      id: `${recallId}/receipt/${regime}`,
      at,
      input: { type: 'receipt came', regime, reference },
    });
    await appendFact(client, { recallId, at, fact: { type: 'receipt recorded', v: 1, regime, reference, by: 'mail' } });
    return true;
  });
}
