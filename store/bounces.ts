import { CHANNELS, FORM_OF, type Bounced, type Carried } from '../engine/channels.js';
import { arrived, bounced, carried, isBounceNews, settledOtherwise, type Contact } from '../engine/contact.js';
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

/**
 * Records that a notice is known to have arrived, by the word of its provider, or because it was answered. It counts as taken
 * from now on, whatever was known of it. A second word of it is no news.
 */
export async function recordArrival(pool: Pool, messageId: string, status: string, at: IsoInstant): Promise<boolean> {
  return withTransaction(pool, async (client) => {
    const notices = await noticesOfMessage(client, messageId);
    const [first] = notices;
    if (!first) return false;
    const { rung } = first;
    // Held before anything is changed: what settles the very notice goes before this or after it.
    const ids = notices.map(({ recipient }) => recipient);
    const { ladder, contacts } = await lockContacts(client, first, ids);
    const { rows } = await client.query<{ recipient: RecipientId }>({
      name: 'notice-arrived',
      text: `update notice set arrived_at = $2, arrived_as = $3, is_taken = true,
                    state = case state when 'claimed' then state else 'delivered' end
              where message_id = $1 and arrived_at is null returning recipient`,
      values: [messageId, at, status],
    });
    if (rows.length === 0) return false;
    const news = new Map(
      rows.map(({ recipient }) => {
        const tried = contacts.get(recipient)!.tries.find((one) => one.rung === rung)!;
        return [recipient, settledOtherwise(tried)] as const;
      }),
    );
    const changed = new Map<RecipientId, Contact>();
    for (const [recipient, was] of news)
      if (was !== null) changed.set(recipient, arrived(contacts.get(recipient)!, ladder, rung));
    // Nearly always it was known to have been taken, and nothing of theirs changes.
    if (changed.size > 0) {
      await keepStandings(client, first, changed);
      await tellWatch(client, first, at);
    }
    for (const { recallId, ...named } of notices.filter(({ recipient }) => news.has(recipient))) {
      const was = news.get(named.recipient) ?? null;
      const fact = { type: 'notice arrived', v: 1, status, ...named, ...(was !== null && { was }) } as const;
      await appendFact(client, { recallId, at, fact });
    }
    return true;
  });
}

/** What stands on record of a notice that has arrived because they answered on the page that its link opens. */
const ANSWERED = 'answered';
/** Channels whose notices bring a link; nobody hears one. */
const WITH_LINK = CHANNELS.filter((channel) => FORM_OF[channel] !== 'voice');

/**
 * Whoever answers on their page has its link from a notice. Where none is known to have reached them, the latest that may have
 * is the one that did.
 */
export async function recordArrivalByAnswer(
  pool: Pool,
  { recallId, step, revision }: CampaignKey,
  recipient: RecipientId,
  at: IsoInstant,
): Promise<void> {
  const { rows } = await pool.query<{ messageId: string }>({
    name: 'notice-answered',
    text: `select message_id as "messageId" from notice
            where recall_id = $1 and step = $2 and revision = $3 and recipient = $4 and doubts > 0
              and state in ('claimed', 'deferred') and bounced is null and channel = any ($5)
              and not exists (select from notice where recall_id = $1 and step = $2 and revision = $3 and recipient = $4
                               and state = 'delivered' and bounced is null)
            order by rung desc limit 1`,
    values: [recallId, step, revision, recipient, WITH_LINK],
  });
  const [notice] = rows;
  if (notice) await recordArrival(pool, notice.messageId, ANSWERED, at);
}

/**
 * Records that a notice came back. A second report of the same bounce is no news, unless it is the first to say that the
 * address is dead; and neither is one of a notice that was refused, which counts as that.
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
  const back = ids.filter((recipient) => {
    const tried = contacts.get(recipient)!.tries.find((one) => one.rung === first.rung)!;
    return isBounceNews(tried, how);
  });
  if (back.length === 0) return false;
  await client.query('update notice set bounced_at = $2, bounced = $3 where message_id = $1 and recipient = any ($4)', [
    messageId,
    at,
    how,
    back,
  ]);
  const changed = new Map<RecipientId, Contact>();
  const news: WaveNews[] = [];
  for (const recipient of back) {
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
