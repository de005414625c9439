import type { RecallId } from '../engine/words.js';
import { createPool, type Pool } from '../store/db.js';
import { exportedLedger } from '../store/ledger-export.js';
import { readMeasures } from '../store/read-measures.js';
import { z } from 'zod';
import { READERS, type Read } from './reads.js';
import { watchLoop } from './watch-loop.js';

/** Gives how many entries were read. */
const READ: Record<(typeof READERS)[number], (pool: Pool, recallId: RecallId) => Promise<number>> = {
  report: async (pool, recallId) => (await readMeasures(pool, recallId))!.through.link,
  export: async (pool, recallId) => {
    let entries = 0;
    // As it goes to who asks for it: a line for each.
    for await (const entry of exportedLedger(pool, recallId)) entries += Number(JSON.stringify(entry).length > 0);
    return entries;
  },
};

const [reader, recallId] = z.tuple([z.enum(READERS), z.string()]).parse(process.argv.slice(2));
const pool = createPool(z.string().parse(process.env.DATABASE_URL));
const watch = watchLoop();
const begun = performance.now();
const entries = await READ[reader](pool, recallId as RecallId);
const read: Read = { entries, seconds: (performance.now() - begun) / 1_000, ...watch.end() };
await pool.end();
process.stdout.write(`${JSON.stringify({ ready: 'read', ...read })}\n`);
