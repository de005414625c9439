import type { ContactRung } from '../engine/channels.js';
import { WAIT_SECONDS } from '../engine/providers.js';
import { secondsAfter, type IsoInstant, type RecipientId } from '../engine/words.js';
import { withTransaction } from '../store/db.js';
import type { CampaignRun } from '../store/notices.js';
import { keepOutages, passOver, type Outage } from '../store/outages.js';
import type { Deps } from './deps.js';
import type { Ways } from './ways.js';

/** What a run of a campaign left waiting, when that is to be looked at again, and whether anybody has a later rung due now. */
export type Left = { outages: Outage[]; again: IsoInstant | null; ledOn: boolean };

/** Keeps what waits for providers that are away, and leads on whoever has a later rung that is due. */
export async function leaveWaiting(
  { pool, log }: Pick<Deps, 'pool' | 'log'>,
  { run, ladder, now, ways }: { run: CampaignRun; ladder: ContactRung[]; now: IsoInstant; ways: Ways },
): Promise<Left> {
  const outages = await withTransaction(pool, async (client) => {
    await ways.look(client);
    return keepOutages(client, run, now, ways.closed());
  });
  let moved = 0;
  for (const outage of outages) {
    log.warn({ recall: run.recallId, step: run.step, ...outage }, 'a provider is away; notices wait for it');
    let from: RecipientId | null = null;
    do {
      const looked = await withTransaction(pool, (client) => passOver(client, run, ladder, { outage, now, from }));
      moved += looked.moved;
      from = looked.from;
    } while (from !== null);
  }
  const waits = outages.some(({ waiting }) => waiting > 0);
  return { outages, again: waits ? secondsAfter(now, WAIT_SECONDS) : null, ledOn: moved > 0 };
}
