import { expect, test } from '@jest/globals';
import type { ContactRung } from '../../engine/channels.js';
import type { IsoInstant, Market, RecallId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { claimPage, type CampaignRun } from '../../store/notices.js';
import { keepQuiet } from '../../store/quiet-hours.js';
import { nextDueOf } from '../../store/tally.js';
import { freeze, messageIdOf, ofEach, runOf } from './campaign-fixture.js';
import { minutes, OPENED, openRecall, ownDatabase } from './database.js';

const database = ownDatabase();
const TEXTS = [
  { by: 'sms', after: 'PT0S' },
  { by: 'email', after: 'P3D' },
] as ContactRung[];
const MORNING = minutes(60);

/** In Germany it is night. */
const german = (markets: Market[]): IsoInstant | null => (markets.includes('DE' as Market) ? MORNING : null);

/** Three recipients, of whom the first is in Germany, the second in Britain, and the third has no telephone. */
async function campaign(): Promise<RecallId> {
  const recallId = await openRecall(database.pool);
  const changes = (number: number) => {
    const addresses = number === 3 ? { email: 'c@c.example' } : { email: 'c@c.example', sms: `+4477009000${number}` };
    const markets = [(number === 2 ? 'GB' : 'DE') as Market];
    return { markets, addresses, channels: Object.keys(addresses) as ('email' | 'sms')[] };
  };
  await freeze(database.pool, recallId, 3, [], { changes, ladder: TEXTS });
  return recallId;
}

function claim(run: CampaignRun, now: IsoInstant): Promise<string[]> {
  return withTransaction(database.pool, async (client) => {
    await keepQuiet(client, run, now, now < MORNING ? german : () => null);
    return (await claimPage(client, run, now, ofEach(25), messageIdOf(run.recallId))).map(({ recipient }) => recipient);
  });
}

test('who would be rung up in their night is due in their morning; who is not rung up, or elsewhere, is told now', async () => {
  const run = await runOf(database.pool, await campaign(), OPENED);
  expect((await claim(run, OPENED)).sort()).toEqual(['c002', 'c003']);
  expect(await nextDueOf(database.pool, run, OPENED)).toBe(MORNING);
  expect(await claim(run, minutes(59))).toEqual([]);
  expect(await claim(run, MORNING)).toEqual(['c001']);
});
