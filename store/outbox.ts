import type { RecallId } from '../engine/words.js';
import type { Relayed } from '../workflows/contract.js';
import type { Client, Pool, Queryable } from './db.js';

/** Tells the workflow of something a door has seen, in the transaction that saw it. A repeated id is one message. */
export async function enqueue(
  client: Client,
  recallId: RecallId,
  message: Omit<Relayed, 'message' | 'v'>,
): Promise<void> {
  await client.query(
    'insert into outbox (id, recall_id, at, input) values ($1, $2, $3, $4) on conflict (id) do nothing',
    [message.id, recallId, message.at, JSON.stringify(message.input)],
  );
}

export type Waiting = Relayed & { position: string; recallId: RecallId };

/** Messages that no workflow has accepted yet, oldest first, without those of recalls that are held. */
export async function waiting(pool: Pool, limit: number, held: RecallId[] = []): Promise<Waiting[]> {
  const { rows } = await pool.query<Omit<Waiting, 'message' | 'v'>>({
    name: 'outbox-waiting',
    text: `select position, id, recall_id as "recallId", at, input from outbox
            where done_at is null and recall_id <> all ($2) order by position limit $1`,
    values: [limit, held],
  });
  return rows.map((row) => ({ ...row, message: 'relayed', v: 1 }));
}

export async function markDone(db: Queryable, position: string): Promise<void> {
  await db.query({
    name: 'outbox-done',
    text: 'update outbox set done_at = clock_timestamp() where position = $1',
    values: [position],
  });
}

/** For how long the oldest message has waited that no workflow has accepted, in real time; 0 where none waits. */
export async function oldestWaitingMs(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ ms: number | null }>({
    name: 'outbox-oldest',
    text: `select (extract(epoch from clock_timestamp() - told_at) * 1000)::integer as ms
             from outbox where done_at is null order by position limit 1`,
  });
  return rows[0]?.ms ?? 0;
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
