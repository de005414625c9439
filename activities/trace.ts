import { withSnapshot } from '../store/db.js';
import { arrivedSoFar, keepArrived } from '../store/late-sales.js';
import { appendFact } from '../store/ledger.js';
import { keepTraced, traceSales as trace } from '../store/trace/trace-sales.js';
import type { Deps } from './deps.js';
import type { Work } from './run-effect.js';

/** Traces the scope over the imported sales and keeps who received units, and which imports that counts. */
export function traceSales(deps: Deps): Work<'traceSales'> {
  return async ({ recallId, step, now, payload: { scope } }, finish) => {
    // All of one instant: what is committed meanwhile is in none of the numbers, and is told afterwards.
    const { result, consignees, arrived } = await withSnapshot(deps.pool, async (client) => ({
      ...(await trace(client, scope)),
      arrived: await arrivedSoFar(client),
    }));
    return finish(result, async (client) => {
      await keepTraced(client, recallId, scope.version, consignees);
      await keepArrived(client, { recallId, step, scope, at: now }, arrived);
      await appendFact(client, {
        recallId,
        at: now,
        fact: { type: 'trace recorded', v: 1, scope, ...result },
      });
    });
  };
}
