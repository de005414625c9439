import { isSettled, type CallResult } from '../engine/calls.js';
import type { IsoInstant } from '../engine/words.js';
import type { SentNotice } from './bounces.js';
import type { CampaignKey } from './campaigns.js';
import type { Client, Queryable } from './db.js';
import { enqueue } from './outbox.js';

/** How many have asked in a call of the campaign to be telephoned, and have not been since, or as often as they should. */
export async function wantCalls(
  db: Queryable,
  { recallId, step, revision }: CampaignKey,
  attempts: number,
): Promise<number> {
  const { rows } = await db.query<{ results: CallResult[] }>({
    name: 'calls-wanted',
    text: `select array(select result from call
                         where (call.recall_id, call.step, call.revision, call.recipient) = (notice.recall_id, notice.step, notice.revision, notice.recipient)
                           and call.at >= notice.said_at order by call.id) as results
             from notice
            where recall_id = $1 and step = $2 and revision = $3 and said_by_key = 'call-me'`,
    values: [recallId, step, revision],
  });
  return rows.filter(({ results }) => !isSettled(results, attempts)).length;
}

/** How many people are to telephone: whose rung has come and who have not answered, and who have asked for it. */
export async function callsOpen(db: Queryable, key: CampaignKey, attempts: number): Promise<number> {
  const { rows } = await db.query<{ due: number }>({
    name: 'calls-due',
    text: `select count(distinct recipient)::integer as due
             from notice join recipient using (recall_id, step, revision, recipient)
            where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3
              and notice.channel = 'call' and notice.state = 'handed' and bounced_at is null and answered_at is null`,
    values: [key.recallId, key.step, key.revision],
  });
  return rows[0]!.due + (await wantCalls(db, key, attempts));
}

/** Has the workflow ask people. */
export async function tellCallWanted(
  client: Client,
  { recallId, step, revision, recipient, rung }: SentNotice,
  at: IsoInstant,
): Promise<void> {
  await enqueue(client, recallId, {
    id: `${recallId}/call/${step}/${revision}/${recipient}/${rung}`,
    at,
    input: { type: 'call wanted', step, revision },
  });
}
