import { setTimeout } from 'node:timers/promises';
import type { EffectReturn } from '../engine/effects.js';
import { after, earlier, type IsoInstant, type StepName } from '../engine/words.js';
import { attemptsFor } from '../engine/steps/campaign/callers.js';
import { watchSays } from '../engine/watches.js';
import { frozenNotice, setAnswerBy, type CampaignKey } from '../store/campaigns.js';
import { callsOpen } from '../store/callers.js';
import { withTransaction } from '../store/db.js';
import { beginRun, type CampaignRun } from '../store/notices.js';
import type { RecallRow } from '../store/recalls.js';
import { hasClaimed } from '../store/shared-runs.js';
import { nextDueOf, tallyOf } from '../store/tally.js';
import { changeOfWatch, registerWatch as register } from '../store/watches.js';
import { excessOf } from '../store/waves.js';
import { asleepNow, isJudged, keepLinksOf, runPages } from './campaign-pages.js';
import { rowOf, type Deps } from './deps.js';
import { leaveWaiting } from './outages.js';
import { makeBatches } from './letters.js';
import { sendPages } from './pages.js';
import type { Work } from './run-effect.js';
import { letOthersJoin } from './share-runs.js';
import { tellOutages } from './tell-outage.js';

/** Longer than a wire waits for an answer, and a page for its settlement. */
const OTHERS_MS_MAX = 30_000;
const LOOK_AGAIN_MS = 50;

/**
 * Sends what is due now, page by page: claimed, then sent, then settled with its fact, the next one claimed meanwhile. A page
 * is what is on the wire at once, or a few times that. Other workers join in (share-runs.ts); this one begins the run and ends
 * it. What would take longer than an attempt may is left to the next run, which is due at once.
 */
export function runCampaign(deps: Deps): Work<'runCampaign'> {
  return async (call, finish, attempt) => {
    const { recallId, now, payload } = call;
    const key: CampaignKey = { recallId, step: payload.campaign, revision: payload.revision };
    const row = await rowOf(deps, recallId);
    const frozen = await frozenNotice(deps.pool, key);
    const { run, ladder, inDoubt, asleep } = await withTransaction(deps.pool, async (client) => {
      await setAnswerBy(client, key, answerByOf(row, key.step, now));
      const begun = await beginRun(client, key, now, payload);
      return { ...begun, asleep: await asleepNow(client, call, begun.run, begun.ladder) };
    });
    await keepLinksOf(deps, deps.pool, now, inDoubt);
    const { ways, ...pages } = runPages(deps, call, { row, frozen, run, ladder, asleep });
    // Nobody else is telephoned by people, or asks for it.
    const attempts = ladder.some(({ by }) => by === 'call' || by === 'voice')
      ? attemptsFor(row.playbook, key.step)
      : null;
    // Where waves are judged, each page waits for what became of the one before, and others would not.
    const joining = isJudged(row, key.step) ? null : await letOthersJoin(deps, run, call);
    // The result itself tells what the notices have changed for the watch: a message beside it would come before or after
    // it as chance has it, and a drill would not give the same ledger twice.
    const end = async (nextDue: IsoInstant | null): Promise<EffectReturn<'runCampaign'>> => {
      await joining?.end();
      // What nobody settles any more is in doubt, and the next run's.
      const isOver = await othersSettled(deps, run);
      await makeBatches(deps, { row, frozen, run, now });
      return finish(async (client) => {
        const watch = await changeOfWatch(client, key);
        const excess = await excessOf(client, key);
        const tally = watch?.tally ?? (await tallyOf(client, key));
        const calls = attempts === null || run.wave < 0 ? 0 : await callsOpen(client, key, attempts);
        return { tally, nextDue: isOver ? nextDue : now, watch, excess, ...(calls > 0 && { calls }) };
      });
    };
    try {
      for (let page = inDoubt.length > 0 ? inDoubt : await pages.claim(); ; page = await pages.claim()) {
        const went = await sendPages(page, pages, attempt);
        if (went === 'late') return await end(now);
        if (await hasClaimed(deps.pool, run)) {
          if (!(await othersSettled(deps, run))) return await end(now);
          // Some of what they had on the wire may be due again at once.
          continue;
        }
        const { outages, again, ledOn } = await leaveWaiting(deps, { run, ladder, now, ways });
        if (ledOn) continue;
        await tellOutages(deps, { row, run, now }, outages);
        return await end(earlier(await nextDueOf(deps.pool, run, now), again));
      }
    } finally {
      await joining?.end();
    }
  };
}

/** Waits until others have settled what they have claimed of a run; false where that takes longer than anything on a wire. */
async function othersSettled({ pool }: Deps, run: CampaignRun): Promise<boolean> {
  for (const from = Date.now(); await hasClaimed(pool, run); await setTimeout(LOOK_AGAIN_MS))
    if (Date.now() - from > OTHERS_MS_MAX) return false;
  return true;
}

/** When the campaign asks whether enough have answered. The first notices go out as soon as they are approved, from when it counts. */
function answerByOf({ playbook }: RecallRow, name: StepName, now: IsoInstant): IsoInstant | null {
  const step = playbook.steps.find((one) => one.name === name);
  return step?.kind === 'campaign' && step.watch !== null ? after(now, step.watch.by) : null;
}

/** From now on the relay tells the workflow when the value of the condition changes, and of the first who cannot be reached. */
export function registerWatch(deps: Deps): Work<'registerWatch'> {
  return async ({ recallId, payload: { campaign: step, condition } }, finish) => {
    const tally = await tallyOf(deps.pool, { recallId, step, revision: await latestRevision(deps, recallId, step) });
    const says = watchSays(condition, step, tally);
    return finish({ value: says.value, tally }, (client) => register(client, recallId, step, condition, says));
  };
}

async function latestRevision({ pool }: Deps, recallId: string, step: string): Promise<number> {
  const { rows } = await pool.query<{ revision: number }>(
    'select max(revision) as revision from campaign where recall_id = $1 and step = $2',
    [recallId, step],
  );
  return rows[0]!.revision;
}
