import { setImmediate } from 'node:timers/promises';
import { createMeasuring, type Measures } from '../engine/measures.js';
import type { RecallId, Sha256 } from '../engine/words.js';
import { createVerifier } from '../trust/chain.js';
import { withSnapshot, type Pool } from './db.js';
import { readLedger } from './ledger.js';

/** What a ledger comes to: its measures, whether it holds, and the last of its entries that were read. */
export type MeasuredLedger = { measures: Measures; verified: boolean; through: { link: number; hash: Sha256 } };

/** Entries that are held at once: of a frozen list each has a thousand rows. */
const READ_AT_ONCE = 10;

/**
 * Measures and verifies a recall by its ledger as it is at one instant, entry after entry and never all of them. An entry with
 * a page of rows takes milliseconds, so others have the loop after each. Null where there is no entry yet.
 */
export async function readMeasures(pool: Pool, recallId: RecallId): Promise<MeasuredLedger | null> {
  const measuring = createMeasuring();
  const verifier = createVerifier({});
  let through: MeasuredLedger['through'] | null = null;
  await withSnapshot(pool, async (client) => {
    for (let after = 0; ;) {
      const entries = await readLedger(client, recallId, after, READ_AT_ONCE);
      if (entries.length === 0) return;
      for (const entry of entries) {
        measuring.take(entry);
        verifier.take(JSON.stringify(entry));
        through = { link: entry.link, hash: entry.hash };
        if (entry.rows !== null) await setImmediate();
      }
      after = entries.at(-1)!.link;
    }
  });
  return through && { measures: measuring.end(), verified: verifier.end().verified, through };
}
