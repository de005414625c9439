import { z } from 'zod';
import { UNITS_MAX } from '../engine/form.js';
import { scopeFields } from '../engine/scope.js';
import { wrongText } from '../engine/text.js';
import { appendFact } from '../store/ledger.js';
import { recordEgressRefused, rowOf, type Deps } from './deps.js';
import { notNow, type Work } from './run-effect.js';

const REFERENCE_LENGTH_MAX = 200;
/** The warehouse calls the number of its confirmation a reference. What fits no record is no confirmation. */
const answered = z
  .object({
    reference: z
      .string()
      .min(1)
      .max(REFERENCE_LENGTH_MAX)
      .refine((text) => wrongText(text) === null),
    unitsHeld: z.int().min(0).max(UNITS_MAX),
  })
  .transform(({ reference: confirmationNumber, unitsHeld }) => ({ confirmationNumber, unitsHeld }));

/** What a warehouse's answer confirms; null where it is no confirmation. */
export function confirmationOf(body: unknown): { confirmationNumber: string; unitsHeld: number } | null {
  return answered.safeParse(body).data ?? null;
}

/** Tells the warehouse to stop shipping, and takes its confirmation. The effect's id keeps a repeated instruction one instruction. */
export function stopShipping(deps: Deps): Work<'stopShipping'> {
  return async ({ recallId, id, now, payload: { scope } }, finish) => {
    const row = await rowOf(deps, recallId);
    const instruction = {
      recallId,
      drill: row.mode === 'drill',
      instruction: 'stop-ship',
      item: scope.item,
      ...scopeFields(scope),
    };
    const url = `${deps.warehouseUrl}/stop-ship`;
    const answer = await deps.egress.postJson(row, url, instruction, `${recallId}/${id}`);
    if (answer.kind === 'egress-refused') {
      await recordEgressRefused(deps, { recallId, at: now, what: 'stop-ship', destination: url });
      return notNow('the warehouse is not on the allow-list of this drill');
    }
    if (answer.kind === 'unreachable' || answer.status >= 300) return notNow('the warehouse did not answer');
    const result = confirmationOf(answer.body);
    if (result === null) return notNow('the warehouse answered without a confirmation');
    return finish(result, (client) =>
      appendFact(client, { recallId, at: now, fact: { type: 'containment confirmed', v: 1, ...result } }),
    );
  };
}
