import { expect, test } from '@jest/globals';
import { withTransaction } from '../../store/db.js';
import { claimPage, dueQuery, settlePage, type CampaignRun } from '../../store/notices.js';
import { recordResponse } from '../../store/responses.js';
import { recountOf, tallyOf } from '../../store/tally.js';
import { freeze, keyOf, messageIdOf, ofEach, runOf } from './campaign-fixture.js';
import { minutes, OPENED, openRecall, ownDatabase } from './database.js';
import { explained, nodesOf, type Plan } from './explained.js';

const database = ownDatabase();

const MANY = 20_000;
const PAGE = 20;
/** What a scan of an index may look at beside what it gives. */
const SPARE = 5;

/** Claims and settles until nothing is left, as one of several workers on one run. Gives whom it told. */
async function work(run: CampaignRun, size: number): Promise<string[]> {
  const told: string[] = [];
  for (;;) {
    const page = await withTransaction(database.pool, (client) =>
      claimPage(client, run, OPENED, ofEach(size), messageIdOf(run.recallId)),
    );
    if (page.length === 0) return told;
    told.push(...page.map(({ recipient }) => recipient));
    const settled = page.map((notice) => ({ notice, outcome: 'delivered' as const }));
    await withTransaction(database.pool, (client) => settlePage(client, run, OPENED, settled));
  }
}

test('counting reads the rows that have changed, in a session that made its plans while there were no notices', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 3 * PAGE);
  const run = await runOf(pool, recallId, OPENED);
  await pool.query('analyze recipient, notice');
  const plans = await explained(database.pool, async (client) => {
    for (;;) {
      const page = await claimPage(client, run, OPENED, ofEach(PAGE), messageIdOf(recallId));
      if (page.length === 0) return;
      const settled = page.map((notice) => ({ notice, outcome: 'delivered' as const }));
      await settlePage(client, run, OPENED, settled);
    }
  });
  const counting = plans.filter((plan) => /insert into c(ampaign|hannel)_count/.test(plan));
  expect(counting.length).toBeGreaterThan(6);
  for (const plan of counting) {
    expect(plan).not.toMatch(/Seq Scan on (recipient|notice)\b/);
    // What is worth what is part of the statement, and not asked for each row.
    expect(plan).not.toMatch(/Function Scan on (notice|recipient)_worth/);
  }
  expect(await tallyOf(pool, keyOf(recallId))).toEqual(await recountOf(pool, keyOf(recallId)));
});

test('several workers share a run: everybody is claimed once, and the counts kept meanwhile are those of a recount', async () => {
  const recallId = await openRecall(database.pool);
  const recipients = await freeze(database.pool, recallId, 200);
  const run = await runOf(database.pool, recallId, OPENED);
  const answers = recipients.slice(0, 10).map((recipient) =>
    recordResponse(database.pool, keyOf(recallId), {
      recipient,
      answer: { quarantined: 1, soldOn: 2, destroyed: 3, passedOn: false },
      comment: null,
      at: OPENED,
    }),
  );
  const told = (await Promise.all([work(run, 7), work(run, 5), work(run, 3)])).flat();
  await Promise.all(answers);
  expect(new Set(told).size).toBe(told.length);
  const silent = recipients.slice(10);
  expect(told).toEqual(expect.arrayContaining(silent));
  const tally = await tallyOf(database.pool, keyOf(recallId));
  expect(tally).toMatchObject({ recipients: 200, delivered: told.length, responded: 10, unitsReported: 60 });
  expect(tally).toEqual(await recountOf(database.pool, keyOf(recallId)));
});

test('whoever is held by what comes to nothing is not passed by for good', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 1);
  const run = await runOf(pool, recallId, OPENED);
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query('select from recipient where recall_id = $1 for update', [recallId]);
  const claiming = work(run, 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await holder.query('rollback');
  holder.release();
  expect(await claiming).toEqual(['c001']);
});

test('a claim reads what is due and none of what was sent, at the end of a campaign as at its beginning', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, MANY);
  const run = await runOf(pool, recallId, OPENED);
  // As a campaign leaves them: all but a few have been told and wait for their second rung, and a third of them has answered.
  await pool.query(
    `update recipient set first_at = $2, next_rung = 1, next_due = $3, answered_at = case when exposure % 3 = 0 then $2 end
      where recall_id = $1 and exposure <= $4`,
    [recallId, OPENED, minutes(3 * 1440), MANY - 3 * PAGE],
  );
  await pool.query(
    `insert into notice (recall_id, step, revision, recipient, channel, rung, state, message_id, attempts)
     select recall_id, step, revision, recipient, 'email', 0, 'delivered', recipient, 1 from recipient where recall_id = $1 and first_at is not null`,
    [recallId],
  );
  await pool.query('analyze recipient, notice');
  for (const [now, index, others] of [
    [OPENED, 'recipient_fresh', 'recipient_timed'],
    [minutes(4 * 1440), 'recipient_timed', 'recipient_fresh'],
  ] as const) {
    const { rows } = await pool.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${dueQuery(true)}`,
      [recallId, run.step, run.revision, now, PAGE, [0, 1], 0],
    );
    const nodes = nodesOf(rows[0]!['QUERY PLAN'][0].Plan);
    expect(nodes.filter((one) => one['Node Type'] === 'Seq Scan')).toEqual([]);
    const scans = nodes.filter((one) => one['Index Name'] === index);
    expect(scans.map((one) => one['Actual Rows'])).toEqual([PAGE]);
    for (const one of nodes) {
      expect(one['Actual Rows'] * one['Actual Loops']).toBeLessThanOrEqual(2 * PAGE + SPARE);
      expect(one['Rows Removed by Filter'] ?? 0).toBeLessThanOrEqual(SPARE);
    }
    expect(nodes.some((one) => one['Index Name'] === others)).toBe(true);
  }
});

test('what comes back and what is answered is counted by its own rows, and no plan of it is compiled first', async () => {
  const plans = await explained(database.pool, async (client) => {
    await client.query('begin');
    await client.query(`update notice set bounced = 'for-good', bounced_at = $1 where recipient = 'c005'`, [OPENED]);
    await client.query(`update recipient set answer = $1, answered_at = $2 where recipient = 'c007'`, [
      { quarantined: 1, soldOn: 0, destroyed: 0, passedOn: false },
      OPENED,
    ]);
    await client.query('rollback');
  });
  const counting = plans.filter((plan) => plan.includes('insert into campaign_count'));
  expect(counting).toHaveLength(2);
  for (const plan of counting) {
    expect(plan).not.toContain('JIT:');
    expect(plan).not.toMatch(/Seq Scan on (recipient|notice)\b/);
  }
});
