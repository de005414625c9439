import { RecallError } from '../engine/errors.js';
import type { IsoInstant, Sha256 } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import type { Pool, Queryable } from './db.js';

/** Why the mail door could not read a mail. */
export const WHY_UNREAD = [
  'header too large',
  'too many headers',
  'too many lines',
  'malformed',
  'took too long',
  'took too much memory',
  'could not be recorded',
] as const;
export type WhyUnread = (typeof WHY_UNREAD)[number];

export type UnreadMail = {
  digest: Sha256;
  /** As the build that kept it said. */
  why: string;
  bytes: number;
  times: number;
  firstAt: IsoInstant;
  lastAt: IsoInstant;
};

/** All of them together: what anybody may have us keep. */
export const UNREAD_BYTES_MAX = 256 * 1024 * 1024;

/** Keeps a mail as it came, once however often it comes; false where there is no more room, in which none of them is dropped for another. */
export async function keepUnread(
  pool: Pool,
  raw: Uint8Array,
  why: WhyUnread,
  bytesMax = UNREAD_BYTES_MAX,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into unread_mail (digest, why, bytes, raw)
     select $1::text, $2::text, $3::integer, $4::bytea
      where exists (select from unread_mail where digest = $1)
         or $3 + (select coalesce(sum(bytes), 0) from unread_mail) <= $5
     on conflict (digest) do update set times = unread_mail.times + 1, last_at = clock_timestamp()`,
    [sha256Hex(raw), why, raw.byteLength, raw, bytesMax],
  );
  return rowCount === 1;
}

/** What waits for a person, the oldest first. */
export async function unreadMails(db: Queryable): Promise<UnreadMail[]> {
  const { rows } = await db.query<Omit<UnreadMail, 'firstAt' | 'lastAt'> & { firstAt: Date; lastAt: Date }>(
    `select digest, why, bytes, times, first_at as "firstAt", last_at as "lastAt" from unread_mail order by first_at, digest`,
  );
  const instant = (at: Date): IsoInstant => at.toISOString() as IsoInstant;
  return rows.map((row) => ({ ...row, firstAt: instant(row.firstAt), lastAt: instant(row.lastAt) }));
}

/** A kept mail as it came. Throws `not-found`. */
export async function unreadMail(db: Queryable, digest: string): Promise<Buffer> {
  const { rows } = await db.query<{ raw: Buffer }>('select raw from unread_mail where digest = $1', [digest]);
  if (!rows[0]) throw none(digest);
  return rows[0].raw;
}

/** Takes out what a person has read. Throws `not-found`. */
export async function discardUnread(db: Queryable, digest: string): Promise<void> {
  const { rowCount } = await db.query('delete from unread_mail where digest = $1', [digest]);
  if (rowCount === 0) throw none(digest);
}

function none(digest: string): RecallError {
  return new RecallError({
    code: 'not-found',
    message: 'no such mail is kept',
    where: digest,
    expected: 'a digest that `recall mails unread` lists',
  });
}
