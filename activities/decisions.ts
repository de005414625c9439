import { isExpired, readToken } from '../trust/tokens.js';
import type { Deps } from './deps.js';
import type { Work } from './run-effect.js';

/** Whether the token of a raw decision was issued for exactly this decision, by recall time. */
export function verifyDecision(deps: Deps): Work<'verifyDecision'> {
  return async ({ recallId, now, payload: { token, ask, by, shown } }, finish) => {
    const read = readToken(deps.keys.token, token, 'decision');
    if ('refused' in read) return finish({ valid: false, reason: read.refused });
    const { claims } = read;
    if (isExpired(claims, now)) return finish({ valid: false, reason: 'link-expired' });
    const same =
      claims.use === 'decision' &&
      claims.recallId === recallId &&
      claims.ask === ask &&
      claims.person === by &&
      claims.shown === shown;
    return finish({ valid: same, reason: same ? null : 'link-forged' });
  };
}
