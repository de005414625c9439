import type { Language, RecallId, RecipientId } from '../engine/words.js';
import type { Queryable } from './db.js';

export type SentText = { recallId: RecallId; recipient: RecipientId; language: Language; messageId: string };

/** The text message that went to a number last; null where none did. */
export async function lastTextTo(db: Queryable, number: string): Promise<SentText | null> {
  const { rows } = await db.query<SentText>(
    `select recall.id as "recallId", recipient, notice_language as language, message_id as "messageId"
       from recipient join notice using (recall_id, step, revision, recipient) join recall on recall.id = recall_id
      where addresses ? 'sms' and addresses->>'sms' = $1 and channel = 'sms'
      order by recall.opened_at desc, recall.id desc, step, revision desc, rung desc, told_with is not null limit 1`,
    [number],
  );
  return rows[0] ?? null;
}
