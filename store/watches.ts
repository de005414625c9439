import type { Condition } from '../engine/conditions.js';
import { watchValue } from '../engine/watches.js';
import type { IsoInstant, RecallId, StepName } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Client } from './db.js';
import { enqueue } from './outbox.js';
import { tallyOf } from './tally.js';

/** From now on a change of the condition's value is told to the workflow. */
export async function registerWatch(
  client: Client,
  recallId: RecallId,
  step: StepName,
  condition: string,
  value: boolean,
): Promise<void> {
  await client.query(
    `insert into watch (recall_id, step, condition, value) values ($1, $2, $3, $4)
     on conflict (recall_id, step) do update set condition = excluded.condition, value = excluded.value`,
    [recallId, step, condition, value],
  );
}

/**
 * Evaluates the campaign's watch on its present tally, and tells the workflow once per change of the value. The tally is
 * counted while the watch is locked: two answers at once would otherwise each miss the other and neither be the last.
 * Gives the id of the message, null where nothing has changed.
 */
export async function tellWatch(client: Client, key: CampaignKey, at: IsoInstant): Promise<string | null> {
  const { recallId, step } = key;
  const { rows } = await client.query<{ condition: Condition; value: boolean; changes: number }>(
    'select condition, value, changes from watch where recall_id = $1 and step = $2 for update',
    [recallId, step],
  );
  const watch = rows[0];
  if (!watch) return null;
  const tally = await tallyOf(client, key);
  const value = watchValue(watch.condition, step, tally);
  if (value === watch.value) return null;
  await client.query('update watch set value = $3, changes = changes + 1 where recall_id = $1 and step = $2', [
    recallId,
    step,
    value,
  ]);
  const id = `${recallId}/watch/${step}/${watch.changes + 1}`;
  await enqueue(client, recallId, {
    id,
    at,
    input: { type: 'watch changed', watch: `${step}/enough`, step, value, tally },
  });
  return id;
}
