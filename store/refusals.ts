import type { RefusalReason } from '../engine/inputs.js';
import type { IsoInstant, RecallId, Sha256 } from '../engine/words.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';

type Counted = {
  count: number;
  reasons: Partial<Record<RefusalReason, number>>;
  from: IsoInstant;
  to: IsoInstant;
  tried: Sha256;
};

/** One entry of a recall's ledger in so much time by the wall, however many refusals come. */
const PAUSE = "interval '1 minute'";

/**
 * Counts what is refused and was signed by nobody: a crash loses nothing, because the count is a row. The first after a
 * pause stands in the ledger at once; those that follow it stand there together, in one entry, when the pause is over.
 */
export async function countRefusal(
  pool: Pool,
  {
    recallId,
    at,
    reason,
    tried,
  }: { recallId: RecallId; at: IsoInstant; reason: RefusalReason; /** Hash of what was tried. */ tried: Sha256 },
): Promise<void> {
  await withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ isDue: boolean }>({
      name: 'count-refusal',
      text: `insert into refusal as counted (recall_id, count, reasons, digest, from_at, to_at)
             values ($1, 1, jsonb_build_object($2::text, 1), encode(sha256(convert_to($3, 'UTF8')), 'hex'), $4, $4)
             on conflict (recall_id) do update
               set count = counted.count + 1, to_at = excluded.to_at,
                   from_at = case when counted.count = 0 then excluded.from_at else counted.from_at end,
                   reasons = counted.reasons || jsonb_build_object($2::text, coalesce((counted.reasons->>$2)::integer, 0) + 1),
                   digest = encode(sha256(convert_to(counted.digest || $3, 'UTF8')), 'hex')
             returning told_at is null or told_at <= clock_timestamp() - ${PAUSE} as "isDue"`,
      values: [recallId, reason, tried, at],
    });
    if (rows[0]!.isDue) await tell(client, recallId);
  });
}

/** Writes down what has been counted and was not told since, where the pause is over and nothing more has come. */
export async function tellRefusals(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ recallId: RecallId }>({
    name: 'refusals-due',
    text: `select recall_id as "recallId" from refusal where count > 0 and told_at <= clock_timestamp() - ${PAUSE}`,
  });
  for (const { recallId } of rows)
    await withTransaction(pool, async (client) => {
      const due = await client.query(
        `select 1 from refusal where recall_id = $1 and count > 0 and told_at <= clock_timestamp() - ${PAUSE} for update`,
        [recallId],
      );
      if (due.rows.length > 0) await tell(client, recallId);
    });
}

/** The caller holds the row. */
async function tell(client: Client, recallId: RecallId): Promise<void> {
  const { rows } = await client.query<Counted>(
    'select count, reasons, from_at as "from", to_at as "to", digest as tried from refusal where recall_id = $1',
    [recallId],
  );
  await client.query(
    `update refusal set told_at = clock_timestamp(), count = 0, reasons = '{}', digest = '' where recall_id = $1`,
    [recallId],
  );
  const counted = rows[0]!;
  await appendFact(client, { recallId, at: counted.to, fact: { type: 'refusals summarised', v: 1, ...counted } });
}

/** Counts a link that nobody gave out. It names no recall, so no ledger grows by it. */
export async function countUnknownLink(db: Queryable, tried: Sha256): Promise<void> {
  await db.query({
    name: 'count-unknown-link',
    text: `insert into unknown_link as counted (minute, count, digest)
           values (date_trunc('minute', clock_timestamp()), 1, encode(sha256(convert_to($1, 'UTF8')), 'hex'))
           on conflict (minute) do update
             set count = counted.count + 1, digest = encode(sha256(convert_to(counted.digest || $1, 'UTF8')), 'hex')`,
    values: [tried],
  });
}

/** How many links that nobody gave out were tried within an hour. */
export async function unknownLinksOfHour(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select coalesce(sum(count), 0)::integer as count from unknown_link where minute > clock_timestamp() - interval '1 hour'`,
  );
  return rows[0]!.count;
}
