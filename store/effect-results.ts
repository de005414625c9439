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

/**
 * Claims the place of an effect's result, in the last transaction of its work: false where another attempt has kept one
 * before. An attempt that is just finishing is waited for. Nobody else sees the place before the result is kept in it.
 */
export async function claimResult(db: Queryable, recallId: RecallId, effectId: EffectId): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'claim-result',
    text: `insert into effect_result (recall_id, effect_id, result) values ($1, $2, 'null')
           on conflict (recall_id, effect_id) do nothing`,
    values: [recallId, effectId],
  });
  return rowCount === 1;
}

/** Keeps the result of an effect in the place that was claimed for it, in the same transaction. */
export async function keepResult<K extends EffectKind>(
  db: Queryable,
  recallId: RecallId,
  effectId: EffectId,
  result: EffectResult<K>,
): Promise<void> {
  await db.query({
    name: 'keep-result',
    text: 'update effect_result set result = $3 where recall_id = $1 and effect_id = $2',
    values: [recallId, effectId, JSON.stringify(result)],
  });
}
