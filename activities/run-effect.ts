import { Context } from '@temporalio/activity';
import type { EffectCall, EffectKind, EffectOutcome, EffectResult } from '../engine/effects.js';
import { storedResult, storeResult } from '../store/effect-results.js';
import { withTransaction, type Client } from '../store/db.js';
import type { Deps } from './deps.js';

const HEARTBEAT_MS = 1_000;

/** Finishes an effect: the last writes of its work and its result in one transaction, so that a second run finds both or neither. */
export type Finish<K extends EffectKind> = (
  result: EffectResult<K>,
  writes?: (client: Client) => Promise<void>,
) => Promise<EffectOutcome<K>>;
export type Work<K extends EffectKind> = (call: EffectCall<K>, finish: Finish<K>) => Promise<EffectOutcome<K>>;

/** An effect as an activity: heartbeats while it works, and gives the stored result where it has been done before. */
export function effectActivity<K extends EffectKind>(
  deps: Deps,
  work: Work<K>,
): (call: EffectCall<K>) => Promise<EffectOutcome<K>> {
  return async (call) => {
    const { recallId, id, kind } = call;
    const beat = setInterval(() => Context.current().heartbeat(), HEARTBEAT_MS);
    try {
      const known = await storedResult<K>(deps.pool, recallId, id);
      if (known !== null) return { result: known };
      const finish: Finish<K> = async (result, writes) => {
        await withTransaction(deps.pool, async (client) => {
          await storeResult(client, recallId, id, result);
          await writes?.(client);
        });
        return { result };
      };
      const outcome = await work(call, finish);
      if ('failed' in outcome)
        deps.log.warn({ recall: recallId, effect: id, code: outcome.failed.code }, 'effect failed for now');
      else deps.log.debug({ recall: recallId, effect: id, kind }, 'effect done');
      return outcome;
    } finally {
      clearInterval(beat);
    }
  };
}

/** A provider that is away: the engine asks again in recall time. */
export function notNow(
  message: string,
  retryAfterSeconds = 900,
): { failed: { code: string; message: string; retryAfterSeconds: number } } {
  return { failed: { code: 'service-missing', message, retryAfterSeconds } };
}
