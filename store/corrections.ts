import type { FactValue } from '../engine/playbook.js';
import type { AskId, IsoInstant, PersonId, RecallId } from '../engine/words.js';
import type { Queryable } from './db.js';

/** An answer that took the place of another. */
export type Correction = {
  at: IsoInstant;
  ask: AskId;
  by: PersonId;
  was: Record<string, FactValue>;
  values: Record<string, FactValue>;
};

/** The answers of a recall that were corrected, as the ledger has them, in order. */
export async function correctionsOf(db: Queryable, recallId: RecallId): Promise<Correction[]> {
  const { rows } = await db.query<{ body: string }>(
    `select body from ledger_entry where recall_id = $1 and stream = 'events' and body like '%"type":"answer corrected"%' order by link`,
    [recallId],
  );
  return rows.map(({ body }) => {
    const { at, ask, by, was, values } = JSON.parse(body) as Correction;
    return { at, ask, by, was, values };
  });
}
