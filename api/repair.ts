import { randomUUID } from 'node:crypto';
import type { RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { recallRow } from '../store/recalls.js';
import { UPDATES, type Repaired, type RepairUpdate } from '../workflows/contract.js';
import type { ApiDeps } from './deps.js';
import { update } from './recall-workflow.js';

/** Has the workflow try again what stands still, and says what that is. Throws `not-found`. */
export async function repair(deps: ApiDeps, recallId: RecallId): Promise<{ tried: string[] }> {
  await recallRow(deps.pool, recallId);
  const args: RepairUpdate = { message: 'repair', v: 1, at: await clock(deps.pool, recallId).now() };
  const repaired = await update<Repaired>(deps, recallId, { name: UPDATES.repair, args, updateId: randomUUID() });
  return { tried: repaired?.tried ?? [] };
}
