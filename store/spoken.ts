import type { ResponseAnswer, SaidByKey } from '../engine/facts.js';
import type { IsoInstant, Language } from '../engine/words.js';
import { tellCallWanted, wantCalls } from './callers.js';
import { noticeOfMessage, type SentNotice } from './bounces.js';
import { withTransaction, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';

/** A notice that is told in a call: what its recipient hears, and what is known of them. */
export type SpokenNotice = SentNotice & {
  name: string;
  units: number;
  language: Language;
  /** As it was approved. */
  template: string;
  answer: ResponseAnswer | null;
  /** An earlier call has left it on their machine. */
  isOnMachine: boolean;
};

/**
 * The notice of a call that somebody, or a machine, has taken; null where there is none. That it was asked for shows that its
 * provider has it, whatever became of our request.
 */
export async function spokenNotice(db: Queryable, messageId: string): Promise<SpokenNotice | null> {
  await noteTaken(db, messageId);
  const { rows } = await db.query<Omit<SpokenNotice, 'template'> & { template: string | null }>({
    name: 'spoken-notice',
    text: `select notice.recall_id as "recallId", notice.step, notice.revision, notice.recipient, notice.rung, notice.channel,
                  recipient.name, recipient.units, recipient.notice_language as language, recipient.answer,
                  campaign.texts->'voice'->>recipient.notice_language as template,
                  exists (select from notice other
                           where (other.recall_id, other.step, other.revision, other.recipient) = (notice.recall_id, notice.step, notice.revision, notice.recipient)
                             and other.channel = 'voice' and other.rung <> notice.rung and other.arrived_as like 'machine%') as "isOnMachine"
             from notice join recipient using (recall_id, step, revision, recipient) join campaign using (recall_id, step, revision)
            where message_id = $1 and notice.channel = 'voice'`,
    values: [messageId],
  });
  const [spoken] = rows;
  if (spoken === undefined || spoken.template === null) return null;
  return { ...spoken, template: spoken.template };
}

/** Its provider has spoken of a notice, so that nobody has to ask whether it has it. */
export async function noteTaken(db: Queryable, messageId: string): Promise<void> {
  await db.query({
    name: 'notice-taken',
    text: 'update notice set is_taken = true where message_id = $1 and not is_taken',
    values: [messageId],
  });
}

/**
 * Records which key a recipient has pressed. The same key again, as when its request is repeated, is no news. The first who
 * wants to be called while nobody else does is told to the workflow, so that people are asked.
 */
export async function recordKey(
  pool: Pool,
  messageId: string,
  { said, attempts }: { said: SaidByKey; attempts: number },
  at: IsoInstant,
): Promise<void> {
  await withTransaction(pool, async (client) => {
    const notice = await noticeOfMessage(client, messageId);
    if (!notice) return;
    const { recallId, ...named } = notice;
    const isFirst = said === 'call-me' && (await wantCalls(client, notice, attempts)) === 0;
    const { rowCount } = await client.query(
      'update notice set said_by_key = $2, said_at = $3 where message_id = $1 and said_by_key is distinct from $2',
      [messageId, said, at],
    );
    if (rowCount === 0) return;
    if (isFirst) await tellCallWanted(client, notice, at);
    await appendFact(client, { recallId, at, fact: { type: 'key pressed', v: 1, said, ...named } });
  });
}
