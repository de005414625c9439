import type { Fact } from '../engine/facts.js';
import type { AskId, IsoInstant, RecallId, Sha256 } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { enqueue } from './outbox.js';

type MailReceived = Extract<Fact, { type: 'mail received' }>;

/** One of our messages that a mail can answer, or report on. */
export type SentMessage = { recallId: RecallId; messageId: string } & Pick<MailReceived, 'about'>;
export type ReplyText = { text: string; automatic: boolean };
/** What people answered, by mail or on their page. `injury`: on the page it is said that somebody was hurt. */
export type Reply = Pick<MailReceived, 'about'> &
  ReplyText & { at: IsoInstant; hash: Sha256; via: 'mail' | 'page'; injury: boolean };

/** The first of these messages that is ours, in the order in which they are given. */
export async function sentMessage(db: Queryable, messageIds: string[]): Promise<SentMessage | null> {
  const { rows } = await db.query<SentMessage>(
    `select recall_id as "recallId", message_id as "messageId", jsonb_build_object('kind', kind, 'id', id) as about from (
       select message_id, recall_id, 'filing' as kind, filing as id from filing where message_id = any($1)
       union all select message_id, recall_id, 'notice', recipient from notice where message_id = any($1) and told_with is null
       union all select message_id, recall_id, 'ask', ask from ask_mail where message_id = any($1)
       union all select message_id, coalesce(post.recall_id, outgoing.recall_id), outgoing.about->>'kind', outgoing.about->>'id'
                   from outgoing left join post on post.id = post_id
                  where message_id = any($1) and coalesce(post.recall_id, outgoing.recall_id) is not null
     ) sent order by array_position($1::text[], message_id) limit 1`,
    [messageIds],
  );
  return rows[0] ?? null;
}

/** Remembers the mail that put an ask to a person, so that an answer to it can be told from other mail. */
export async function keepAskMail(client: Client, recallId: RecallId, ask: AskId, messageId: string): Promise<void> {
  await client.query('insert into ask_mail (recall_id, ask, message_id) values ($1, $2, $3) on conflict do nothing', [
    recallId,
    ask,
    messageId,
  ]);
}

/** Keeps the text of a mail that answers one of ours. An answer to a report is told to the workflow, because a person must read it. The same text again is no news. */
export async function keepReply(
  pool: Pool,
  { recallId, about }: Omit<SentMessage, 'messageId'>,
  { text, automatic }: ReplyText,
  at: IsoInstant,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const hash = await hashOfText(client, recallId, text);
    const { rowCount } = await client.query(
      `insert into reply (recall_id, at, about, automatic, hash, text)
       select $1, $2, $3, $4, $5, $6
        where not exists (select from filing where recall_id = $1 and filing = $7 and receipt_text = $5)
       on conflict do nothing`,
      [recallId, at, JSON.stringify(about), automatic, hash, text, about.kind === 'filing' ? about.id : null],
    );
    if (rowCount === 0) return false;
    if (about.kind === 'filing') {
      const input = { type: 'mail came', about, automatic, text: hash } as const;
      await enqueue(client, recallId, { id: `${recallId}/mail/${about.id}/${hash}`, at, input });
    }
    await appendFact(client, { recallId, at, fact: { type: 'mail received', v: 1, about, automatic, text: hash } });
    return true;
  });
}

/** Salted, so that nobody can guess a text from the ledger. */
export async function hashOfText(db: Queryable, recallId: RecallId, text: string): Promise<Sha256> {
  const { rows } = await db.query<{ salt: string }>('select salt from recall where id = $1', [recallId]);
  return sha256Hex(`${rows[0]!.salt}${text}`);
}

/** What was answered, oldest first, with what recipients wrote beside their numbers. */
export async function repliesOf(db: Queryable, recallId: RecallId): Promise<Reply[]> {
  const { rows } = await db.query<Reply>(
    `select at, about, automatic, hash, text, via, injury from (
       select at, id, about, automatic, hash, text, case when injury then 'page' else 'mail' end as via, injury
         from reply where recall_id = $1
       union all
       select response.at, response.id, jsonb_build_object('kind', 'notice', 'id', recipient), false,
              encode(sha256(convert_to(salt || comment, 'UTF8')), 'hex'), comment, 'page', false
         from response join recall on recall.id = recall_id
        where recall_id = $1 and comment is not null
     ) said
     where injury or not exists (select from reply where recall_id = $1 and injury and reply.about = said.about and reply.hash = said.hash)
     order by at, via, id`,
    [recallId],
  );
  return rows;
}

type Counts = { replies: number; automatic: number; injuriesSaid: number };

export async function replyCounts(db: Queryable, recallId: RecallId): Promise<Counts> {
  const { rows } = await db.query<Counts>(
    `select count(*) filter (where not injury)::integer as replies, (count(*) filter (where automatic))::integer as automatic,
            (count(*) filter (where injury))::integer as "injuriesSaid"
       from reply where recall_id = $1`,
    [recallId],
  );
  return rows[0]!;
}
