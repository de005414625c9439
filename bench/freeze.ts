import { join } from 'node:path';
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createActivities } from '../activities/activities.js';
import { mjmlCompiler } from '../documents/notice-mail.js';
import type { RecallId } from '../engine/words.js';
import { createPool, type Pool } from '../store/db.js';
import { migrate } from '../store/migrate.js';
import { startPostgres } from '../tools/servers.mjs';
import { freezing, manyCustomers, quietDeps } from './many-customers.js';
import type { Figure, Row } from './figures.js';
import { watchLoop } from './watch-loop.js';

export const FREEZE_SIZES = [1_000, 10_000, 100_000];
const MILLION = 1_000_000;
const MILLION_SECONDS_MAX = 180;
/** What a worker's loop may be held up for, whatever it does. */
const LOOP_MS_MAX = 50;
/** How much dearer a recipient may be among ten times as many. */
const GROWTH_MAX = 1.2;
/** Below this what every freeze costs, whoever is told, hides what a recipient does. */
const FLAT_FROM = 10_000;
const ATTEMPT_MS = 600_000;

type Measured = { size: number; seconds: number; loopMs: number; memoryMb: number };

/** Freezes campaigns of so many recipients, each into a database that holds the others, by the activity that a worker runs. */
export async function freezes(
  { dir, say }: { dir: string; say: (line: string) => void },
  sizes: number[] = FREEZE_SIZES,
): Promise<Figure> {
  const postgres = await startPostgres({ dir: join(dir, 'postgres') });
  try {
    await migrate(postgres.url);
    const pool = createPool(postgres.url);
    try {
      // As a worker does before it takes work.
      await mjmlCompiler();
      const measured: Measured[] = [];
      for (const size of sizes) {
        say(`freezing ${size} recipients …`);
        measured.push(await frozen(pool, size));
      }
      return {
        name: 'freeze',
        rows: rowsOf(measured),
        note: 'in ten languages and 17 markets, over e-mail, SMS and calls',
      };
    } finally {
      await pool.end();
    }
  } finally {
    await postgres.stop();
  }
}

async function frozen(pool: Pool, size: number): Promise<Measured> {
  const recallId = await manyCustomers(pool, size);
  const watch = watchLoop();
  const begun = performance.now();
  await freezeFor(pool, recallId);
  const seconds = (performance.now() - begun) / 1_000;
  return { size, seconds, ...watch.end() };
}

/** Freezes a recall's campaign as a worker's activity does. */
export async function freezeFor(pool: Pool, recallId: RecallId): Promise<void> {
  const deps = quietDeps(pool);
  const { freezeRecipients } = createActivities(deps);
  const attempt = new MockActivityEnvironment(
    { startToCloseTimeoutMs: ATTEMPT_MS },
    { logger: new DefaultLogger('ERROR', () => undefined) },
  );
  await attempt.run(freezeRecipients, freezing(recallId));
  deps.egress.close();
}

function rowsOf(measured: Measured[]): Row[] {
  const flat = measured.filter(({ size }) => size >= FLAT_FROM);
  return measured.flatMap(({ size, seconds, loopMs, memoryMb }): Row[] => {
    const row = (what: string, unit: Row['unit'], value: number, limit: number | null): Row => ({
      what: `${size} recipients: ${what}`,
      unit,
      value,
      limit,
      spread: null,
    });
    const perRecipient = (one: Measured): number => one.seconds / one.size;
    const before = flat[flat.findIndex((one) => one.size === size) - 1];
    return [
      row('frozen in', 's', seconds, size >= MILLION ? MILLION_SECONDS_MAX : null),
      row('longest block of the loop', 'ms', loopMs, LOOP_MS_MAX),
      row('peak memory of the process', 'MB', memoryMb, null),
      ...(before
        ? [row(`dearer each than among ${before.size}`, '', seconds / size / perRecipient(before), GROWTH_MAX)]
        : []),
    ];
  });
}
