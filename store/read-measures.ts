import { setImmediate } from 'node:timers/promises';
import { createMeasuring, type Measures } from '../engine/measures.js';
import type { RecallId, Sha256 } from '../engine/words.js';
import { createVerifier } from '../trust/chain.js';
import { withSnapshot, type Pool } from './db.js';
import { ledgerEntries } from './ledger.js';

/** What a ledger comes to: its measures, whether it holds, and the last of its entries that were read. */
export type MeasuredLedger = { measures: Measures; verified: boolean; through: { link: number; hash: Sha256 } };

/**
 * Measures and verifies a recall by its ledger as it is at one instant, entry after entry and never all of them. An entry with
 * a page of rows takes milliseconds, so others have the loop after each. Null where there is no entry yet.
 */
export async function readMeasures(pool: Pool, recallId: RecallId): Promise<MeasuredLedger | null> {
  const measuring = createMeasuring();
  const verifier = createVerifier({});
  let through: MeasuredLedger['through'] | null = null;
  await withSnapshot(pool, async (client) => {
    for await (const entry of ledgerEntries(client, recallId)) {
      measuring.take(entry);
      verifier.take(JSON.stringify(entry));
      through = { link: entry.link, hash: entry.hash };
      if (entry.rows !== null) await setImmediate();
    }
  });
  return through && { measures: measuring.end(), verified: verifier.end().verified, through };
}
