import type { Language, RecallId, RecipientId } from '../engine/words.js';
import type { Queryable } from './db.js';

export type SentText = { recallId: RecallId; recipient: RecipientId; language: Language; messageId: string };

/** Of these nothing has gone out: a drill may hold the number of somebody whom it must not reach. */
const NEVER_LEFT = ['egress-refused', 'suppressed'];

/** The text message that went to a number last; null where none did. */
export async function lastTextTo(db: Queryable, number: string): Promise<SentText | null> {
  const { rows } = await db.query<SentText>(
    `select recall.id as "recallId", recipient, notice_language as language, message_id as "messageId"
       from recipient join notice using (recall_id, step, revision, recipient) join recall on recall.id = recall_id
      where addresses ? 'sms' and addresses->>'sms' = $1 and channel = 'sms' and state <> all ($2)
      order by recall.opened_at desc, recall.id desc, step, revision desc, rung desc, told_with is not null limit 1`,
    [number, NEVER_LEFT],
  );
  return rows[0] ?? null;
}
