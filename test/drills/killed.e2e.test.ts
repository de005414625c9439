import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { LIMITS } from '../../activities/throttle.js';
import { firstDifference, project } from '../../engine/agreement.js';
import type { LedgerEntry, NoticeRow } from '../../engine/facts.js';
import type { RecallId } from '../../engine/words.js';
import { scorecard } from '../../drills/scorecard.js';
import { freePort } from '../../tools/servers.mjs';
import { prepareDrill, simulateSmall, type SmallDrill } from './small-drill.js';
import { eventually } from '../eventually.js';

const SEED = 3;

/** Runs the drill to its end and holds it against the simulator, in which nothing is ever killed. */
async function requireSameEnd(small: SmallDrill, recallId: RecallId, running = small.run(recallId)) {
  expect(await running).toBe(true);
  const entries = await small.export(recallId);
  expect(firstDifference(project(entries), project(await simulateSmall({ seed: SEED })))).toBeNull();
  const wire = small.farEnds.wire();
  const lines = entries.map((entry) => JSON.stringify(entry));
  const { notices } = scorecard(lines, { seed: SEED, wire, post: [], documents: [] });
  expect(notices.lost).toBe(0);
  const twice = [...wire.messageIds.values()].reduce((sum, count) => sum + count - 1, 0);
  return { notices, twice };
}

describe('a drill of about twenty recipients', () => {
  let small: SmallDrill;
  let proxy: Server | null = null;
  afterEach(async () => {
    await small.stop();
    proxy?.closeAllConnections();
    proxy?.close();
    proxy = null;
  });

  it('ends the same when the worker is killed between a decision and its effect, and after the provider took a page and before it was settled', async () => {
    const expected = noticesOfFirstPage(await simulateSmall({ seed: SEED }));
    let taken = 0;
    let isKilled = false;
    small = await prepareDrill({
      seed: SEED,
      async beforeAnswer({ key }) {
        if (isKilled || !/ notice\//.test(key ?? '')) return;
        taken += 1;
        if (taken === expected) {
          isKilled = true;
          small.stack.worker.kill('SIGKILL');
          void small.stack.worker.restart();
        }
        // Nobody hears that the mail was taken: the sender is dead by then.
        await new Promise(() => undefined);
      },
    });
    const locker = new pg.Client({ connectionString: small.stack.postgres.url });
    // A transaction sees the activity of its beginning only, so somebody else looks.
    const db = new pg.Client({ connectionString: small.stack.postgres.url });
    await Promise.all([locker.connect(), db.connect()]);
    try {
      // The effect of the decision writes recipients, and can not while this transaction is open. The append runs beside it.
      await locker.query('begin; lock table recipient in share mode');
      const recallId = await small.open();
      const running = small.run(recallId);
      // The decision makes a report due as well: its mail must not be on the wire when the worker dies.
      await eventually('the effect waits to write', async () => {
        const { rows } = await db.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%into recipient%'
              and exists (select from ledger_entry where stream = 'events' and body like '%"freezeRecipients"%')
              and exists (select from filing where filing like 'au-acl/%')`,
        );
        return rows.length > 0;
      });
      small.stack.worker.kill('SIGKILL');
      // Asked for and not done: the worker has died in between.
      const { rows } = await db.query('select 1 from ledger_entry where body like \'%"type":"recipients frozen"%\'');
      expect(rows).toEqual([]);
      await locker.query('rollback');
      await small.stack.worker.restart();
      const { notices, twice } = await requireSameEnd(small, recallId, running);
      expect(isKilled).toBe(true);
      expect(notices.inDoubt).toBeGreaterThanOrEqual(expected);
      expect(notices.inDoubt).toBeLessThanOrEqual(LIMITS.atOnce);
      expect(notices.possibleDuplicates).toBe(twice);
      expect(twice).toBe(expected);
    } finally {
      await Promise.all([locker.end(), db.end()]);
    }
  }, 120_000);

  it("ends the same when the API is killed after it has done what was asked and before the answer is heard, and Temporal's server while notices are on the wire, and when a clock step is", async () => {
    let kills = 0;
    const port = await freePort();
    small = await prepareDrill({
      seed: SEED,
      env: { PUBLIC_URL: `http://127.0.0.1:${port}` },
      async beforeAnswer({ key }) {
        const wanted = kills === 0 ? / notice\/.*\/0$/ : / notice\/.*\/5$/;
        if (kills > 1 || !wanted.test(key ?? '')) return;
        kills += 1;
        small.stack.temporal.kill('SIGKILL');
        void small.stack.temporal.restart();
      },
    });
    const answers = ['decisions', 'answers', '/d/', '/r/'];
    proxy = await startKillingProxy(port, small, answers);
    small.door.url = `http://127.0.0.1:${port}`;
    const { notices } = await requireSameEnd(small, await small.open());
    expect([answers, kills]).toEqual([[], 2]);
    expect(notices.possibleDuplicates).toBeLessThanOrEqual(LIMITS.atOnce);
  }, 120_000);
});

/** How many mails of the first page the mail server takes: webhooks go with them, on another wire. */
function noticesOfFirstPage(entries: LedgerEntry[]): number {
  const first = entries.find(({ body }) => body.includes('"notices settled"'))!;
  return (first.rows as NoticeRow[]).filter(({ channel, outcome }) => channel === 'email' && outcome === 'delivered')
    .length;
}

/** Hands requests on to the API; the first answer to a POST of each kind is never delivered, because the API is killed at that moment. */
async function startKillingProxy(port: number, small: SmallDrill, kills: string[]): Promise<Server> {
  const api = new URL(small.stack.url);
  const server = createServer((asked, answered) => {
    const { method, headers, url = '/' } = asked;
    const onward = request({ host: api.hostname, port: api.port, method, path: url, headers }, (answer) => {
      const kind = kills.findIndex((one) => method === 'POST' && url.includes(one));
      if (kind < 0) {
        answered.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(answered);
        return;
      }
      kills.splice(kind, 1);
      small.stack.api.kill('SIGKILL');
      asked.socket.destroy();
      void small.stack.api.restart();
    });
    onward.on('error', () => asked.socket.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect((server.address() as AddressInfo).port).toBe(port);
  return server;
}
