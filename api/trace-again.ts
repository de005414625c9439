import type { PersonId, RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { recallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import { UPDATES, type Applied, type RetraceUpdate } from '../workflows/contract.js';
import { refuseAtTheDoor, updateIdOf } from './decisions.js';
import type { ApiDeps } from './deps.js';
import { requireInRoster } from './people.js';
import { update } from './recall-workflow.js';

/**
 * Has the sales of a recall traced again, on the word of whoever may open one. Gives the number of its event; throws
 * `not-allowed`, or `Refused`, which stands in the ledger.
 */
export async function traceAgain(
  deps: ApiDeps,
  { recallId, by, idempotencyKey }: { recallId: RecallId; by: PersonId; idempotencyKey: string | null },
): Promise<Applied> {
  await recallRow(deps.pool, recallId);
  requireInRoster(await readRoster(deps.pool), by);
  const at = await clock(deps.pool, recallId).now();
  const args: RetraceUpdate = { message: 'retrace', v: 1, at, retrace: { by } };
  const updateId = updateIdOf('retrace', by, idempotencyKey, args.retrace);
  const applied = await update<Applied>(deps, recallId, { name: UPDATES.retrace, args, updateId });
  return applied ?? refuseAtTheDoor(deps, { recallId, ask: null, by, reason: 'recall-over' });
}
