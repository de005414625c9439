import type { Language, RecallId, RecipientId } from '../engine/words.js';
import { withTransaction, type Pool, type Queryable } from './db.js';

type LastText = { recallId: RecallId; recipient: RecipientId; language: Language };

/** To whom the last text message to a number went; null where none did. */
export async function lastTextTo(db: Queryable, number: string): Promise<LastText | null> {
  const { rows } = await db.query<LastText>(
    `select recall.id as "recallId", recipient, notice_language as language
       from recipient join recall on recall.id = recall_id
      where addresses ? 'sms' and addresses->>'sms' = $1
        and exists (select from notice where (notice.recall_id, notice.step, notice.revision, notice.recipient)
                      = (recipient.recall_id, recipient.step, recipient.revision, recipient.recipient) and channel = 'sms')
      order by recall.opened_at desc, recall.id desc limit 1`,
    [number],
  );
  return rows[0] ?? null;
}

/**
 * The owner of a number wants no more text messages: from now on nobody's campaign begins with it. Gives the newest message
 * of every campaign that went there, so that these end their rungs too.
 */
export async function stopTexts(pool: Pool, number: string): Promise<{ recallId: RecallId; messageId: string }[]> {
  return withTransaction(pool, async (client) => {
    await client.query(`insert into stopped_address (channel, address) values ('sms', $1) on conflict do nothing`, [
      number,
    ]);
    const { rows } = await client.query<{ recallId: RecallId; messageId: string }>(
      `select distinct on (notice.recall_id, notice.step, notice.revision, notice.recipient)
              notice.recall_id as "recallId", message_id as "messageId"
         from recipient join notice using (recall_id, step, revision, recipient)
        where addresses ? 'sms' and addresses->>'sms' = $1 and channel = 'sms'
        order by notice.recall_id, notice.step, notice.revision, notice.recipient, rung desc`,
      [number],
    );
    return rows;
  });
}

/** The owner of a number wants text messages again. */
export async function allowTexts(db: Queryable, number: string): Promise<void> {
  await db.query(`delete from stopped_address where channel = 'sms' and address = $1`, [number]);
}
