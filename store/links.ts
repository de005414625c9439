import { RecallError } from '../engine/errors.js';
import type { LinkHolder } from '../engine/facts.js';
import type { IsoInstant, PersonId, RecallId, RecipientId, Sha256 } from '../engine/words.js';
import type { KeyRing } from '../trust/keys.js';
import { linkHash, linkIdOf, type Link } from '../trust/links.js';
import { withTransaction, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';

/** How many different forms a decision's link may send; one or two are what a person needs. */
export const TRIES_MAX = 20;

/** A link as it was given out, and until when by recall time. */
export type KnownLink<L extends Link = Link> = {
  link: L;
  expiresAt: IsoInstant;
  revokedAt: IsoInstant | null;
};

/**
 * Keeps what links mean, under the hashes of their ids: whoever reads the database has no link. All of a page in one
 * statement, in the order of the hashes so that two pages at once do not wait for each other in a circle. A link that is
 * made again holds as long as the later making says, and one that was revoked stays so.
 */
export async function keepLinks(
  db: Queryable,
  ring: KeyRing,
  links: readonly Link[],
  expiresAt: IsoInstant,
): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map((link) => ({ ...link, hash: linkHash(linkIdOf(ring, link)) }));
  await db.query({
    name: 'keep-links',
    text: `insert into link (hash, use, recall_id, ask, person, shown, step, revision, recipient, expires_at)
           select distinct on (hash) hash, use, "recallId", ask, person, shown, step, revision, recipient, $2
             from jsonb_to_recordset($1::jsonb) as given(hash text, use text, "recallId" text, ask text, person text,
                                                         shown text, step text, revision integer, recipient text)
            order by hash
           on conflict (hash) do update set expires_at = excluded.expires_at where link.expires_at < excluded.expires_at`,
    values: [JSON.stringify(rows), expiresAt],
  });
}

/** What the link with this hash means; null where none was given out for this use. */
export async function linkOf<U extends Link['use']>(
  db: Queryable,
  hash: string,
  use: U,
): Promise<KnownLink<Extract<Link, { use: U }>> | null> {
  const { rows } = await db.query<KnownLink<Extract<Link, { use: U }>>>({
    name: 'link-of',
    text: `select jsonb_strip_nulls(jsonb_build_object('use', use, 'recallId', recall_id, 'ask', ask, 'person', person,
                    'shown', shown, 'step', step, 'revision', revision, 'recipient', recipient)) as link,
                  expires_at as "expiresAt", revoked_at as "revokedAt"
             from link where hash = $1 and use = $2`,
    values: [hash, use],
  });
  return rows[0] ?? null;
}

/** Why a link opens nothing at this instant; null where it does. */
export function refusalOfLink({ revokedAt, expiresAt }: KnownLink, now: IsoInstant): 'revoked' | 'expired' | null {
  if (revokedAt !== null) return 'revoked';
  return now > expiresAt ? 'expired' : null;
}

/**
 * Notes a form that came by a link. False where as many different ones have come as one link may send: what each of them
 * leads to stands in the ledger. The same form again is no other.
 */
export async function takeTry(db: Queryable, hash: Sha256, form: Sha256, at: IsoInstant): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'take-try',
    text: `update link set used_at = coalesce(used_at, $3),
                  tried = case when $2 = any(tried) then tried else array_append(tried, $2) end
            where hash = $1 and ($2 = any(tried) or cardinality(tried) < $4)`,
    values: [hash, form, at, TRIES_MAX],
  });
  return rowCount === 1;
}

/**
 * From now on no link that somebody has in a recall opens anything, and no new making of it either. A recipient may be named by
 * customer number, and then all contacts of the customer are meant. Gives how many links there were. Throws `not-found` where
 * nobody is known by that.
 */
export async function revokeLinks(
  pool: Pool,
  { recallId, by, of, at }: { recallId: RecallId; by: PersonId; of: LinkHolder; at: IsoInstant },
): Promise<number> {
  return withTransaction(pool, async (client) => {
    let links = 0;
    for (const holder of await holdersOf(client, recallId, of)) {
      const { rowCount } = await client.query(
        `update link set revoked_at = $4
          where recall_id = $1 and revoked_at is null and case $2 when 'person' then person else recipient end = $3`,
        [recallId, holder.kind, holder.id, at],
      );
      const revoked = rowCount ?? 0;
      const fact = { type: 'links revoked', v: 1, by, of: holder, links: revoked } as const;
      if (revoked > 0) await appendFact(client, { recallId, at, fact });
      links += revoked;
    }
    return links;
  });
}

async function holdersOf(db: Queryable, recallId: RecallId, of: LinkHolder): Promise<LinkHolder[]> {
  if (of.kind === 'person') return [of];
  const { rows } = await db.query<{ recipient: RecipientId }>(
    'select distinct recipient from recipient where recall_id = $1 and (recipient = $2 or code = $2) order by recipient',
    [recallId, of.id],
  );
  if (rows.length > 0) return rows.map(({ recipient: id }) => ({ kind: 'recipient', id }));
  throw new RecallError({
    code: 'not-found',
    message: `${of.id} is no recipient of ${recallId}`,
    where: of.id,
    expected: 'a customer number, or a recipient as the lists show it',
    remedy: `see \`recall recipients ${recallId}\``,
  });
}

/** Notes when a link was first used. */
export async function noteUse(db: Queryable, hash: string, at: IsoInstant): Promise<void> {
  await db.query({
    name: 'link-used',
    text: 'update link set used_at = $2 where hash = $1 and used_at is null',
    values: [hash, at],
  });
}
