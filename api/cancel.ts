import type { PersonId, RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { keepNote } from '../store/notes.js';
import { recallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import { sha256Hex } from '../trust/canonical.js';
import { UPDATES, type Applied, type CancelUpdate } from '../workflows/contract.js';
import { refuseAtTheDoor, updateIdOf } from './decisions.js';
import type { ApiDeps } from './deps.js';
import { requireInRoster } from './people.js';
import { update } from './recall-workflow.js';

/**
 * Ends a recall or drill before anybody outside has been told, on the word of whoever may open one. Gives the number of its
 * event; throws `not-allowed`, or `Refused`, which stands in the ledger.
 */
export async function cancel(
  deps: ApiDeps,
  given: { recallId: RecallId; by: PersonId; reasonText: string; idempotencyKey: string | null },
): Promise<Applied> {
  const { recallId, by, reasonText, idempotencyKey } = given;
  const { salt } = await recallRow(deps.pool, recallId);
  requireInRoster(await readRoster(deps.pool), by);
  const reason = sha256Hex(`${salt}${reasonText}`);
  await keepNote(deps.pool, recallId, reason, reasonText);
  const at = await clock(deps.pool, recallId).now();
  const args: CancelUpdate = { message: 'cancel', v: 1, at, cancellation: { by, reason } };
  const updateId = updateIdOf('cancel', by, idempotencyKey, args.cancellation);
  const applied = await update<Applied>(deps, recallId, { name: UPDATES.cancel, args, updateId });
  return applied ?? refuseAtTheDoor(deps, { recallId, ask: null, by, reason: 'recall-over' });
}
