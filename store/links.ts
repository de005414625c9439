import type { IsoInstant } from '../engine/words.js';
import type { KeyRing } from '../trust/keys.js';
import { linkHash, linkIdOf, type Link } from '../trust/links.js';
import type { Queryable } from './db.js';

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
export function refusalOfLink(known: KnownLink | null, now: IsoInstant): 'unknown' | 'revoked' | 'expired' | null {
  if (known === null) return 'unknown';
  if (known.revokedAt !== null) return 'revoked';
  return now > known.expiresAt ? 'expired' : null;
}

/** Notes when a link was first used. */
export async function noteUse(db: Queryable, hash: string, at: IsoInstant): Promise<void> {
  await db.query({
    name: 'link-used',
    text: 'update link set used_at = $2 where hash = $1 and used_at is null',
    values: [hash, at],
  });
}
