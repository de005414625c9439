import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type {
  DocumentRef,
  EffectCall,
  EffectFailure,
  EffectKind,
  EffectReturn,
  EffectResult,
} from '../engine/effects.js';
import { claimResult, keepResult, storedResult } from '../store/effect-results.js';
import { withTransaction, type Client } from '../store/db.js';
import { FOR_EVER } from '../workflows/contract.js';
import type { Deps } from './deps.js';
import { whyForEver } from './for-ever.js';

const HEARTBEAT_MS = 1_000;
const LATE_SHARE = 0.5;

/**
 * Finishes an effect: its result and the last writes of its work in one transaction, so that a second run finds both or
 * neither. Of two attempts at once the first to finish writes, and the other gives the result of the first. A result may be
 * made in that transaction, where what it says must be written with it.
 */
export type Finish<K extends EffectKind> = (
  result: EffectResult<K> | ((client: Client) => Promise<EffectResult<K>>),
  writes?: (client: Client) => Promise<void>,
) => Promise<EffectReturn<K>>;
/** What the work of an effect may ask of the attempt that it is done in. */
export type Attempt = {
  /** Throws once Temporal has given this attempt up: another one does the work by now. */
  requireWanted: () => void;
  isGivenUp: () => boolean;
  /** Whether so much of the attempt's time has gone that what is left is better done by a next run. */
  isLate: () => boolean;
};
export type Work<K extends EffectKind> = (
  call: EffectCall<K>,
  finish: Finish<K>,
  attempt: Attempt,
) => Promise<EffectReturn<K>>;

/** An effect as an activity: heartbeats while it works, and gives the stored result where it has been done before. */
export function effectActivity<K extends EffectKind>(
  deps: Deps,
  work: Work<K>,
): (call: EffectCall<K>) => Promise<EffectReturn<K>> {
  return async (call) => {
    const { recallId, id, kind } = call;
    const beat = setInterval(() => Context.current().heartbeat(), HEARTBEAT_MS);
    try {
      const known = await storedResult<K>(deps.pool, recallId, id);
      if (known !== null) return { result: known };
      const finish: Finish<K> = async (result, writes) => {
        const own = await withTransaction(deps.pool, async (client) => {
          if (!(await claimResult(client, recallId, id))) return null;
          const made = typeof result === 'function' ? await result(client) : result;
          await keepResult(client, recallId, id, made);
          await writes?.(client);
          return made;
        });
        return { result: own ?? (await storedResult<K>(deps.pool, recallId, id))! };
      };
      const returned = await work(call, finish, attemptNow());
      if ('failed' in returned)
        deps.log.warn({ recall: recallId, effect: id, code: returned.failed.code }, 'effect failed for now');
      else deps.log.debug({ recall: recallId, effect: id, kind }, 'effect done');
      return returned;
    } catch (failed) {
      const { attempt } = Context.current().info;
      deps.log.error({ recall: recallId, effect: id, kind, attempt, error: inWords(failed) }, 'effect threw');
      const message = whyForEver(failed);
      throw message === null ? failed : ApplicationFailure.nonRetryable(message, FOR_EVER);
    } finally {
      clearInterval(beat);
    }
  };
}

/** What was thrown, where, and what caused it. Not the error's other fields: a database's name the values of its rows. */
export function inWords(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.stack ?? String(thrown);
  return thrown.cause === undefined ? own : `${own}\ncaused by ${inWords(thrown.cause)}`;
}

function attemptNow(): Attempt {
  const { info, cancellationSignal } = Context.current();
  const lateAt = Date.now() + info.startToCloseTimeoutMs * LATE_SHARE;
  return {
    requireWanted() {
      if (cancellationSignal.aborted) throw new Error('this attempt has been given up');
    },
    isGivenUp: () => cancellationSignal.aborted,
    isLate: () => Date.now() >= lateAt,
  };
}

const RETRY_SECONDS = 900;

/** A provider that is away: the engine asks again in recall time. `documents`: what was made all the same. */
export function notNow(message: string, documents?: DocumentRef[]): { failed: EffectFailure } {
  return {
    failed: { code: 'service-missing', message, retryAfterSeconds: RETRY_SECONDS, ...(documents && { documents }) },
  };
}
