import { canonicalJson } from '../engine/digest.js';
import type { NoticeOutcome } from '../engine/facts.js';
import type { IsoInstant, RecallId, RecallMode, Sha256 } from '../engine/words.js';
import { CHAIN_START } from '../trust/canonical.js';
import {
  checkpointHash,
  signed,
  type Checkpoint,
  type DecisionCheckpoint,
  type Root,
  type Signer,
} from '../trust/checkpoints.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';

type Signed = { n: number; hash: Sha256 };

/**
 * Signs a chain up to a decision, in the transaction that appends it, which holds the chain. A chain that no longer has the
 * entry which was signed last is not signed any more: somebody has changed it.
 */
export async function signDecision(
  client: Client,
  signer: Signer,
  {
    recallId,
    link,
    hash,
    at,
    wall,
  }: { recallId: RecallId; link: number; hash: Sha256; at: IsoInstant; wall: IsoInstant },
): Promise<void> {
  const { rows } = await client.query<Signed & { holds: boolean }>({
    name: 'last-checkpoint',
    text: `select c.n, c.hash, (c.body::jsonb ->> 'hash') is not distinct from e.hash as holds
             from checkpoint c left join ledger_entry e on e.recall_id = c.recall_id and e.link = c.link
            where c.recall_id = $1 order by c.n desc limit 1`,
    values: [recallId],
  });
  const last = rows[0];
  if (last && !last.holds) return;
  const checkpoint = signed<DecisionCheckpoint>(signer, {
    v: 1,
    kind: 'decision',
    recall: recallId,
    n: (last?.n ?? 0) + 1,
    link,
    hash,
    at,
    wall,
    previous: last?.hash ?? CHAIN_START,
  });
  await client.query({
    name: 'keep-checkpoint',
    text: 'insert into checkpoint (recall_id, n, link, hash, body) values ($1, $2, $3, $4, $5)',
    values: [recallId, checkpoint.n, link, checkpointHash(checkpoint), canonicalJson(checkpoint)],
  });
}

/**
 * Signs one root over all chains that have changed since the last, unless there is one for the hour: null then, and where
 * nothing has changed. A chain that has lost what was signed of it is left out, and stands among the `changed`.
 */
export async function makeRoot(
  pool: Pool,
  signer: Signer,
  now: IsoInstant,
): Promise<{ root: Root | null; changed: RecallId[] }> {
  return withTransaction(pool, async (client) => {
    // One at a time: who waits here finds the root of the hour.
    await client.query('lock table root in share row exclusive mode');
    const { rows } = await client.query<Signed & { hour: string }>(
      'select n, hash, hour from root order by n desc limit 1',
    );
    const [last] = rows;
    const hour = `${now.slice(0, 13)}:00:00.000Z` as IsoInstant;
    const chains = await chainsToSign(client);
    const changed = chains.filter(({ holds }) => !holds).map(({ recall }) => recall);
    const sound = chains.filter(({ holds }) => holds).map(({ holds: _holds, ...chain }) => chain);
    if (sound.length === 0 || (last && last.hour >= hour)) return { root: null, changed };
    const root = signed<Root>(signer, {
      v: 1,
      kind: 'root',
      n: (last?.n ?? 0) + 1,
      hour,
      wall: now,
      chains: sound,
      previous: last?.hash ?? CHAIN_START,
    });
    await client.query('insert into root (n, hour, hash, body) values ($1, $2, $3, $4)', [
      root.n,
      hour,
      checkpointHash(root),
      canonicalJson(root),
    ]);
    await client.query(
      `insert into root_chain (recall_id, n, link, hash)
       select c->>'recall', $1, (c->>'link')::integer, c->>'hash' from jsonb_array_elements($2::jsonb) c`,
      [root.n, JSON.stringify(sound)],
    );
    return { root, changed };
  });
}

/** Chains that are longer or other than at their last root, by recall; `holds` where all that was signed last is still in them. */
async function chainsToSign(client: Client): Promise<(Root['chains'][number] & { holds: boolean })[]> {
  const { rows } = await client.query<Root['chains'][number] & { holds: boolean }>(
    `select r.id as recall, r.chain_link as link, r.chain_hash as hash, c.hash as checkpoint, coalesce(last.n, 0) as before,
            (last.n is null or exists (select from ledger_entry e where e.recall_id = r.id and e.link = last.link and e.hash = last.hash))
            and (c.n is null or exists (select from ledger_entry e where e.recall_id = r.id and e.link = c.link and e.hash = c.body::jsonb ->> 'hash'))
            as holds
       from recall r
       left join lateral (select n, link, hash from root_chain where recall_id = r.id order by n desc limit 1) last on true
       left join lateral (select n, link, hash, body from checkpoint where recall_id = r.id order by n desc limit 1) c on true
      where r.chain_link > 0 and r.chain_hash is distinct from last.hash
      order by r.id collate "C"`,
  );
  return rows;
}

/** All that was signed over a recall's chain, by the link it was signed at. */
export async function checkpointsOf(
  db: Queryable,
  recallId: RecallId,
): Promise<{ link: number; checkpoint: Checkpoint }[]> {
  const { rows } = await db.query<{ link: number; body: string }>(
    `select link, body, 0 as root, n from checkpoint where recall_id = $1
     union all
     select c.link, r.body, 1, r.n from root_chain c join root r using (n) where c.recall_id = $1
     order by link, root, n`,
    [recallId],
  );
  return rows.map(({ link, body }) => ({ link, checkpoint: JSON.parse(body) as Checkpoint }));
}

/** The last checkpoint of a recall's chain; null where none was signed. */
export async function lastCheckpoint(db: Queryable, recallId: RecallId): Promise<DecisionCheckpoint | null> {
  const { rows } = await db.query<{ body: string }>(
    'select body from checkpoint where recall_id = $1 order by n desc limit 1',
    [recallId],
  );
  return rows[0] ? (JSON.parse(rows[0].body) as DecisionCheckpoint) : null;
}

export type SigningKey = { key: Sha256; publicKey: string; seenAt: IsoInstant };

/** A worker signs with this key. */
export async function keepSigningKey(db: Queryable, { key, publicKey }: Signer, now: IsoInstant): Promise<void> {
  await db.query(
    `insert into checkpoint_key (key, public_key, seen_at) values ($1, $2, $3)
     on conflict (key) do update set seen_at = greatest(checkpoint_key.seen_at, excluded.seen_at)`,
    [key, publicKey, now],
  );
}

/** The keys that workers have signed with, the latest first. */
export async function signingKeys(db: Queryable): Promise<SigningKey[]> {
  const { rows } = await db.query<Omit<SigningKey, 'seenAt'> & { seenAt: Date }>(
    'select key, public_key as "publicKey", seen_at as "seenAt" from checkpoint_key order by seen_at desc, key',
  );
  return rows.map(({ seenAt, ...key }) => ({ ...key, seenAt: seenAt.toISOString() as IsoInstant }));
}

/** Days before one that have roots which no mail has brought to its end, the oldest first. */
export async function daysToMail(db: Queryable, today: string): Promise<string[]> {
  const { rows } = await db.query<{ day: string }>(
    `select distinct left(r.hour, 10) as day from root r left join root_mail m on m.day = left(r.hour, 10)
      where left(r.hour, 10) < $1 and (m.state is null or m.state in ('claimed', 'deferred')) order by day`,
    [today],
  );
  return rows.map(({ day }) => day);
}

/** The roots of a day, and whether any of the chains in them is that of a recall which is no drill. */
export async function rootsOfDay(db: Queryable, day: string): Promise<{ roots: Root[]; mode: RecallMode }> {
  const { rows } = await db.query<{ body: string; real: boolean }>(
    `select body, exists (select from root_chain c join recall r on r.id = c.recall_id where c.n = root.n and r.mode = 'recall') as real
       from root where left(hour, 10) = $1 order by n`,
    [day],
  );
  const mode = rows.some(({ real }) => real) ? 'recall' : 'drill';
  return { roots: rows.map(({ body }) => JSON.parse(body) as Root), mode };
}

/** What a mail of roots is now. One that is claimed before it is sent and never settled is sent again, under the same id. */
export async function setRootMail(db: Queryable, day: string, state: NoticeOutcome | 'claimed'): Promise<void> {
  await db.query(
    'insert into root_mail (day, state) values ($1, $2) on conflict (day) do update set state = excluded.state',
    [day, state],
  );
}

const MAILING = 'recall: mails of roots';

/** Runs `work` where no other process does at the same time; else does nothing. */
export async function whereNobodyMails(pool: Pool, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock(hashtext($1)) as locked', [
      MAILING,
    ]);
    if (!rows[0]!.locked) return;
    try {
      await work();
    } finally {
      await client.query('select pg_advisory_unlock(hashtext($1))', [MAILING]);
    }
  } finally {
    client.release();
  }
}
