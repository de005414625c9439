import { expect, test } from '@jest/globals';
import { claimPage, settlePage } from '../../store/notices.js';
import { freeze, messageIdOf, ofEach, runOf } from './campaign-fixture.js';
import { OPENED, openRecall, ownDatabase } from './database.js';
import { explained, rowsReadOf, type Plan } from './explained.js';

const database = ownDatabase();

const PAGE = 20;

test('a page is claimed and settled by its own rows, where the database knows nothing of notices yet, by plans made anew or kept', async () => {
  const { pool } = database;
  // Nobody is to find out meanwhile how many there are, as where the database dies more often than it looks.
  await pool.query('alter table notice set (autovacuum_enabled = off)');
  for (const mode of ['force_custom_plan', 'force_generic_plan']) {
    const recallId = await openRecall(pool);
    await freeze(pool, recallId, 150 * PAGE);
    await pool.query('analyze recipient');
    const run = await runOf(pool, recallId, OPENED);
    const read: Record<string, number> = {};
    const plans = await explained(
      pool,
      async (client) => {
        // As after a crash of the database, which then forgets what is to be analyzed.
        await client.query(`set plan_cache_mode = ${mode}`);
        for (;;) {
          const page = await claimPage(client, run, OPENED, ofEach(PAGE), messageIdOf(recallId));
          if (page.length === 0) return;
          const settled = page.map((notice) => ({ notice, outcome: 'delivered' as const }));
          await settlePage(client, run, OPENED, settled);
        }
      },
      'json',
    );
    for (const logged of plans) {
      const { 'Query Text': text, Plan: plan } = JSON.parse(logged.slice(logged.indexOf('{'))) as {
        'Query Text': string;
        Plan: Plan;
      };
      const rows = rowsReadOf(plan, 'notice') + rowsReadOf(plan, 'recipient');
      const about = text.replaceAll(/\s+/g, ' ').slice(0, 60);
      read[about] = Math.max(read[about] ?? 0, rows);
    }
    // While they are few they may all be read, which is cheaper.
    const greedy = Object.entries(read).filter(([, rows]) => rows > 20 * PAGE);
    expect(greedy).toEqual([]);
  }
});
