import type { NoticeOutcome } from '../engine/facts.js';
import { withTransaction } from '../store/db.js';
import { keepSeen } from '../store/providers.js';
import { claimMail, settleMail, type SingleMail } from '../store/mails.js';
import type { RecallRow } from '../store/recalls.js';
import type { Deps } from './deps.js';
import type { OutgoingMail } from './egress.js';

/**
 * Sends a mail that is no notice of a campaign: an ask or a report. It is claimed before and settled after, so that what
 * an attempt has delivered the next one does not send again, and what may have been taken is counted as in doubt.
 */
export async function sendClaimed(
  { pool, egress }: Pick<Deps, 'pool' | 'egress'>,
  row: RecallRow,
  outgoing: OutgoingMail,
  { step, at, to, rung }: Pick<SingleMail, 'step' | 'at' | 'to' | 'rung'>,
): Promise<NoticeOutcome> {
  const { key, messageId } = outgoing;
  const mail: SingleMail = { recallId: row.recallId, step, at, key, messageId, to, rung };
  if (!(await claimMail(pool, mail))) return 'delivered';
  // Whoever is away is asked too: this is one mail, and finds out whether they are back.
  const { outcome, seen } = await egress.sendMail(row, outgoing);
  await settleMail(pool, mail, outcome);
  await withTransaction(pool, (client) => keepSeen(client, 'email', seen));
  return outcome === 'in-doubt' ? 'deferred' : outcome;
}
