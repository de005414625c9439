import type { Bounced, Carried } from '../engine/channels.js';
import { bounced, carried } from '../engine/contact.js';
import { noticesCarried, type NoticeName, type NoticeRow } from '../engine/facts.js';
import type { IsoInstant } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import { keepStandings, lockContacts } from './contacts.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact, digestOfRows } from './ledger.js';
import type { NoticeKey } from './notices.js';
import { tellWatch } from './watches.js';
import { bounceNews, tellOfWaves, waveOf, type WaveNews } from './waves.js';

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
  return withTransaction(pool, (client) => bounce(client, messageId, { status, how }, at));
}

/** The same in the caller's transaction. */
export async function bounce(
  client: Client,
  messageId: string,
  { status, how }: { status: string; how: Bounced },
  at: IsoInstant,
): Promise<boolean> {
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
  const before = contacts.get(recipient)!;
  const contact = bounced(before, ladder, { rung, at, how });
  await keepStandings(client, notice, new Map([[recipient, contact]]));
  const news = bounceNews(await waveOf(client, notice, recipient), before, contact, status);
  if (news !== null) await tellOfWaves(client, notice, at, [news]);
  await tellWatch(client, notice, at);
  await appendFact(client, {
    recallId,
    at,
    fact: { type: 'notice bounced', v: 1, step, revision, recipient, rung, channel, status, how },
  });
  return true;
}

/** What those who carry one notice say of it. */
export type CarriedNotice = NoticeKey & { outcome: Carried };

/**
 * Keeps what those who carry notices of a campaign say became of them, in the caller's transaction. What is not with them,
 * or of which they have said it before, is no news; gives how many were news.
 */
export async function recordCarried(
  client: Client,
  key: CampaignKey,
  said: CarriedNotice[],
  at: IsoInstant,
): Promise<number> {
  const { recallId, step, revision } = key;
  const { ladder, contacts } = await lockContacts(
    client,
    key,
    said.map(({ recipient }) => recipient),
  );
  const counted: WaveNews[] = [];
  const news: CarriedNotice[] = [];
  for (const one of said) {
    const { recipient, rung, outcome } = one;
    const before = contacts.get(recipient);
    const now = before ? carried(before, ladder, { rung, outcome }) : null;
    if (before === undefined || now === null) continue;
    contacts.set(recipient, now);
    news.push(one);
    const bounce =
      outcome === 'refused' ? bounceNews(await waveOf(client, key, recipient), before, now, outcome) : null;
    if (bounce !== null) counted.push(bounce);
  }
  if (news.length === 0) return 0;
  const { rows } = await client.query<NoticeRow>(
    `update notice set state = s->>'outcome'
       from jsonb_array_elements($4::jsonb) s, recipient
      where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3 and notice.recipient = s->>'recipient'
        and notice.channel = s->>'channel' and notice.rung = (s->>'rung')::integer
        and (recipient.recall_id, recipient.step, recipient.revision, recipient.recipient) = (notice.recall_id, notice.step, notice.revision, notice.recipient)
     returning notice.channel, recipient.notice_language as language, notice.message_id as "messageId", notice.state as outcome,
               notice.recipient, notice.rung`,
    [recallId, step, revision, JSON.stringify(news)],
  );
  await keepStandings(client, key, contacts);
  await tellOfWaves(client, key, at, counted);
  await tellWatch(client, key, at);
  rows.sort((a, b) => a.rung - b.rung || (a.recipient < b.recipient ? -1 : 1));
  const fact = noticesCarried({ step, revision, digest: digestOfRows(rows) }, rows);
  await appendFact(client, { recallId, at, fact, rows });
  return rows.length;
}
