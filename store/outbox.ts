import type { Condition } from '../engine/conditions.js';
import { watchValue } from '../engine/watches.js';
import type { IsoInstant, RecallId, StepName } from '../engine/words.js';
import type { Relayed } from '../workflows/contract.js';
import { tallyOf, type CampaignKey } from './campaigns.js';
import type { Client, Pool, Queryable } from './db.js';

/** Tells the workflow of something a door has seen, in the transaction that saw it. A repeated id is one message. */
export async function enqueue(client: Client, recallId: RecallId, message: Omit<Relayed, 'v'>): Promise<void> {
  await client.query(
    'insert into outbox (id, recall_id, at, input) values ($1, $2, $3, $4) on conflict (id) do nothing',
    [message.id, recallId, message.at, JSON.stringify(message.input)],
  );
}

export type Waiting = Relayed & { position: string; recallId: RecallId };

/** Messages that no workflow has accepted yet, oldest first, without those of recalls that are held. */
export async function waiting(pool: Pool, limit: number, held: RecallId[] = []): Promise<Waiting[]> {
  const { rows } = await pool.query<Omit<Waiting, 'v'>>({
    name: 'outbox-waiting',
    text: `select position, id, recall_id as "recallId", at, input from outbox
            where done_at is null and recall_id <> all ($2) order by position limit $1`,
    values: [limit, held],
  });
  return rows.map((row) => ({ ...row, v: 1 }));
}

export async function markDone(db: Queryable, position: string): Promise<void> {
  await db.query({
    name: 'outbox-done',
    text: 'update outbox set done_at = clock_timestamp() where position = $1',
    values: [position],
  });
}

/** Whether a message has been accepted. */
export async function isDone(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await db.query({
    name: 'outbox-is-done',
    text: 'select 1 from outbox where id = $1 and done_at is not null',
    values: [id],
  });
  return rows.length > 0;
}

/** How many messages of a recall are on their way. */
export async function pendingCount(db: Queryable, recallId: RecallId): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    name: 'outbox-count',
    text: 'select count(*)::integer as count from outbox where recall_id = $1 and done_at is null',
    values: [recallId],
  });
  return rows[0]!.count;
}

/** How many messages of a recall there have ever been. */
export async function toldCount(db: Queryable, recallId: RecallId): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    name: 'outbox-told',
    text: 'select count(*)::integer as count from outbox where recall_id = $1',
    values: [recallId],
  });
  return rows[0]!.count;
}

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
