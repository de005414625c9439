import type { Condition } from '../engine/conditions.js';
import { watchChanged } from '../engine/steps/campaign/model.js';
import { isNews, watchSays, type WatchChange, type WatchSaid } from '../engine/watches.js';
import type { IsoInstant, RecallId, StepName } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Client } from './db.js';
import { enqueue } from './outbox.js';
import { tallyOf } from './tally.js';

/** From now on a change of what the watch says is told to the workflow. */
export async function registerWatch(
  client: Client,
  recallId: RecallId,
  step: StepName,
  condition: string,
  { value, unreachable }: WatchSaid,
): Promise<void> {
  await client.query(
    `insert into watch (recall_id, step, condition, value, unreachable) values ($1, $2, $3, $4, $5)
     on conflict (recall_id, step) do update
       set condition = excluded.condition, value = excluded.value, unreachable = excluded.unreachable`,
    [recallId, step, condition, value, unreachable],
  );
}

/**
 * Evaluates the campaign's watch on its present tally, and keeps a change of what it says as told: whoever asks tells the
 * workflow in the same transaction. The tally is counted while the watch is locked: two answers at once would otherwise
 * each miss the other and neither be the last. Null where nothing has changed.
 */
export async function changeOfWatch(client: Client, key: CampaignKey): Promise<WatchChange | null> {
  const { recallId, step } = key;
  const { rows } = await client.query<WatchSaid & { condition: Condition; changes: number }>(
    'select condition, value, unreachable, changes from watch where recall_id = $1 and step = $2 for update',
    [recallId, step],
  );
  const watch = rows[0];
  if (!watch || !(await isLatest(client, key))) return null;
  const tally = await tallyOf(client, key);
  const is = watchSays(watch.condition, step, tally);
  const told = isNews(watch, is);
  if (!told && is.unreachable === watch.unreachable) return null;
  const change = watch.changes + Number(told);
  await client.query('update watch set value = $3, unreachable = $4, changes = $5 where recall_id = $1 and step = $2', [
    recallId,
    step,
    is.value,
    is.unreachable,
    change,
  ]);
  return told ? { change, value: is.value, tally } : null;
}

/** What comes of a notice that has been corrected since says nothing of the notices that count now. */
async function isLatest(client: Client, { recallId, step, revision }: CampaignKey): Promise<boolean> {
  const { rows } = await client.query<{ latest: number }>(
    'select max(revision) as latest from campaign where recall_id = $1 and step = $2',
    [recallId, step],
  );
  return rows[0]!.latest === revision;
}

/** Sends the workflow a message where an answer or a bounce has changed what the campaign's watch says. */
export async function tellWatch(client: Client, key: CampaignKey, at: IsoInstant): Promise<void> {
  const change = await changeOfWatch(client, key);
  if (change === null) return;
  const { recallId, step } = key;
  await enqueue(client, recallId, {
    id: `${recallId}/watch/${step}/${change.change}`,
    at,
    input: watchChanged(step, change),
  });
}
