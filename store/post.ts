import type { AboutA } from '../engine/about.js';
import type { PostVia } from '../engine/mention.js';
import type { MentionMark, PostState } from '../engine/post.js';
import type { IsoInstant, PersonId, RecallId } from '../engine/words.js';
import { RecallError } from '../engine/errors.js';
import { sha256Hex } from '../trust/canonical.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { askOfMention, tellJudged, tellMention } from './mentions.js';

/** A mail, or words that came another way, that is kept. */
export type Post = {
  id: number;
  /** Null in the general tray. */
  recall: RecallId | null;
  about: AboutA<'filing' | 'notice' | 'ask' | 'post'> | null;
  via: PostVia;
  /** When it came, by the clock on the wall. */
  cameAt: IsoInstant;
  times: number;
  bytes: number;
  kind: string;
  permanent: boolean;
  status: string | null;
  why: string;
  sender: string | null;
  subject: string;
  injury: MentionMark;
  state: PostState;
  handledBy: PersonId | null;
};

export type NewPost = Pick<
  Post,
  'recall' | 'about' | 'via' | 'kind' | 'permanent' | 'status' | 'why' | 'sender' | 'subject'
> & {
  /** In recall time; null where it belongs to no recall. */
  at: IsoInstant | null;
  text: string;
  speaksOfInjury: boolean;
  /** A person has nothing to do about it. */
  isDealtWith: boolean;
};

/** The general tray: what anybody may have us keep. */
export const POST_BYTES_MAX = 2 * 1024 * 1024 * 1024;
/** As many as one answer lists, the newest. */
export const POST_LISTED_MAX = 1_000;

const COLUMNS = `id::integer, recall_id as recall, about, via, came_at as "cameAt", times, bytes, kind, permanent, status, why,
  sender, subject, injury, state, handled_by as "handledBy"`;
type Row = Omit<Post, 'cameAt'> & { cameAt: Date };

/** Keeps a mail as it came, once however often it comes; false where there is no more room in the general tray, in which none is dropped for another. */
export async function keepPost(
  pool: Pool,
  raw: Uint8Array,
  post: NewPost,
  bytesMax = POST_BYTES_MAX,
): Promise<boolean> {
  const { recall, at, via, text, speaksOfInjury } = post;
  return withTransaction(pool, async (client) => {
    const kept = await insertPost(client, raw, post, bytesMax);
    if (kept?.times === 1 && speaksOfInjury && recall !== null && at !== null)
      await tellMention(client, recall, { id: kept.id, via, text, at });
    return kept !== null;
  });
}

/** Puts an entry into its tray, in the caller's transaction; null where there is no more room. */
export async function insertPost(
  client: Client,
  raw: Uint8Array,
  post: NewPost,
  bytesMax = POST_BYTES_MAX,
): Promise<{ id: number; times: number } | null> {
  const { recall, about, at, via, kind, permanent, status, why, sender, subject, text, speaksOfInjury, isDealtWith } =
    post;
  const { rows } = await client.query<{ id: number; times: number }>(
    `insert into post (digest, raw, bytes, recall_id, at, about, kind, permanent, status, why, sender, subject, text, injury, state, via)
     select $1::text, $2::bytea, $3::integer, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12, $13, $14, $15, $17
      where exists (select from post where digest = $1)
         or $4::text is not null
         or $3 + (select coalesce(sum(bytes), 0) from post where recall_id is null) <= $16
     on conflict (digest) do update set times = post.times + 1
     returning id::integer, times`,
    [
      sha256Hex(raw),
      raw,
      raw.byteLength,
      recall,
      at,
      about === null ? null : JSON.stringify(about),
      kind,
      permanent,
      status,
      why,
      sender,
      subject,
      text,
      speaksOfInjury ? 'mentioned' : 'none',
      isDealtWith ? 'read' : 'new',
      bytesMax,
      via,
    ],
  );
  return rows[0] ?? null;
}

/** A tray, the newest first: of a recall, or the general one; or over all trays what speaks of somebody who is hurt. */
export async function listPost(db: Queryable, tray: { recall: RecallId | null } | 'injuries'): Promise<Post[]> {
  const [where, values] =
    tray === 'injuries'
      ? [`injury = 'mentioned'`, []]
      : tray.recall === null
        ? ['recall_id is null', []]
        : ['recall_id = $1', [tray.recall]];
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from post where ${where} order by id desc limit ${POST_LISTED_MAX}`,
    values,
  );
  return rows.map(postOf);
}

/** A mail with its text. Throws `not-found`. */
export async function readPost(db: Queryable, id: number): Promise<Post & { text: string }> {
  const { rows } = await db.query<Row & { text: string }>(`select ${COLUMNS}, text from post where id = $1`, [id]);
  if (!rows[0]) throw none(id);
  return { ...postOf(rows[0]), text: rows[0].text };
}

/** The mail address of the recipient that an entry is about, in the newest campaign that told them; null where there is none. */
export async function recipientMailOf(db: Queryable, { recall, about }: Post): Promise<string | null> {
  if (about?.kind !== 'notice') return null;
  const { rows } = await db.query<{ address: string | null }>(
    `select addresses->>'email' as address from recipient
      where recall_id = $1 and recipient = $2 and addresses ? 'email' order by revision desc limit 1`,
    [recall, about.id],
  );
  return rows[0]?.address ?? null;
}

/** A mail as it came. Throws `not-found`. */
export async function rawPost(db: Queryable, id: number): Promise<Buffer> {
  const { rows } = await db.query<{ raw: Buffer }>('select raw from post where id = $1', [id]);
  if (!rows[0]) throw none(id);
  return rows[0].raw;
}

/** Puts a mail into the tray of a recall. What it says of an injury is said to that recall's ledger, and asked there. Throws `not-found`. */
export async function assignPost(
  pool: Pool,
  id: number,
  { recallId, by, at }: { recallId: RecallId; by: PersonId; at: IsoInstant },
): Promise<Post> {
  return withTransaction(pool, async (client) => {
    const before = await lockPost(client, id);
    // What it was about is a thing of the recall that it was in.
    const { rows } = await client.query<Row>(
      `update post set recall_id = $2, at = $3, handled_by = $4, about = case when recall_id = $2 then about end
        where id = $1 returning ${COLUMNS}`,
      [id, recallId, at, by],
    );
    const { recall: was, injury, via, text } = before;
    if (was !== recallId && injury === 'mentioned') {
      if (was !== null) await tellJudged(client, was, { id, by, at, found: 'not-here' });
      await tellMention(client, recallId, { id, via, text, at });
    }
    return postOf(rows[0]!);
  });
}

/**
 * Says what became of a mail, or whether somebody is hurt in it, which its recall is told: `at` is that recall's time, null
 * where the mail belongs to none. Throws `not-found`.
 */
export async function markPost(
  pool: Pool,
  id: number,
  {
    state,
    injury,
    by,
    at,
  }: { state: PostState | null; injury: MentionMark | null; by: PersonId; at: IsoInstant | null },
): Promise<Post> {
  return withTransaction(pool, async (client) => {
    const { recall, injury: was, via, text } = await lockPost(client, id);
    const { rows } = await client.query<Row>(
      `update post set state = coalesce($2, state), injury = coalesce($3, injury), handled_by = $4
        where id = $1 returning ${COLUMNS}`,
      [id, state, injury, by],
    );
    const isNews = injury !== null && injury !== was && recall !== null && at !== null;
    if (isNews && injury === 'mentioned') await askOfMention(client, recall, { id, via, text, at });
    if (isNews && injury === 'none') await tellJudged(client, recall, { id, by, at, found: 'nobody' });
    return postOf(rows[0]!);
  });
}

/** An entry is done with an answer, which its caller keeps in the same transaction: what becomes of that comes after it. */
export async function setAnswered(client: Client, id: number, by: PersonId): Promise<void> {
  await client.query(`update post set state = 'answered', handled_by = $2 where id = $1`, [id, by]);
}

/** The entry, which nobody else changes meanwhile. */
async function lockPost(client: Client, id: number): Promise<Post & { text: string }> {
  await client.query('select from post where id = $1 for update', [id]);
  return readPost(client, id);
}

/** What of a recall's tray waits for a person. */
export async function postCounts(db: Queryable, recallId: RecallId): Promise<{ unread: number; injuries: number }> {
  const { rows } = await db.query<{ unread: number; injuries: number }>(
    `select (count(*) filter (where state = 'new'))::integer as unread,
            (count(*) filter (where injury = 'mentioned'))::integer as injuries
       from post where recall_id = $1`,
    [recallId],
  );
  return rows[0]!;
}

function postOf({ cameAt, ...row }: Row): Post {
  return { ...row, cameAt: cameAt.toISOString() as IsoInstant };
}

function none(id: number): RecallError {
  return new RecallError({
    code: 'not-found',
    message: 'no such mail is kept',
    where: String(id),
    expected: 'a number that `recall post` lists',
  });
}
