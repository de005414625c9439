import type { IsoInstant, RecipientId } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import { withTransaction, type Pool } from './db.js';
import { appendFact } from './ledger.js';
import { askOfMention } from './mentions.js';
import { insertPost } from './post.js';
import { hashOfText } from './replies.js';

/** How often one recipient is heard on this: whoever has their link cannot fill a ledger. */
const SAID_MAX = 5;

/**
 * Keeps for quality that a recipient says on their page that somebody was hurt: among the answers that people read, and as an
 * entry of the recall's tray, of which quality is asked. The same words again are no news.
 */
export async function keepInjurySaid(
  pool: Pool,
  { recallId, step }: CampaignKey,
  { recipient, text, at }: { recipient: RecipientId; text: string; at: IsoInstant },
): Promise<void> {
  await withTransaction(pool, async (client) => {
    const hash = await hashOfText(client, recallId, text);
    const about = JSON.stringify({ kind: 'notice', id: recipient });
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `injury said ${recallId} ${recipient}`,
    ]);
    const { rowCount } = await client.query(
      `insert into reply (recall_id, at, about, automatic, hash, text, injury)
       select $1, $2, $3, false, $4, $5, true
        where (select count(*) from reply where recall_id = $1 and about = $3 and injury) < $6
       on conflict do nothing`,
      [recallId, at, about, hash, text, SAID_MAX],
    );
    if (rowCount === 0) return;
    const kept = await insertPost(client, Buffer.from(`${recallId} ${recipient} ${hash}\n\n${text}\n`), {
      ...{ recall: recallId, about: { kind: 'notice', id: recipient }, at, via: 'page', kind: 'person', text },
      ...{ permanent: false, status: null, why: 'it was said on the response page', sender: null, subject: '' },
      ...{ speaksOfInjury: true, isDealtWith: false },
    });
    if (kept !== null) await askOfMention(client, recallId, { id: kept.id, via: 'page', text, at });
    await appendFact(client, { recallId, at, fact: { type: 'injury said', v: 1, step, recipient, text: hash } });
  });
}
