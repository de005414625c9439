import type { EffectCall } from '../engine/effects.js';
import type { Client, Pool, Queryable } from './db.js';
import type { CampaignRun } from './notices.js';

/** A run of a campaign that other workers may join: what its worker was asked to do. */
export type SharedRun = { call: EffectCall<'runCampaign'>; run: number };

/**
 * Lets other workers claim and settle pages of a run for so many seconds. Said again and again while its own worker is at it,
 * because a campaign whose worker has been stopped must not go on by others.
 */
export async function shareRun(
  db: Queryable,
  { recallId, step, revision, run }: CampaignRun,
  { call, worker, seconds }: { call: EffectCall<'runCampaign'>; worker: string; seconds: number },
): Promise<void> {
  await db.query({
    name: 'campaign-share',
    text: `update campaign set shared = $5, shared_by = $6, shared_until = clock_timestamp() + $7 * interval '1 second'
            where recall_id = $1 and step = $2 and revision = $3 and runs = $4`,
    values: [recallId, step, revision, run, JSON.stringify(call), worker, seconds],
  });
}

/** From the commit on nobody else claims of this run; what others have claimed they settle. */
export async function endSharing(db: Queryable, { recallId, step, revision, run }: CampaignRun): Promise<void> {
  await db.query(
    `update campaign set shared = null, shared_by = null, shared_until = null
      where recall_id = $1 and step = $2 and revision = $3 and runs = $4 and shared is not null`,
    [recallId, step, revision, run],
  );
}

/** Runs that workers other than this one are at. */
export async function runsOfOthers(pool: Pool, worker: string): Promise<SharedRun[]> {
  const { rows } = await pool.query<SharedRun>({
    name: 'campaigns-shared',
    text: `select shared as call, runs as run from campaign
            where shared is not null and shared_by <> $1 and shared_until > clock_timestamp() order by recall_id, step, revision`,
    values: [worker],
  });
  return rows;
}

/** Whether a run may still be joined; holds off its end until the commit. */
export async function isShared(client: Client, { recallId, step, revision, run }: CampaignRun): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'campaign-is-shared',
    text: `select from campaign where recall_id = $1 and step = $2 and revision = $3 and runs = $4
              and shared is not null and shared_until > clock_timestamp() for share`,
    values: [recallId, step, revision, run],
  });
  return rowCount! > 0;
}

/** Whether notices of a campaign are claimed and not settled. */
export async function hasClaimed(db: Queryable, { recallId, step, revision }: CampaignRun): Promise<boolean> {
  const { rows } = await db.query<{ claimed: boolean }>({
    name: 'campaign-has-claimed',
    text: `select exists (select from notice where recall_id = $1 and step = $2 and revision = $3 and state = 'claimed') as claimed`,
    values: [recallId, step, revision],
  });
  return rows[0]!.claimed;
}
