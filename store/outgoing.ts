import type { AboutA } from '../engine/about.js';
import type { OutgoingState } from '../engine/post.js';
import type { Thanks } from '../engine/thanks.js';
import type { IsoInstant, Language, PersonId, RecallId } from '../engine/words.js';
import type { Pool, Queryable } from './db.js';

/** What stands in a message: the words of a person, or what a worker puts into words. */
export type OutgoingBody = WrittenBody | ThanksBody;
export type ThanksBody = { kind: 'thanks'; language: Language; thanks: Thanks };
/** Of a text message the text alone. */
export type WrittenBody = {
  kind: 'written';
  subject: string;
  text: string;
  /** What it answers, and what that belongs to: ids of messages. */
  inReplyTo: string | null;
  references: string[];
};

/** A message to one person that is no notice, no question and no report. */
export type NewOutgoing = {
  key: string;
  recallId: RecallId | null;
  about: AboutA<'notice' | 'post'>;
  /** The entry of a tray that it answers, and who has written it; null for what a program writes. */
  answers: { post: number; by: PersonId } | null;
  channel: 'email' | 'sms';
  address: string;
  messageId: string;
  body: OutgoingBody;
};

/** One that is claimed. `doubts`: how often nobody knew whether its provider had taken it; `ageMs`: for how long it has been tried. */
export type ClaimedOutgoing = Omit<NewOutgoing, 'answers' | 'about'> & {
  id: string;
  post: number | null;
  tries: number;
  doubts: number;
  ageMs: number;
};

/** Whoever has claimed a message is given up after that long: what became of it nobody knows. */
const LEASE = '5 minutes';

/** Keeps a message until a worker sends it; false where one is there under its key, unless that was refused, and is tried anew. */
export async function keepOutgoing(db: Queryable, one: NewOutgoing): Promise<boolean> {
  const { key, recallId, about, answers, channel, address, messageId, body } = one;
  const { rowCount } = await db.query(
    `insert into outgoing (key, recall_id, about, post_id, by_person, channel, address, message_id, body)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (key) do update set state = 'waiting', tries = 0, doubts = 0, made_at = clock_timestamp(), due_at = clock_timestamp()
      where outgoing.state in ('refused', 'egress-refused')`,
    [
      ...[key, recallId, JSON.stringify(about), answers?.post ?? null, answers?.by ?? null],
      ...[channel, address, messageId, JSON.stringify(body)],
    ],
  );
  return rowCount === 1;
}

/** Claims what is due, the oldest first. Any number of workers may do it at once. */
export async function claimOutgoing(db: Queryable, limit: number): Promise<ClaimedOutgoing[]> {
  const { rows } = await db.query<ClaimedOutgoing>({
    name: 'outgoing-claim',
    text: `update outgoing set state = 'claimed', tries = tries + 1, doubts = doubts + (state = 'claimed')::integer,
                  due_at = clock_timestamp() + interval '${LEASE}'
            where id in (select id from outgoing where state in ('waiting', 'claimed') and due_at <= clock_timestamp()
                          order by due_at limit $1 for update skip locked)
        returning id, key, recall_id as "recallId", post_id::integer as post, channel, address, message_id as "messageId", body,
                  tries, doubts, (extract(epoch from clock_timestamp() - made_at) * 1000)::float8 as "ageMs"`,
    values: [limit],
  });
  return rows;
}

/** Says what became of a claimed message. What is tried again waits that long; an answer that will not arrive has its entry wait for a person anew. */
export async function settleOutgoing(
  db: Queryable,
  { id, doubts }: Pick<ClaimedOutgoing, 'id' | 'doubts'>,
  outcome: { state: Exclude<OutgoingState, 'claimed' | 'waiting'> } | { state: 'waiting'; againMs: number },
): Promise<void> {
  const againMs = outcome.state === 'waiting' ? outcome.againMs : 0;
  await db.query({
    name: 'outgoing-settle',
    text: `with settled as (
             update outgoing set state = $2, doubts = $3, due_at = clock_timestamp() + $4 * interval '1 millisecond'
              where id = $1 and state = 'claimed' returning post_id, state)
           update post set state = 'new' from settled
            where post.id = settled.post_id and settled.state in ('refused', 'egress-refused')`,
    values: [id, outcome.state, doubts, againMs],
  });
}

/** Its provider says that a message has not arrived, whatever it said before: the entry that it answers waits for a person anew. False where that is known, or there is no such message. */
export async function refuseOutgoing(db: Queryable, messageId: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'outgoing-refuse',
    text: `with refused as (
             update outgoing set state = 'refused' where message_id = $1 and state not in ('refused', 'egress-refused')
             returning post_id),
           waits as (update post set state = 'new' from refused where post.id = refused.post_id)
           select from refused`,
    values: [messageId],
  });
  return rows.length > 0;
}

/** What was answered on an entry of a tray, oldest first, and how each answer stands. */
export type PostAnswer = {
  by: PersonId;
  at: IsoInstant;
  channel: 'email' | 'sms';
  to: string;
  text: string;
  state: OutgoingState;
};

export async function answersTo(db: Queryable, post: number): Promise<PostAnswer[]> {
  const { rows } = await db.query<Omit<PostAnswer, 'at'> & { at: Date }>(
    `select by_person as by, made_at as at, channel, address as to, body->>'text' as text, state
       from outgoing where post_id = $1 order by id`,
    [post],
  );
  return rows.map(({ at, ...answer }) => ({ ...answer, at: at.toISOString() as IsoInstant }));
}

/** Our answer from the general tray that a mail answers, or reports on; null where it does not. */
export async function generalAnswer(
  db: Pool,
  messageIds: string[],
): Promise<{ messageId: string; about: AboutA<'post'> } | null> {
  const { rows } = await db.query<{ messageId: string; about: AboutA<'post'> }>(
    `select message_id as "messageId", about from outgoing where message_id = any ($1) and about->>'kind' = 'post'
      order by array_position($1::text[], message_id) limit 1`,
    [messageIds],
  );
  return rows[0] ?? null;
}

/** To whom a message went, what it was about, and the recall to which it belongs now, or none; null where there is no such message. */
export async function outgoingOf(
  db: Queryable,
  messageId: string,
): Promise<Pick<NewOutgoing, 'recallId' | 'about' | 'channel' | 'address'> | null> {
  const { rows } = await db.query<Pick<NewOutgoing, 'recallId' | 'about' | 'channel' | 'address'>>(
    `select coalesce(post.recall_id, outgoing.recall_id) as "recallId", outgoing.about, channel, address
       from outgoing left join post on post.id = post_id where message_id = $1`,
    [messageId],
  );
  return rows[0] ?? null;
}
