import type { IsoInstant, RecallId } from '../engine/words.js';
import type { Halt } from '../workflows/contract.js';
import type { Client, Queryable } from './db.js';

export type KeptHalt = Halt & { recallId: RecallId; since: IsoInstant };

/** What stands still in a recall is these, and nothing else. What stood still before keeps its instant. */
export async function setHalts(client: Client, recallId: RecallId, halts: Halt[]): Promise<void> {
  await client.query({
    name: 'clear-halts',
    text: 'delete from halt where recall_id = $1 and not what = any($2)',
    values: [recallId, halts.map(({ what }) => what)],
  });
  for (const halt of halts) await keepHalt(client, recallId, halt);
}

/** Something stands still, as where the ledger takes no more of a recall, which therefore cannot say it there itself. */
export async function keepHalt(db: Queryable, recallId: RecallId, { what, message }: Halt): Promise<void> {
  await db.query(
    `insert into halt (recall_id, what, message) select id, $2, $3 from recall where id = $1
     on conflict (recall_id, what) do update set message = excluded.message`,
    [recallId, what, message],
  );
}

/** What stands still, the oldest first: in one recall or in all of them. */
export async function halts(db: Queryable, recallId: RecallId | null): Promise<KeptHalt[]> {
  const { rows } = await db.query<Halt & { recallId: RecallId; since: Date }>(
    `select recall_id as "recallId", what, message, since from halt where $1::text is null or recall_id = $1
     order by since, recall_id, what`,
    [recallId],
  );
  return rows.map((row) => ({ ...row, since: row.since.toISOString() as IsoInstant }));
}
