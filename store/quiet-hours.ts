import { rings } from '../engine/quiet.js';
import type { ContactRung } from '../engine/channels.js';
import type { IsoInstant, Market } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Client } from './db.js';
import type { CampaignRun } from './notices.js';

/** Until when those are not rung up who bought in just these markets. */
export type Quiet = { markets: Market[]; until: IsoInstant };

/** Who is in their quiet hours, of all whom a campaign tells: a run asks once, because its instant does not change. */
export async function quietMarkets(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  ladder: ContactRung[],
  quietUntil: (markets: Market[]) => IsoInstant | null,
): Promise<Quiet[]> {
  if (!ladder.some(({ by }) => rings(by))) return [];
  const { rows } = await client.query<{ markets: Market[] }>(
    'select markets from recipient where recall_id = $1 and step = $2 and revision = $3 group by markets',
    [recallId, step, revision],
  );
  return rows.flatMap(({ markets }) => {
    const until = quietUntil(markets);
    return until === null ? [] : [{ markets, until }];
  });
}

/**
 * What the database knows of who is due is of the freeze, when all were: by that it would look at everybody. How few are left is
 * known to the index alone.
 */
export const BY_INDEX =
  'set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off';
const AS_EVER =
  'set local enable_seqscan to default; set local enable_hashjoin to default; set local enable_mergejoin to default; set local jit to default';

/** Looks for each group of markets in the index of those who are due, so that a page costs the same however many were told before it. */
export const QUIET = `update recipient set next_due = due.until, quiet_rungs = array_append(array_remove(quiet_rungs, next_rung), next_rung)
  from (select quiet.until, one.recipient
          from jsonb_to_recordset($5::jsonb) as quiet(markets text[], until text)
               cross join lateral (
                 select recipient from recipient
                  where recall_id = $1 and step = $2 and revision = $3 and markets = quiet.markets and next_rung = any ($6)
                    and coalesce(next_due, '') <= $7 and answered_at is null and next_rung is not null and wave <= $4
                 offset 0) one) due
 where recall_id = $1 and step = $2 and revision = $3 and recipient.recipient = due.recipient`;

/** Who would be rung up now and is in their quiet hours is due when these end. Gives no notice a verdict: nothing was tried. */
export async function keepQuiet(
  client: Client,
  { recallId, step, revision, wave }: CampaignRun,
  now: IsoInstant,
  ladder: ContactRung[],
  quiet: Quiet[],
): Promise<void> {
  if (quiet.length === 0) return;
  const ringing = ladder.flatMap(({ by }, rung) => (rings(by) ? [rung] : []));
  const values = [recallId, step, revision, wave, JSON.stringify(quiet), ringing, now];
  await client.query(BY_INDEX);
  await client.query(QUIET, values);
  await client.query(AS_EVER);
}
