import { expect, test } from '@jest/globals';
import type { ContactRung } from '../../engine/channels.js';
import type { IsoInstant, Market, RecallId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { claimPage, type CampaignRun } from '../../store/notices.js';
import { BY_INDEX, keepQuiet, QUIET, quietMarkets } from '../../store/quiet-hours.js';
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
    const asleep = now < MORNING ? await quietMarkets(client, run, TEXTS, german) : [];
    await keepQuiet(client, run, now, TEXTS, asleep);
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

/** What a plan does on tables, and how many rows of theirs it has looked at. */
type Node = { 'Node Type': string; 'Actual Rows': number; 'Rows Removed by Filter'?: number; Plans?: Node[] };

function scansOf(node: Node): { how: string; rows: number }[] {
  const own = node['Node Type'].includes('Scan')
    ? [{ how: node['Node Type'], rows: node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) }]
    : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)];
}

test('nobody is looked at again who was told, or who is awake', async () => {
  const { pool } = database;
  const recallId = await campaign();
  // Of 20,000 others all are told but ten of each market, whose next rung, a text message, is due.
  await pool.query(
    `insert into recipient (recall_id, step, revision, recipient, code, role, number, name, markets, language, notice_language, addresses, units, exposure, wave, wished, next_rung, next_due)
     select recall_id, step, revision, 'd' || n, 'd' || n, 'main', 1, name, array[(array['DE', 'GB', 'FR'])[1 + n % 3]], language, notice_language, addresses, 1, n + 9, 0, '{}',
            case when n % 3 = 1 or n <= 30 then 0 end, null
       from recipient, generate_series(1, 20000) n where recall_id = $1 and recipient = 'c001'`,
    [recallId],
  );
  await pool.query('analyze recipient');
  const run = await runOf(pool, recallId, OPENED);
  await withTransaction(pool, async (client) => {
    const asleep = await quietMarkets(client, run, TEXTS, german);
    const values = [recallId, run.step, run.revision, run.wave, JSON.stringify(asleep), [0], OPENED];
    await client.query(BY_INDEX);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
      `explain (analyze, format json) ${QUIET}`,
      values,
    );
    const scans = scansOf(rows[0]!['QUERY PLAN'][0].Plan);
    expect(scans.filter(({ how }) => how === 'Seq Scan')).toEqual([]);
    expect(Math.max(...scans.map((scan) => scan.rows))).toBeLessThan(50);
  });
});
