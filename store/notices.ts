import type { Channel, ContactRung, Sent, Suppressed } from '../engine/channels.js';
import { settled, type Contact, type Try } from '../engine/contact.js';
import { noticesSettled, type Fact, type NoticeRow } from '../engine/facts.js';
import { TOLD_ONCE } from '../engine/persons.js';
import type { ProviderName } from '../engine/providers.js';
import type { IsoInstant, Language, RecipientId } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import { keepStandings, lockContacts } from './contacts.js';
import type { Client } from './db.js';
import { appendFact, digestOfRows } from './ledger.js';
import { bounceNews, countInWaves, excessOf, type WaveNews } from './waves.js';

/** One run of a campaign. Only the latest may claim and settle. */
export type CampaignRun = CampaignKey & {
  run: number;
  /** The last wave that it tells; -1 where it tells nobody. */
  wave: number;
};
/** Who else is told by a notice, because they are the same person. */
export type ToldWith = { recipient: RecipientId; code: string; name: string; units: number; wave: number };
/** Which notice of a campaign. */
export type NoticeKey = { recipient: RecipientId; channel: Channel; rung: number };
export type ClaimedNotice = CampaignKey &
  NoticeKey & {
    /** Customer code. */
    code: string;
    messageId: string;
    attempts: number;
    /** How often nobody knew whether the provider had taken it; and whether it has spoken of it since, which ends the doubt. */
    doubts: number;
    isTaken: boolean;
    /** Their answer has come while it was claimed, or since. */
    hasAnswered: boolean;
    name: string;
    /** Of somebody who was named: the customer of ours from whom the product came to them. */
    supplier?: string | null;
    noticeLanguage: Language;
    /** On the notice's channel. */
    address: string;
    units: number;
    /** Place in the order of exposure. */
    exposure: number;
    wave: number;
    others: ToldWith[];
  };
/** A notice as it is kept: one that is told by another names whose. */
type KeptNotice = Omit<ClaimedNotice, 'others'> & { toldWith: RecipientId | null };
/** The provider that took a notice or may have, and whether it is the one that its channel asks first. */
export type Carrier = { provider: ProviderName; isFirst: boolean };
/** What became of a notice. A pause that its provider asked for stands beside `deferred`; without one it is our own. */
export type SettledNotice = { notice: ClaimedNotice; carrier?: Carrier | null } & (Sent | Suppressed);

const NOTICE_COLUMNS = `notice.recall_id as "recallId", notice.step, notice.revision, notice.recipient, notice.rung, notice.channel,
  notice.message_id as "messageId", notice.attempts, notice.doubts, notice.is_taken or notice.bounced_at is not null as "isTaken", recipient.answered_at is not null as "hasAnswered", recipient.code, recipient.name, recipient.supplier, recipient.notice_language as "noticeLanguage",
  recipient.addresses->>notice.channel as address, recipient.units, recipient.exposure, recipient.wave, notice.told_with as "toldWith"`;

/**
 * Begins a run: from now on it alone claims and settles. Notices that an earlier one left between claim and settlement,
 * because it died or still hangs, are in doubt: nobody knows whether the provider took them. They are claimed once more.
 */
export async function beginRun(
  client: Client,
  key: CampaignKey,
  at: IsoInstant,
  { wave, accepted }: { wave: number; accepted: number[] },
): Promise<{ run: CampaignRun; ladder: ContactRung[]; inDoubt: ClaimedNotice[] }> {
  const { rows } = await client.query<{ runs: number; ladder: ContactRung[] }>(
    'update campaign set runs = runs + 1, accepted = $4 where recall_id = $1 and step = $2 and revision = $3 returning runs, ladder',
    [key.recallId, key.step, key.revision, accepted],
  );
  const { runs, ladder } = rows[0]!;
  return { run: { ...key, run: runs, wave }, ladder, inDoubt: await reclaimInDoubt(client, key, at) };
}

/** Holds off the next run until the commit, and throws where it has begun. Gives the campaign's ladder. */
export async function requireLatest(
  client: Client,
  { recallId, step, revision, run }: CampaignRun,
): Promise<ContactRung[]> {
  const { rows } = await client.query<{ ladder: ContactRung[] }>({
    name: 'campaign-latest-run',
    text: 'select ladder from campaign where recall_id = $1 and step = $2 and revision = $3 and runs = $4 for share',
    values: [recallId, step, revision, run],
  });
  if (!rows[0]) throw new Error(`another run of ${step} of ${recallId} has begun`);
  return rows[0].ladder;
}

async function reclaimInDoubt(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  at: IsoInstant,
): Promise<ClaimedNotice[]> {
  const { rows } = await client.query<KeptNotice>(
    `update notice set attempts = notice.attempts + 1, doubts = notice.doubts + 1
       from recipient
      where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3 and notice.state = 'claimed'
        and (recipient.recall_id, recipient.step, recipient.revision, recipient.recipient) = (notice.recall_id, notice.step, notice.revision, notice.recipient)
     returning ${NOTICE_COLUMNS}`,
    [recallId, step, revision],
  );
  const notices = messagesOf(rows);
  await recordInDoubt(client, { recallId, step, revision }, at, notices);
  return notices;
}

async function recordInDoubt(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  at: IsoInstant,
  notices: ClaimedNotice[],
): Promise<void> {
  if (notices.length === 0) return;
  const rows = notices.flatMap((one) => rowsOf(one).map((row) => ({ ...row, outcome: 'deferred' as const })));
  const digest = digestOfRows(rows);
  const fact: Fact = { type: 'notices in doubt', v: 1, step, revision, notices: notices.length, digest };
  await appendFact(client, { recallId, at, fact, rows });
}

/** How many notices of each channel are claimed together; of a channel that is not named none are. */
export type PageSizes = Partial<Record<Channel, number>>;

/**
 * Claims the next page of notices that are due, by wave, rung and exposure, unless a wave is over its limit: their recipients have not answered, have
 * nothing on its way, and the ladder says it is time. Of those whose time was known, whose came first goes first. Several may
 * claim of one run at once, and nobody is claimed twice: each passes by what another one holds, and waits for it only where
 * nothing else is left, because who holds it may let go of it unchanged.
 */
export async function claimPage(
  client: Client,
  campaign: CampaignRun,
  now: IsoInstant,
  sizes: PageSizes,
  messageIdOf: (notice: NoticeKey) => string,
): Promise<ClaimedNotice[]> {
  const ladder = await requireLatest(client, campaign);
  if ((await excessOf(client, campaign)) !== null) return [];
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const passing = await dueNow(client, campaign, { now, ladder, sizes, isPassing: true });
    const due = passing.length > 0 ? passing : await dueNow(client, campaign, { now, ladder, sizes, isPassing: false });
    if (due.length === 0) return [];
    const messages = await byPersons(client, campaign, within(sizes, due));
    const claims = messages.flatMap(({ others, ...first }) => {
      const messageId = messageIdOf(first);
      const named = others.map((recipient) => ({ ...first, recipient, messageId, toldWith: first.recipient }));
      return [{ ...first, messageId, toldWith: null }, ...named];
    });
    const page = messagesOf(await claim(client, campaign, claims));
    // Another one has claimed them between our look and our hold.
    if (page.length > 0) return page;
  }
  throw new Error(`${campaign.step} of ${campaign.recallId} has notices that are due and that nobody can claim`);
}

/** So often others can be quicker; after that something else is wrong, and looking again would go on for ever. */
const LOOKS_MAX = 20;

type Due = { now: IsoInstant; ladder: ContactRung[]; sizes: PageSizes; isPassing: boolean };

const DUE = `recall_id = $1 and step = $2 and revision = $3 and next_rung is not null and answered_at is null
  and next_rung = any ($6) and wave <= $7
  and not exists (select from notice
                   where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3
                     and notice.recipient = recipient.recipient and state = 'claimed')`;

/** As many as may be claimed, from the one index and from the other, each in its order (store/migrations/0003_sending.sql). */
export function dueQuery(isPassing: boolean): string {
  const hold = isPassing ? 'for update skip locked' : 'for update';
  return `with fresh as (select recipient, person, wave, next_rung, exposure from recipient where ${DUE} and next_due is null
                          order by wave, next_rung, exposure limit $5 ${hold}),
               timed as (select recipient, person, wave, next_rung, exposure from recipient where ${DUE} and next_due is not null and next_due <= $4
                          order by next_due, wave, next_rung, exposure limit $5 ${hold})
          select recipient, next_rung as rung, person from (select * from fresh union all select * from timed) due
           order by wave, next_rung, exposure limit $5`;
}

async function dueNow(
  client: Client,
  { recallId, step, revision, wave }: CampaignRun,
  { now, ladder, sizes, isPassing }: Due,
): Promise<DueNotice[]> {
  const rungs = ladder.flatMap(({ by }, rung) => (sizes[by] === undefined ? [] : [rung]));
  const size = Math.max(0, ...Object.values(sizes));
  const { rows } = await client.query<Omit<DueNotice, 'channel'>>({
    name: isPassing ? 'campaign-due' : 'campaign-due-held',
    text: dueQuery(isPassing),
    values: [recallId, step, revision, now, size, rungs, wave],
  });
  return rows.map((one) => ({ ...one, channel: ladder[one.rung]!.by }));
}

async function claim(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  claims: (NoticeKey & { messageId: string; toldWith: RecipientId | null })[],
): Promise<KeptNotice[]> {
  const { rows } = await client.query<KeptNotice>({
    name: 'campaign-claim',
    text: `with claimed as (
             insert into notice (recall_id, step, revision, recipient, channel, rung, state, message_id, told_with, attempts)
             select $1, $2, $3, c->>'recipient', c->>'channel', (c->>'rung')::integer, 'claimed', c->>'messageId', c->>'toldWith', 1
               from jsonb_array_elements($4::jsonb) c
             on conflict (recall_id, step, revision, recipient, channel, rung) do update
               set state = 'claimed', attempts = notice.attempts + 1, message_id = excluded.message_id, told_with = excluded.told_with
             where notice.state = 'deferred'
             returning *)
           select ${NOTICE_COLUMNS}
             from claimed notice join recipient using (recall_id, step, revision, recipient) where recipient.recipient = any ($5)`,
    values: [recallId, step, revision, JSON.stringify(claims), claims.map(({ recipient }) => recipient)],
  });
  return rows;
}

type DueNotice = NoticeKey & { person: RecipientId | null };

/**
 * Puts together those who are told by one message: of each person who is due all that have nothing else before this rung, and
 * the same address on its channel. The most exposed of them is whom the message goes to, due already or not.
 */
async function byPersons(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  due: DueNotice[],
): Promise<(NoticeKey & { others: RecipientId[] })[]> {
  const shared = due.filter(({ person, channel }) => person !== null && TOLD_ONCE.includes(channel));
  const found = new Map<RecipientId, RecipientId[]>();
  if (shared.length > 0) {
    const { rows } = await client.query<{ due: RecipientId; recipient: RecipientId }>({
      name: 'campaign-persons',
      text: `select first.recipient as due, other.recipient
               from jsonb_array_elements($4::jsonb) d
               join recipient first on first.recall_id = $1 and first.step = $2 and first.revision = $3 and first.recipient = d->>'recipient'
               join recipient other on other.recall_id = $1 and other.step = $2 and other.revision = $3 and other.person = first.person
              where other.answered_at is null and other.next_rung = (d->>'rung')::integer
                and lower(other.addresses->>(d->>'channel')) = lower(first.addresses->>(d->>'channel'))
                and not exists (select from notice
                                 where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3
                                   and notice.recipient = other.recipient and state = 'claimed')
              order by other.exposure for update of other`,
      values: [recallId, step, revision, JSON.stringify(shared)],
    });
    for (const one of rows) found.set(one.due, [...(found.get(one.due) ?? []), one.recipient]);
  }
  const told = new Set<RecipientId>();
  return due.flatMap(({ recipient, channel, rung }) => {
    if (told.has(recipient)) return [];
    const [first = recipient, ...others] = (found.get(recipient) ?? [recipient]).filter((one) => !told.has(one));
    for (const one of [first, ...others]) told.add(one);
    return [{ recipient: first, channel, rung, others }];
  });
}

/** Each message once, with whoever is told by it, by wave, rung and exposure. */
function messagesOf(rows: KeptNotice[]): ClaimedNotice[] {
  const messages = new Map<string, ClaimedNotice>();
  const others: KeptNotice[] = [];
  for (const row of rows) {
    const { toldWith, ...notice } = row;
    if (toldWith === null) messages.set(row.messageId, { ...notice, others: [] });
    else others.push(row);
  }
  for (const { toldWith: _first, ...notice } of others.sort((a, b) => a.exposure - b.exposure)) {
    const { recipient, code, name, units, wave } = notice;
    const message = messages.get(notice.messageId);
    if (message) message.others.push({ recipient, code, name, units, wave });
    else messages.set(notice.messageId, { ...notice, others: [] });
  }
  return [...messages.values()].sort(byWaveRungAndExposure);
}

/** The first of each channel, as many as its size lets through. */
function within(sizes: PageSizes, due: DueNotice[]): DueNotice[] {
  const left = { ...sizes };
  return due.filter(({ channel }) => (left[channel] = (left[channel] ?? 0) - 1) >= 0);
}

/** Settles a page: what became of each notice, when its recipient is due again, and the fact, in the caller's one transaction. */
export async function settlePage(
  client: Client,
  campaign: CampaignRun,
  now: IsoInstant,
  messages: SettledNotice[],
): Promise<void> {
  const { recallId, step, revision } = campaign;
  await requireLatest(client, campaign);
  const page = messages.flatMap((one) => noticesOf(one.notice).map((notice) => ({ ...one, notice })));
  const told = page.map(({ notice }) => notice.recipient);
  const { ladder, contacts } = await lockContacts(client, campaign, told);
  const news: WaveNews[] = [];
  for (const { notice, carrier: _by, ...sent } of page) {
    const { recipient, rung, wave } = notice;
    const before = contacts.get(recipient)!;
    const contact = settled(before, ladder, { rung, at: now, ...sent });
    contacts.set(recipient, contact);
    const bounce = bounceNews(wave, before, contact, 'refused');
    if (bounce !== null) news.push(bounce);
  }
  const notices = page.map(({ notice, carrier = null }) => {
    return { notice, carrier, tried: tryOf(contacts.get(notice.recipient)!, notice.rung) };
  });
  // Whose notices they are is said once more, as in each statement about a page: joined to what is known of them alone, the
  // rows of a table that was never analyzed are all read, for it seems to hold few.
  await client.query({
    name: 'campaign-settle-notices',
    text: `update notice set state = s->>'state', deferrals = (s->>'deferrals')::integer, doubts = (s->>'doubts')::integer,
                  provider = coalesce(s->>'provider', notice.provider)
             from jsonb_array_elements($4::jsonb) s
            where recall_id = $1 and step = $2 and revision = $3 and notice.channel = s->>'channel'
              and recipient = s->>'recipient' and notice.rung = (s->>'rung')::integer and notice.recipient = any ($5)`,
    values: [
      recallId,
      step,
      revision,
      JSON.stringify(
        notices.map(({ notice, carrier, tried }) => ({
          ...tried,
          recipient: notice.recipient,
          provider: carrier?.provider,
        })),
      ),
      told,
    ],
  });
  await keepStandings(client, campaign, contacts);
  await countInWaves(client, campaign, news);
  const rows = notices.map(({ notice, carrier, tried }) => ({
    ...rowOf(notice),
    outcome: tried.state as NoticeRow['outcome'],
    ...(carrier?.isFirst === false && { provider: carrier.provider }),
  }));
  const fact = noticesSettled({ step, revision, digest: digestOfRows(rows) }, rows);
  const doubted = messages.filter(({ outcome }) => outcome === 'in-doubt').map(({ notice }) => notice);
  await recordInDoubt(client, campaign, now, doubted);
  await appendFact(client, { recallId, at: now, fact, rows });
}

function tryOf({ tries }: Contact, rung: number): Try {
  return tries.find((one) => one.rung === rung)!;
}

type OneNotice = Omit<ClaimedNotice, 'others'> & { with?: RecipientId };

/** The notice to each who is told by a message, the first its own. */
function noticesOf({ others, ...first }: ClaimedNotice): OneNotice[] {
  return [first, ...others.map((other) => ({ ...first, ...other, with: first.recipient }))];
}

function rowsOf(message: ClaimedNotice): Omit<NoticeRow, 'outcome'>[] {
  return noticesOf(message).map(rowOf);
}

function rowOf({
  recipient,
  rung,
  channel,
  noticeLanguage,
  messageId,
  with: other,
}: OneNotice): Omit<NoticeRow, 'outcome'> {
  return { channel, language: noticeLanguage, messageId, recipient, rung, ...(other !== undefined && { with: other }) };
}

function byWaveRungAndExposure(a: ClaimedNotice, b: ClaimedNotice): number {
  return a.wave - b.wave || a.rung - b.rung || a.exposure - b.exposure;
}
