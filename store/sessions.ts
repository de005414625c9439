import type { PersonId, Sha256 } from '../engine/words.js';
import type { Pool, Queryable } from './db.js';

/** An account of an identity provider. */
export type Account = { issuer: string; subject: string };
/** Whom a session speaks for. */
export type Session = Account & { tokenHash: Sha256; person: PersonId };

/** However busy its person is, a session ends; and sooner where nobody uses it. */
const SESSION = "interval '12 hours'";
const IDLE = "interval '1 hour'";
/** A session that is used says so this often, so that reading a page seldom writes. */
const SEEN_EVERY = "interval '1 minute'";

/**
 * Which person an account is: the one it was bound to when it first came, else, from now on, the one given. Null where that
 * person is another account already.
 */
export async function bindIdentity(
  db: Queryable,
  { issuer, subject }: Account,
  person: PersonId | null,
): Promise<PersonId | null> {
  if (person !== null)
    await db.query('insert into identity (issuer, subject, person) values ($1, $2, $3) on conflict do nothing', [
      issuer,
      subject,
      person,
    ]);
  const { rows } = await db.query<{ person: PersonId }>(
    'select person from identity where issuer = $1 and subject = $2',
    [issuer, subject],
  );
  return rows[0]?.person ?? null;
}

/** Begins a session under the hash of its token. */
export async function beginSession(
  pool: Pool,
  { tokenHash, person, issuer, subject, browser }: Session & { browser: string },
): Promise<void> {
  await pool.query(
    `insert into session (token_hash, person, issuer, subject, browser, until)
     values ($1, $2, $3, $4, $5, clock_timestamp() + ${SESSION})`,
    [tokenHash, person, issuer, subject, browser],
  );
}

/** The session under this hash, as long as it holds; null where there is none, or none any more. */
export async function sessionOf(pool: Pool, tokenHash: Sha256): Promise<Session | null> {
  const { rows } = await pool.query<Session & { isStale: boolean }>({
    name: 'session-of',
    text: `select token_hash as "tokenHash", person, issuer, subject, seen_at < clock_timestamp() - ${SEEN_EVERY} as "isStale"
             from session
            where token_hash = $1 and revoked_at is null and until > clock_timestamp()
              and seen_at > clock_timestamp() - ${IDLE}`,
    values: [tokenHash],
  });
  if (rows[0] === undefined) return null;
  const { isStale, ...session } = rows[0];
  if (isStale) await pool.query('update session set seen_at = clock_timestamp() where token_hash = $1', [tokenHash]);
  return session;
}

/** Ends one session, whoever still has its token. */
export async function endSession(pool: Pool, tokenHash: Sha256): Promise<void> {
  await pool.query('update session set revoked_at = clock_timestamp() where token_hash = $1 and revoked_at is null', [
    tokenHash,
  ]);
}

/** Ends all sessions of a person, on whatever devices they are; gives how many there were. */
export async function endSessionsOf(pool: Pool, person: PersonId): Promise<number> {
  const { rowCount } = await pool.query(
    'update session set revoked_at = clock_timestamp() where person = $1 and revoked_at is null and until > clock_timestamp()',
    [person],
  );
  return rowCount ?? 0;
}
