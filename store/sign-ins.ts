import type { Sha256 } from '../engine/words.js';
import type { Pool } from './db.js';

/** What a way to the identity provider was begun with, which whoever comes back from there is held against. */
export type BegunSignIn = { browserHash: Sha256; nonce: string; verifier: string; destination: string };

/** As long as somebody may look for their telephone with the second factor. */
const UNTIL = "interval '10 minutes'";

/** Notes that a browser is sent to the identity provider, and forgets those that never came back. */
export async function keepBegun(
  pool: Pool,
  stateHash: Sha256,
  { browserHash, nonce, verifier, destination }: BegunSignIn,
): Promise<void> {
  await pool.query('delete from sign_in_begun where until < clock_timestamp()');
  await pool.query(
    `insert into sign_in_begun (state_hash, browser_hash, nonce, verifier, destination, until)
     values ($1, $2, $3, $4, $5, clock_timestamp() + ${UNTIL})`,
    [stateHash, browserHash, nonce, verifier, destination],
  );
}

/** Takes what was begun under a state, once and by the browser that began it; null where there is nothing, or not any more. */
export async function takeBegun(pool: Pool, stateHash: Sha256, browserHash: Sha256): Promise<BegunSignIn | null> {
  const { rows } = await pool.query<BegunSignIn>(
    `delete from sign_in_begun where state_hash = $1 and browser_hash = $2 and until > clock_timestamp()
     returning browser_hash as "browserHash", nonce, verifier, destination`,
    [stateHash, browserHash],
  );
  return rows[0] ?? null;
}
