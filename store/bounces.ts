import type { Bounced } from '../engine/channels.js';
import { bounced } from '../engine/contact.js';
import type { NoticeName } from '../engine/facts.js';
import type { IsoInstant } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import { keepStandings, lockContacts } from './contacts.js';
import { withTransaction, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { tellWatch } from './watches.js';

export type SentNotice = CampaignKey & NoticeName;

/** Which notice a sent message was, so that the clock of its recall can be asked before a bounce is recorded. */
export async function noticeOfMessage(db: Queryable, messageId: string): Promise<SentNotice | null> {
  const { rows } = await db.query<SentNotice>({
    name: 'notice-of-message',
    text: `select recall_id as "recallId", step, revision, recipient, rung, channel from notice where message_id = $1`,
    values: [messageId],
  });
  return rows[0] ?? null;
}

/** Records that a notice is known to have arrived, by the word of its provider. A second word of it is no news. */
export async function recordArrival(pool: Pool, messageId: string, status: string, at: IsoInstant): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const notice = await noticeOfMessage(client, messageId);
    if (!notice) return false;
    const { recallId, step, revision, recipient, rung, channel } = notice;
    const { rowCount } = await client.query({
      name: 'notice-arrived',
      text: `update notice set arrived_at = $7, arrived_as = $8, is_taken = true
              where recall_id = $1 and step = $2 and revision = $3 and recipient = $4 and channel = $5 and rung = $6 and arrived_at is null`,
      values: [recallId, step, revision, recipient, channel, rung, at, status],
    });
    if (rowCount === 0) return false;
    await appendFact(client, {
      recallId,
      at,
      fact: { type: 'notice arrived', v: 1, step, revision, recipient, rung, channel, status },
    });
    return true;
  });
}

/**
 * Records that a notice came back. A second report of the same bounce is no news, unless it is the first to say that the
 * address is dead.
 */
export async function recordBounce(
  pool: Pool,
  messageId: string,
  { status, how }: { status: string; how: Bounced },
  at: IsoInstant,
): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const notice = await noticeOfMessage(client, messageId);
    if (!notice) return false;
    const { recallId, step, revision, recipient, rung, channel } = notice;
    const { ladder, contacts } = await lockContacts(client, notice, [recipient]);
    const { rowCount } = await client.query(
      `update notice set bounced_at = $7, bounced = $8
        where recall_id = $1 and step = $2 and revision = $3 and recipient = $4 and channel = $5 and rung = $6
          and (bounced is null or (bounced = 'for-now' and $8 = 'for-good'))`,
      [recallId, step, revision, recipient, channel, rung, at, how],
    );
    if (rowCount === 0) return false;
    const contact = bounced(contacts.get(recipient)!, ladder, { rung, at, how });
    await keepStandings(client, notice, new Map([[recipient, contact]]));
    await tellWatch(client, notice, at);
    await appendFact(client, {
      recallId,
      at,
      fact: { type: 'notice bounced', v: 1, step, revision, recipient, rung, channel, status, how },
    });
    return true;
  });
}
