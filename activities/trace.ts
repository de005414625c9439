import { appendFact } from '../store/ledger.js';
import { keepTraced, traceSales as trace } from '../store/trace/trace-sales.js';
import type { Deps } from './deps.js';
import type { Work } from './run-effect.js';

/** Traces the scope over the imported sales and keeps who received units. */
export function traceSales(deps: Deps): Work<'traceSales'> {
  return async ({ recallId, now, payload: { scope } }, finish) => {
    const { result, consignees } = await trace(deps.pool, scope);
    return finish(result, async (client) => {
      await keepTraced(client, recallId, scope.version, consignees);
      await appendFact(client, {
        recallId,
        at: now,
        fact: { type: 'trace recorded', v: 1, scope, ...result },
      });
    });
  };
}
