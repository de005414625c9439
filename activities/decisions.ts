import { linkOf, refusalOfLink } from '../store/links.js';
import type { Deps } from './deps.js';
import type { Work } from './run-effect.js';

/** Whether the link that a raw decision was sent with was given out for exactly this decision, and holds by recall time. */
export function verifyDecision(deps: Deps): Work<'verifyDecision'> {
  return async ({ recallId, now, payload: { token, ask, by, shown } }, finish) => {
    const known = await linkOf(deps.pool, token, 'decision');
    const { link } = known ?? {};
    const isTheirs = link?.recallId === recallId && link.ask === ask && link.person === by && link.shown === shown;
    const reason = known !== null && isTheirs ? refusalOfLink(known, now) : 'unknown';
    return finish({ valid: reason === null, reason });
  };
}
