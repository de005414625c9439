import type { EffectKind, EffectResult } from '../engine/effects.js';
import type { EffectId, RecallId } from '../engine/words.js';
import type { Queryable } from './db.js';

/** The result an effect gave before, or null: a second run of it gives the same one. */
export async function storedResult<K extends EffectKind>(
  db: Queryable,
  recallId: RecallId,
  effectId: EffectId,
): Promise<EffectResult<K> | null> {
  const { rows } = await db.query<{ result: EffectResult<K> }>({
    name: 'stored-result',
    text: 'select result from effect_result where recall_id = $1 and effect_id = $2',
    values: [recallId, effectId],
  });
  return rows[0]?.result ?? null;
}

/** Keeps the result of an effect, in the last transaction of its work. False where another attempt has kept one before. */
export async function storeResult<K extends EffectKind>(
  db: Queryable,
  recallId: RecallId,
  effectId: EffectId,
  result: EffectResult<K>,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'store-result',
    text: `insert into effect_result (recall_id, effect_id, result) values ($1, $2, $3)
           on conflict (recall_id, effect_id) do nothing`,
    values: [recallId, effectId, JSON.stringify(result)],
  });
  return rowCount === 1;
}
