import { setTimeout } from 'node:timers/promises';
import type { EffectCall } from '../engine/effects.js';
import { frozenNotice, type CampaignKey } from '../store/campaigns.js';
import { withTransaction } from '../store/db.js';
import type { CampaignRun } from '../store/notices.js';
import { endSharing, isShared, runsOfOthers, shareRun, type SharedRun } from '../store/shared-runs.js';
import { asleepNow, runPages } from './campaign-pages.js';
import { rowOf, type Deps } from './deps.js';
import { sendPages } from './pages.js';
import { repeated } from './repeated.js';

/** Others join a run for so long after its own worker was last heard of, which says three times as often that it is there. */
const SHARED_SECONDS = 9;
const SAID_EVERY_MS = 3_000;
const LOOK_EVERY_MS = 500;

/**
 * Tells other workers that they may join a run, until it is ended. Where this worker dies they hear no more of it, and stop: a
 * run that nobody wants any more does not go on by others.
 */
export async function letOthersJoin(
  { pool, worker, log }: Pick<Deps, 'pool' | 'worker' | 'log'>,
  run: CampaignRun,
  call: EffectCall<'runCampaign'>,
): Promise<{ end: () => Promise<void> }> {
  const say = (): Promise<void> => shareRun(pool, run, { call, worker, seconds: SHARED_SECONDS });
  const unheard = (failed: unknown): void => log.warn({ error: String(failed) }, 'others cannot be told of a run');
  await say();
  const saying = repeated(
    async (stopping) => {
      await setTimeout(SAID_EVERY_MS, undefined, { signal: stopping }).catch(() => undefined);
      if (!stopping.aborted) await say();
      return 0;
    },
    (failed) => {
      unheard(failed);
      return 0;
    },
  );
  let ended: Promise<void> | null = null;
  return {
    end() {
      ended ??= saying
        .stop()
        .then(() => endSharing(pool, run))
        .catch(unheard);
      return ended;
    },
  };
}

/** Looks for runs of campaigns that other workers are at, and joins each once, until it is told to stop. */
export function startSharing(deps: Deps): { stop: () => Promise<void> } {
  const joined = new Map<string, number>();
  const under = new Set<Promise<void>>();
  const looking = repeated(
    async (stopping) => {
      for (const run of await joinOthers(deps, joined, stopping)) {
        under.add(run);
        void run.then(() => under.delete(run));
      }
      return LOOK_EVERY_MS;
    },
    (failed) => {
      deps.log.warn({ error: String(failed) }, 'runs of other workers are looked for again');
      return LOOK_EVERY_MS;
    },
  );
  return {
    stop: async () => {
      await looking.stop();
      await Promise.all(under);
    },
  };
}

/**
 * Begins to work on every run that others are at and that was not joined before, each until it has nothing more that is due, or
 * this worker is told to stop; gives what ends with each, and never fails. What is due later in a run, because a first rung was
 * refused, its own worker does.
 */
export async function joinOthers(
  deps: Deps,
  joined: Map<string, number>,
  stopping: AbortSignal,
): Promise<Promise<void>[]> {
  const shared = await runsOfOthers(deps.pool, deps.worker);
  const fresh = shared.filter((one) => joined.get(nameOf(one)) !== one.run);
  joined.clear();
  for (const one of shared) joined.set(nameOf(one), one.run);
  return fresh.map((one) =>
    join(deps, one, stopping).catch((failed: unknown) => {
      deps.log.warn({ error: String(failed) }, 'a run of another worker was left');
    }),
  );
}

function nameOf({ call: { recallId, payload } }: SharedRun): string {
  return `${recallId} ${payload.campaign} ${payload.revision}`;
}

async function join(deps: Deps, { call, run: number }: SharedRun, stopping: AbortSignal): Promise<void> {
  const { recallId, payload } = call;
  const { ladder } = payload;
  const key: CampaignKey = { recallId, step: payload.campaign, revision: payload.revision };
  const run: CampaignRun = { ...key, run: number, wave: payload.wave };
  const row = await rowOf(deps, recallId);
  const frozen = await frozenNotice(deps.pool, key);
  const asleep = await withTransaction(deps.pool, (client) => asleepNow(client, call, run, ladder));
  const pages = runPages(deps, call, { row, frozen, run, ladder, asleep }, (client) => isShared(client, run));
  await sendPages(await pages.claim(), pages, {
    isLate: () => false,
    isGivenUp: () => stopping.aborted,
    requireWanted: () => stopping.throwIfAborted(),
  });
}
