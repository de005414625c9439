import { setImmediate } from 'node:timers/promises';
import type { EffectReturn } from '../engine/effects.js';
import { CHANNELS } from '../engine/channels.js';
import { after, earlier, type IsoInstant, type Market, type StepName } from '../engine/words.js';
import { attemptsFor } from '../engine/steps/campaign/callers.js';
import { watchSays } from '../engine/watches.js';
import { JUDGED_EVERY } from '../engine/waves.js';
import { quietUntil } from '../regulations/quiet-hours.js';
import { frozenNotice, setAnswerBy, type CampaignKey } from '../store/campaigns.js';
import { callsOpen } from '../store/callers.js';
import { withTransaction, type Client, type Queryable } from '../store/db.js';
import { appendFact } from '../store/ledger.js';
import { keepLinks } from '../store/links.js';
import {
  beginRun,
  claimPage,
  settlePage,
  type ClaimedNotice,
  type NoticeKey,
  type PageSizes,
} from '../store/notices.js';
import { keepSeen } from '../store/providers.js';
import { keepQuiet, quietMarkets } from '../store/quiet-hours.js';
import type { RecallRow } from '../store/recalls.js';
import { suppressedAmong } from '../store/suppressions.js';
import { nextDueOf, tallyOf } from '../store/tally.js';
import { changeOfWatch, registerWatch as register } from '../store/watches.js';
import { excessOf } from '../store/waves.js';
import { egressRefused, messageIdOf, rowOf, type Deps } from './deps.js';
import { leaveWaiting } from './outages.js';
import { makeBatches } from './letters.js';
import { sendPages } from './pages.js';
import type { Work } from './run-effect.js';
import { responseLinkOf, responseLinksEnd, sendNotice, type SentNotice } from './send-notice.js';
import { tellOutages } from './tell-outage.js';
import { waysOf } from './ways.js';

/**
 * Sends what is due now, page by page: claimed, then sent, then settled with its fact, the next one claimed meanwhile. A page
 * is what is on the wire at once. What would take longer than an attempt may is left to the next run, which is due at once.
 */
export function runCampaign(deps: Deps): Work<'runCampaign'> {
  return async (call, finish, attempt) => {
    const { recallId, now, payload } = call;
    const { quiet } = payload;
    const key: CampaignKey = { recallId, step: payload.campaign, revision: payload.revision };
    const row = await rowOf(deps, recallId);
    const frozen = await frozenNotice(deps.pool, key);
    const idOf = ({ recipient, channel, rung }: NoticeKey): string =>
      messageIdOf(deps, row, `${key.step}/${key.revision}/${recipient}/${channel}/${rung}`);
    // What a message brings is a link already when it leaves: the links of a page are kept with its claims.
    const keep = (db: Queryable, page: ClaimedNotice[]): Promise<void> =>
      keepLinks(db, deps.keys.token, page.map(responseLinkOf), responseLinksEnd(now));
    const { run, ladder, inDoubt, asleep } = await withTransaction(deps.pool, async (client) => {
      await setAnswerBy(client, key, answerByOf(row, key.step, now));
      const begun = await beginRun(client, key, now, payload);
      const until = (markets: Market[]): IsoInstant | null => quiet && quietUntil(now, markets, quiet);
      return { ...begun, asleep: quiet === null ? [] : await quietMarkets(client, key, begun.ladder, until) };
    });
    await keep(deps.pool, inDoubt);
    const ways = waysOf(deps, ladder);
    // Nobody else is telephoned by people, or asks for it.
    const attempts = ladder.some(({ by }) => by === 'call' || by === 'voice')
      ? attemptsFor(row.playbook, key.step)
      : null;
    const claim = (): Promise<ClaimedNotice[]> =>
      withTransaction(deps.pool, async (client) => {
        await keepQuiet(client, run, now, ladder, asleep);
        const sizes = judgedPages(row, key.step, await ways.look(client));
        const page = await claimPage(client, run, now, sizes, idOf);
        await keep(client, page);
        return page;
      });
    // The result itself tells what the notices have changed for the watch: a message beside it would come before or after
    // it as chance has it, and a drill would not give the same ledger twice.
    const end = async (nextDue: IsoInstant | null): Promise<EffectReturn<'runCampaign'>> => {
      await makeBatches(deps, { row, frozen, run, now });
      return finish(async (client) => {
        const watch = await changeOfWatch(client, key);
        const excess = await excessOf(client, key);
        const tally = watch?.tally ?? (await tallyOf(client, key));
        const calls = attempts === null || run.wave < 0 ? 0 : await callsOpen(client, key, attempts);
        return { tally, nextDue, watch, excess, ...(calls > 0 && { calls }) };
      });
    };
    const send = async (page: ClaimedNotice[]): Promise<SentNotice[]> => {
      ways.try(page);
      const probed = ways.closed();
      const closed = await suppressedIn(deps, page);
      const one = async (notice: ClaimedNotice): Promise<SentNotice> => {
        if (closed.has(notice)) return { notice, outcome: 'suppressed' };
        const away = ways.awayFor(notice.channel);
        const became = await sendNotice(deps, call, { row, frozen, notice, away });
        // While nothing gets through, being put off is no word on this address either.
        const isOutage = probed.has(notice.channel) && became.outcome === 'deferred' && became.seen !== undefined;
        return isOutage ? { ...became, away: true } : became;
      };
      // To render a whole page at once would hold up whatever else this worker does: each has a turn of the loop.
      let turn = Promise.resolve();
      const going = page.map((notice) => {
        turn = turn.then(() => setImmediate());
        return turn.then(() => one(notice));
      });
      return Promise.all(going);
    };
    const settle = (sent: SentNotice[]): Promise<void> =>
      withTransaction(deps.pool, async (client) => {
        await settlePage(client, run, now, sent);
        for (const { notice, outcome } of sent) {
          if (outcome !== 'egress-refused') continue;
          const fact = egressRefused(row, `notice ${key.step}`, notice.address);
          await appendFact(client, { recallId, at: now, fact });
        }
        await keepSeenOf(client, sent);
      });
    // A wave is judged by what all pages before have come to.
    const isAhead = !isJudged(row, key.step);
    for (let page = inDoubt.length > 0 ? inDoubt : await claim(); ; page = await claim()) {
      const went = await sendPages(page, { claim, send, settle, isAhead }, attempt);
      if (went === 'late') return end(now);
      const { outages, again, ledOn } = await leaveWaiting(deps, { run, ladder, now, ways });
      if (ledOn) continue;
      await tellOutages(deps, { row, run, now }, outages);
      return end(earlier(await nextDueOf(deps.pool, run, now), again));
    }
  };
}

/** What a page has shown of the providers of each channel. */
async function keepSeenOf(client: Client, sent: SentNotice[]): Promise<void> {
  for (const channel of CHANNELS) {
    const seen = sent.flatMap((one) => (one.notice.channel === channel ? (one.seen ?? []) : []));
    await keepSeen(client, channel, seen);
  }
}

/** Notices of a page whose address has been closed since the campaign was frozen. */
async function suppressedIn({ pool }: Deps, page: ClaimedNotice[]): Promise<ReadonlySet<ClaimedNotice>> {
  const closed = new Set<ClaimedNotice>();
  for (const channel of CHANNELS) {
    const notices = page.filter((one) => one.channel === channel);
    if (notices.length === 0) continue;
    const addresses = await suppressedAmong(
      pool,
      channel,
      notices.map(({ address }) => address),
    );
    for (const notice of notices) if (addresses.has(notice.address)) closed.add(notice);
  }
  return closed;
}

/** When the campaign asks whether enough have answered. The first notices go out as soon as they are approved, from when it counts. */
function answerByOf({ playbook }: RecallRow, name: StepName, now: IsoInstant): IsoInstant | null {
  const step = playbook.steps.find((one) => one.name === name);
  return step?.kind === 'campaign' && step.watch !== null ? after(now, step.watch.by) : null;
}

/** Whether the waves of a campaign are judged while it runs, and stop by themselves. */
function isJudged({ playbook }: RecallRow, name: StepName): boolean {
  const step = playbook.steps.find((one) => one.name === name);
  return step?.kind === 'campaign' && Boolean(step.waves?.stop);
}

/** As much as is on the wire at once; where waves are judged, no more than goes out before they are judged again. */
function judgedPages(row: RecallRow, name: StepName, sizes: PageSizes): PageSizes {
  if (!isJudged(row, name)) return sizes;
  return Object.fromEntries(Object.entries(sizes).map(([channel, size]) => [channel, Math.min(size, JUDGED_EVERY)]));
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
