import type { Bounced, Carried } from '../engine/channels.js';
import { bounced, carried, type Contact } from '../engine/contact.js';
import { noticesCarried, type NoticeName, type NoticeRow } from '../engine/facts.js';
import type { IsoInstant, RecipientId } from '../engine/words.js';
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
  const [notice] = await noticesOfMessage(db, messageId);
  return notice ?? null;
}

/** The same, and behind it the notices to others who were told by the message. */
async function noticesOfMessage(db: Queryable, messageId: string): Promise<SentNotice[]> {
  const { rows } = await db.query<SentNotice & { toldWith: RecipientId | null }>({
    name: 'notices-of-message',
    text: `select recall_id as "recallId", step, revision, recipient, rung, channel, told_with as "toldWith"
             from notice where message_id = $1 order by told_with nulls first, recipient`,
    values: [messageId],
  });
  return rows.map(({ toldWith, ...notice }) => ({ ...notice, ...(toldWith !== null && { with: toldWith }) }));
}

/** Records that a notice is known to have arrived, by the word of its provider. A second word of it is no news. */
export async function recordArrival(pool: Pool, messageId: string, status: string, at: IsoInstant): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ recipient: RecipientId }>({
      name: 'notice-arrived',
      text: `update notice set arrived_at = $2, arrived_as = $3, is_taken = true
              where message_id = $1 and arrived_at is null returning recipient`,
      values: [messageId, at, status],
    });
    const news = new Set(rows.map(({ recipient }) => recipient));
    const notices = (await noticesOfMessage(client, messageId)).filter(({ recipient }) => news.has(recipient));
    for (const { recallId, ...named } of notices)
      await appendFact(client, { recallId, at, fact: { type: 'notice arrived', v: 1, status, ...named } });
    return notices.length > 0;
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
  const notices = await noticesOfMessage(client, messageId);
  const [first] = notices;
  if (!first) return false;
  const ids = notices.map(({ recipient }) => recipient);
  const { ladder, contacts } = await lockContacts(client, first, ids);
  const { rows } = await client.query<{ recipient: RecipientId }>(
    `update notice set bounced_at = $2, bounced = $3
      where message_id = $1 and (bounced is null or (bounced = 'for-now' and $3 = 'for-good')) returning recipient`,
    [messageId, at, how],
  );
  if (rows.length === 0) return false;
  const changed = new Map<RecipientId, Contact>();
  const news: WaveNews[] = [];
  for (const { recipient } of rows) {
    const before = contacts.get(recipient)!;
    const contact = bounced(before, ladder, { rung: first.rung, at, how });
    changed.set(recipient, contact);
    const bounce = bounceNews(await waveOf(client, first, recipient), before, contact, status);
    if (bounce !== null) news.push(bounce);
  }
  await keepStandings(client, first, changed);
  if (news.length > 0) await tellOfWaves(client, first, at, news);
  await tellWatch(client, first, at);
  for (const { recallId, ...named } of notices.filter(({ recipient }) => changed.has(recipient)))
    await appendFact(client, { recallId, at, fact: { type: 'notice bounced', v: 1, status, how, ...named } });
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
