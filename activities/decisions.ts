import { refusalOfDecision } from '../trust/tokens.js';
import type { Deps } from './deps.js';
import type { Work } from './run-effect.js';

/** Whether the token of a raw decision was issued for exactly this decision, by recall time. */
export function verifyDecision(deps: Deps): Work<'verifyDecision'> {
  return async ({ recallId, now, payload: { token, ask, by, shown } }, finish) => {
    const reason = refusalOfDecision(deps.keys.token, token, { recallId, ask, by, shown, now });
    return finish({ valid: reason === null, reason });
  };
}
