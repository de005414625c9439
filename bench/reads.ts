import { join } from 'node:path';
import { z } from 'zod';
import type { IsoInstant, RecallId } from '../engine/words.js';
import { createPool, withTransaction, type Pool } from '../store/db.js';
import { migrate } from '../store/migrate.js';
import { beginRun, claimPage, settlePage } from '../store/notices.js';
import { spawnNode, startPostgres } from '../tools/servers.mjs';
import type { Figure, Row } from './figures.js';
import { freezeFor } from './freeze.js';
import { keepOpening, manyCustomers, TELL } from './many-customers.js';

export const READ_SIZES = [10_000, 100_000];
/** As much as an import may take, whatever the size. */
const MEMORY_MB_MAX = 300;
const LOOP_MS_MAX = 50;
const NOW = '2026-09-11T08:00:00.000Z' as IsoInstant;
/** As many as a worker claims at once with its usual limits. */
const PAGE = 60;
const EVERY_WAVE = 3;
/** What reads a whole ledger. */
export const READERS = ['report', 'export'] as const;

const readSchema = z.object({ entries: z.int(), seconds: z.number(), loopMs: z.number(), memoryMb: z.number() });
export type Read = z.output<typeof readSchema>;

/**
 * What it takes to read the whole ledger of a recall that has told so many, for its report and for its export, each in a process
 * of its own: the time, the most memory, and for how long its loop is there for nobody else.
 */
export async function reads(
  { dir, say }: { dir: string; say: (line: string) => void },
  sizes: number[] = READ_SIZES,
): Promise<Figure> {
  const postgres = await startPostgres({ dir: join(dir, 'postgres') });
  try {
    await migrate(postgres.url);
    const pool = createPool(postgres.url);
    try {
      const rows: Row[] = [];
      for (const size of sizes) {
        say(`telling ${size} recipients …`);
        const recallId = await manyCustomers(pool, size);
        await keepOpening(pool, recallId);
        await freezeFor(pool, recallId);
        await tellAll(pool, recallId);
        for (const reader of READERS) {
          say(`reading for the ${reader} …`);
          const child = await spawnNode<unknown>('bench/read-ledger.ts', {
            env: { DATABASE_URL: postgres.url },
            args: [reader, recallId],
            logFile: join(dir, `${reader}-${size}.log`),
          });
          await child.stop();
          rows.push(...rowsOf(`${size} recipients, ${reader}`, readSchema.parse(child.ready)));
        }
      }
      return { name: 'reads', rows, note: 'of a ledger with every recipient in it and what became of each notice' };
    } finally {
      await pool.end();
    }
  } finally {
    await postgres.stop();
  }
}

/** Settles the first rung of everyone who has one by mail, page by page, with nothing on a wire. */
async function tellAll(pool: Pool, recallId: RecallId): Promise<void> {
  const key = { recallId, step: TELL, revision: 1 };
  const of = { wave: EVERY_WAVE, accepted: [0, 1, EVERY_WAVE] };
  const { run } = await withTransaction(pool, (client) => beginRun(client, key, NOW, of));
  const messageId = ({ recipient, rung }: { recipient: string; rung: number }): string =>
    `<${recallId}-${recipient}-${rung}@maker.example>`;
  for (;;) {
    const page = await withTransaction(pool, (client) =>
      claimPage(client, run, NOW, { email: PAGE, sms: PAGE, voice: PAGE }, messageId),
    );
    if (page.length === 0) return;
    const told = page.map((notice) => ({ notice, outcome: 'delivered' as const }));
    await withTransaction(pool, (client) => settlePage(client, run, NOW, told));
  }
}

function rowsOf(what: string, { entries, seconds, loopMs, memoryMb }: Read): Row[] {
  const row = (of: string, unit: Row['unit'], value: number, limit: number | null = null): Row => ({
    what: `${what}: ${of}`,
    unit,
    value,
    limit,
    spread: null,
  });
  return [
    row('entries', '', entries),
    row('read in', 's', seconds),
    row('peak memory of the process', 'MB', memoryMb, MEMORY_MB_MAX),
    row('longest block of the loop', 'ms', loopMs, LOOP_MS_MAX),
  ];
}
