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
    /** The authority's address, which alone can answer it; null for a portal. */
    sentTo: string | null;
    sentAt: IsoInstant;
    referencePattern: string;
  },
): Promise<void> {
  const { recallId, filing, mode, messageId, sentTo, sentAt, referencePattern } = kept;
  await client.query(
    `insert into filing (recall_id, filing, mode, message_id, sent_to, sent_at, reference_pattern)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (recall_id, filing) do update
       set mode = excluded.mode, message_id = excluded.message_id, sent_to = excluded.sent_to, sent_at = excluded.sent_at
     where filing.message_id is null and excluded.message_id is not null`,
    [recallId, filing, mode, messageId, sentTo, sentAt, referencePattern],
  );
}

export type FilingMessage = {
  recallId: RecallId;
  filing: FilingId;
  sentTo: string | null;
  reference: string | null;
  pattern: string;
};

export async function filingOfMessage(db: Queryable, messageId: string): Promise<FilingMessage | null> {
  const { rows } = await db.query<FilingMessage>(
    `select recall_id as "recallId", filing, sent_to as "sentTo", reference, reference_pattern as pattern
       from filing where message_id = $1`,
    [messageId],
  );
  return rows[0] ?? null;
}

/**
 * Those of these references that an authority can give this report now: not those that another report has, whether by mail or
 * by a person of this recall, nor what our own report says. What another drill was given is no authority's.
 */
export async function newReferences(
  db: Queryable,
  { recallId, filing }: FilingMessage,
  found: string[],
): Promise<string[]> {
  const { rows } = await db.query<{ reference: string }>(
    `select reference from unnest($3::text[]) with ordinality as found(reference, place)
      where not exists (select from filing join recall on recall.id = recall_id
                         where reference = found.reference and (recall_id, filing) <> ($1, $2)
                           and (recall_id = $1 or recall.mode = 'recall'))
        and not exists (select from ledger_entry
                         where recall_id = $1 and stream = 'events' and body like '%"type":"report filed"%'
                           and body::jsonb->>'type' = 'report filed' and body::jsonb->>'reference' = found.reference
                           and body::jsonb->'about'->>'id' <> $2)
        and not exists (select from document
                         where recall_id = $1 and about->>'kind' = 'filing' and about->>'id' = $2
                           and media_type = 'application/json'
                           and position(convert_to(found.reference, 'UTF8') in bytes) > 0)
      order by place`,
    [recallId, filing, found],
  );
  return rows.map(({ reference }) => reference);
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
