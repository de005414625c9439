import { setImmediate } from 'node:timers/promises';
import { CHANNELS, type ContactRung } from '../engine/channels.js';
import type { EffectCall } from '../engine/effects.js';
import type { IsoInstant, Market, StepName } from '../engine/words.js';
import { JUDGED_EVERY } from '../engine/waves.js';
import { quietUntil } from '../regulations/quiet-hours.js';
import type { FrozenNotice } from '../store/campaigns.js';
import { isDeadlock, withTransaction, type Client, type Queryable } from '../store/db.js';
import { appendFact } from '../store/ledger.js';
import { keepLinks } from '../store/links.js';
import {
  claimPage,
  settlePage,
  type CampaignRun,
  type ClaimedNotice,
  type NoticeKey,
  type PageSizes,
} from '../store/notices.js';
import { keepSeen } from '../store/providers.js';
import { keepQuiet, quietMarkets, type Quiet } from '../store/quiet-hours.js';
import type { RecallRow } from '../store/recalls.js';
import { suppressedAmong } from '../store/suppressions.js';
import { egressRefused, messageIdOf, type Deps } from './deps.js';
import type { Pages } from './pages.js';
import { responseLinkOf, responseLinksEnd, sendNotice, type SentNotice } from './send-notice.js';
import { waysOf, type Ways } from './ways.js';

/** A run of a campaign, as whoever sends for it knows it. */
export type RunOfCampaign = {
  row: RecallRow;
  frozen: FrozenNotice;
  run: CampaignRun;
  ladder: ContactRung[];
  /** Markets in which nobody is rung up now, and until when. */
  asleep: Quiet[];
};

/** Two who claim may hold what the other one waits for: the database ends one of them, which has done nothing yet. */
const DEADLOCKS_MAX = 5;

/**
 * How the pages of a run are claimed, sent and settled, by whichever worker. `mayClaim` is asked in the transaction of each claim,
 * and ends the run for this worker where it says no.
 */
export function runPages(
  deps: Deps,
  call: EffectCall<'runCampaign'>,
  { row, frozen, run, ladder, asleep }: RunOfCampaign,
  mayClaim: (client: Client) => Promise<boolean> = async () => true,
): Pages<ClaimedNotice, SentNotice> & { ways: Ways } {
  const { recallId, now } = call;
  const idOf = ({ recipient, channel, rung }: NoticeKey): string =>
    messageIdOf(deps, row, `${run.step}/${run.revision}/${recipient}/${channel}/${rung}`);
  const ways = waysOf(deps, ladder);
  const claimOnce = (): Promise<ClaimedNotice[]> =>
    withTransaction(deps.pool, async (client) => {
      if (!(await mayClaim(client))) return [];
      await keepQuiet(client, run, now, ladder, asleep);
      const sizes = judgedPages(row, run.step, await ways.look(client));
      const page = await claimPage(client, run, now, sizes, idOf);
      await keepLinksOf(deps, client, now, page);
      return page;
    });
  const one = async (notice: ClaimedNotice, probed: ReturnType<Ways['closed']>): Promise<SentNotice> => {
    const away = ways.awayFor(notice.channel);
    const became = await sendNotice(deps, call, { row, frozen, notice, away });
    // While nothing gets through, being put off is no word on this address either.
    const isOutage = probed.has(notice.channel) && became.outcome === 'deferred' && became.seen !== undefined;
    return isOutage ? { ...became, away: true } : became;
  };
  return {
    ways,
    // A wave is judged by what all pages before have come to.
    isAhead: !isJudged(row, run.step),
    async claim() {
      for (let deadlocks = 0; ; deadlocks += 1) {
        try {
          return await claimOnce();
        } catch (failed) {
          if (!isDeadlock(failed) || deadlocks >= DEADLOCKS_MAX) throw failed;
        }
      }
    },
    async send(page) {
      ways.try(page);
      const probed = ways.closed();
      const closed = await suppressedIn(deps, page);
      // To render a whole page at once would hold up whatever else this worker does: each has a turn of the loop.
      let turn = Promise.resolve();
      const going = page.map((notice): Promise<SentNotice> => {
        if (closed.has(notice)) return Promise.resolve({ notice, outcome: 'suppressed' });
        turn = turn.then(() => setImmediate());
        return turn.then(() => one(notice, probed));
      });
      return Promise.all(going);
    },
    settle: (sent) =>
      withTransaction(deps.pool, async (client) => {
        await settlePage(client, run, now, sent);
        for (const { notice, outcome } of sent) {
          if (outcome !== 'egress-refused') continue;
          const fact = egressRefused(row, `notice ${run.step}`, notice.address);
          await appendFact(client, { recallId, at: now, fact });
        }
        await keepSeenOf(client, sent);
      }),
  };
}

/** The markets in which nobody is rung up at the instant of a run. */
export async function asleepNow(
  client: Client,
  { now, payload: { quiet } }: EffectCall<'runCampaign'>,
  run: CampaignRun,
  ladder: ContactRung[],
): Promise<Quiet[]> {
  if (quiet === null) return [];
  return quietMarkets(client, run, ladder, (markets: Market[]) => quietUntil(now, markets, quiet));
}

/** What a message brings is a link already when it leaves: the links of a page are kept with its claims. */
export async function keepLinksOf(deps: Deps, db: Queryable, now: IsoInstant, page: ClaimedNotice[]): Promise<void> {
  await keepLinks(db, deps.keys.token, page.map(responseLinkOf), responseLinksEnd(now));
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

/** Whether the waves of a campaign are judged while it runs, and stop by themselves. */
export function isJudged({ playbook }: RecallRow, name: StepName): boolean {
  const step = playbook.steps.find((one) => one.name === name);
  return step?.kind === 'campaign' && Boolean(step.waves?.stop);
}

/** As much as is on the wire at once; where waves are judged, no more than goes out before they are judged again. */
function judgedPages(row: RecallRow, name: StepName, sizes: PageSizes): PageSizes {
  if (!isJudged(row, name)) return sizes;
  return Object.fromEntries(Object.entries(sizes).map(([channel, size]) => [channel, Math.min(size, JUDGED_EVERY)]));
}
