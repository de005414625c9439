import { keepArrived } from '../store/late-sales.js';
import { appendFact } from '../store/ledger.js';
import { keepTraced } from '../store/trace/trace-sales.js';
import type { Work } from './run-effect.js';

/** Traces the scope over the imported sales and keeps who received units, and which imports that counts. */
export const traceSales: Work<'traceSales'> = async ({ recallId, step, now, payload: { scope } }, finish) =>
  finish(async (client) => {
    const { arrived, ...result } = await keepTraced(client, recallId, scope);
    await keepArrived(client, { recallId, step, scope, at: now }, arrived);
    await appendFact(client, { recallId, at: now, fact: { type: 'trace recorded', v: 1, scope, ...result } });
    return result;
  });
