import type { RecipientId } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Client } from './db.js';
import { keepOutgoing, type ThanksBody } from './outgoing.js';
import { suppressedAmong } from './suppressions.js';

/** The thanks for an answer, as its door has them ready. */
export type ThanksToSend = Omit<ThanksBody, 'kind'> & { messageId: string };

/**
 * Keeps the thanks for an answer, which a worker sends, with the answer itself: once for each, and where their mail is known to
 * arrive. Nothing goes to an address that is written to no more, or that has refused or sent back what it was told by.
 */
export async function keepThanks(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  { recipient, n, thanks: { messageId, ...body } }: { recipient: RecipientId; n: number; thanks: ThanksToSend },
): Promise<void> {
  const { rows } = await client.query<{ address: string }>({
    name: 'thanks-address',
    text: `select addresses->>'email' as address from recipient
            where recall_id = $1 and step = $2 and revision = $3 and recipient = $4 and addresses ? 'email'
              and not exists (select from notice where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3
                               and notice.recipient = $4 and channel = 'email'
                               and (bounced = 'for-good' or state in ('refused', 'egress-refused')))`,
    values: [recallId, step, revision, recipient],
  });
  const [to] = rows;
  if (!to || (await suppressedAmong(client, 'email', [to.address])).size > 0) return;
  await keepOutgoing(client, {
    key: `thanks/${recallId}/${step}/${revision}/${recipient}/${n}`,
    recallId,
    about: { kind: 'notice', id: recipient },
    answers: null,
    channel: 'email',
    address: to.address,
    messageId,
    body: { kind: 'thanks', ...body },
  });
}
