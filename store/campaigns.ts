import type { Channel, Sent } from '../engine/channels.js';
import type { Tally } from '../engine/effects.js';
import { nextRung, type TryOutcome } from '../engine/contact-ladder.js';
import type { Fact, NoticeOutcome, NoticeRow, RecipientRow } from '../engine/facts.js';
import type { ContactRung } from '../engine/channels.js';
import {
  secondsAfter,
  type IsoInstant,
  type Language,
  type Market,
  type RecallId,
  type RecipientId,
  type StepName,
} from '../engine/words.js';
import type { Client, Queryable } from './db.js';
import { appendFact, digestOfRows } from './ledger.js';

export type CampaignKey = { recallId: RecallId; step: StepName; revision: number };
/** One run of a campaign. Only the latest may claim and settle. */
export type CampaignRun = CampaignKey & { run: number };
export type FrozenRecipient = RecipientRow & {
  code: string;
  name: string;
  noticeLanguage: Language;
  address: string | null;
};
export type ClaimedNotice = CampaignKey & {
  recipient: RecipientId;
  /** Customer code. */
  code: string;
  channel: Channel;
  rung: number;
  messageId: string;
  attempts: number;
  /** How often the provider has put it off. */
  deferrals: number;
  /** How often nobody knew whether the provider had taken it. */
  doubts: number;
  name: string;
  noticeLanguage: Language;
  address: string;
  market: Market;
  units: number;
  firstAt: IsoInstant | null;
};

const RETRY_SECONDS = 900;
const RETRY_SECONDS_MAX = 86_400;
const DEFERRALS_MAX = 4;
/** So often in doubt, a notice is not sent again: it may be the reason for which processes die. */
export const DOUBTS_MAX = 4;

/** Who would be told: the businesses the trace found, in order of their code, with the contact known for each. */
export async function tracedContacts(
  db: Queryable,
  recallId: RecallId,
  scopeVersion: number,
): Promise<Omit<FrozenRecipient, 'noticeLanguage'>[]> {
  const { rows } = await db.query<{
    code: string;
    market: Market;
    units: number;
    name: string | null;
    language: Language | null;
    email: string | null;
  }>(
    `select traced.code, traced.market, traced.units - traced.units_credited as units, contact.name, contact.language, contact.email
       from traced_consignee traced left join contact using (code)
      where traced.recall_id = $1 and traced.scope_version = $2
      order by traced.code`,
    [recallId, scopeVersion],
  );
  return rows.map(({ code, market, units, name, language, email }) => ({
    recipient: `c${code}` as RecipientId,
    code,
    name: name ?? `Customer ${code}`,
    market,
    language: language ?? ('en' as Language),
    units,
    address: email,
    unreachable: email === null,
  }));
}

/** Freezes a campaign with its recipients. */
export async function insertCampaign(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  campaign: {
    notice: string;
    languages: Language[];
    /** The notice's templates, by language: what is approved is what goes out, whatever the files become. */
    texts: Record<Language, string>;
    ladder: ContactRung[];
    hash: string;
    recipients: FrozenRecipient[];
  },
): Promise<void> {
  await client.query(
    'insert into campaign (recall_id, step, revision, notice, languages, ladder, hash, texts) values ($1, $2, $3, $4, $5, $6, $7, $8)',
    [
      recallId,
      step,
      revision,
      campaign.notice,
      JSON.stringify(campaign.languages),
      JSON.stringify(campaign.ladder),
      campaign.hash,
      JSON.stringify(campaign.texts),
    ],
  );
  await client.query(
    `insert into recipient (recall_id, step, revision, recipient, code, name, market, language, notice_language, address, units)
     select $1, $2, $3, r->>'recipient', r->>'code', r->>'name', r->>'market', r->>'language', r->>'noticeLanguage', r->>'address', (r->>'units')::integer
       from jsonb_array_elements($4::jsonb) r`,
    [recallId, step, revision, JSON.stringify(campaign.recipients)],
  );
}

/** The templates of the notice that a campaign sends, by language, as they were approved. */
export async function frozenTexts(
  db: Queryable,
  { recallId, step, revision }: CampaignKey,
): Promise<Record<Language, string>> {
  const { rows } = await db.query<{ texts: Record<Language, string> }>(
    'select texts from campaign where recall_id = $1 and step = $2 and revision = $3',
    [recallId, step, revision],
  );
  return rows[0]!.texts;
}

const NOTICE_COLUMNS = `notice.recall_id as "recallId", notice.step, notice.revision, notice.recipient, notice.channel, notice.rung, notice.message_id as "messageId",
  notice.attempts, notice.deferrals, notice.doubts, recipient.code, recipient.name, recipient.notice_language as "noticeLanguage", recipient.address, recipient.market,
  recipient.units, recipient.first_at as "firstAt"`;

/**
 * Begins a run: from now on it alone claims and settles. Notices that an earlier one left between claim and settlement,
 * because it died or still hangs, are in doubt: nobody knows whether the provider took them. They are claimed once more.
 */
export async function beginRun(
  client: Client,
  key: CampaignKey,
  at: IsoInstant,
): Promise<{ run: CampaignRun; inDoubt: ClaimedNotice[] }> {
  const { rows } = await client.query<{ runs: number }>(
    'update campaign set runs = runs + 1 where recall_id = $1 and step = $2 and revision = $3 returning runs',
    [key.recallId, key.step, key.revision],
  );
  return { run: { ...key, run: rows[0]!.runs }, inDoubt: await reclaimInDoubt(client, key, at) };
}

/** Holds off the next run until the commit, and throws where it has begun. */
async function requireLatest(client: Client, { recallId, step, revision, run }: CampaignRun): Promise<void> {
  const { rowCount } = await client.query({
    name: 'campaign-latest-run',
    text: 'select 1 from campaign where recall_id = $1 and step = $2 and revision = $3 and runs = $4 for share',
    values: [recallId, step, revision, run],
  });
  if (rowCount === 0) throw new Error(`another run of ${step} of ${recallId} has begun`);
}

async function reclaimInDoubt(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  at: IsoInstant,
): Promise<ClaimedNotice[]> {
  const { rows } = await client.query<ClaimedNotice>(
    `update notice set attempts = notice.attempts + 1, doubts = notice.doubts + 1
       from recipient
      where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3 and notice.state = 'claimed'
        and (recipient.recall_id, recipient.step, recipient.revision, recipient.recipient) = (notice.recall_id, notice.step, notice.revision, notice.recipient)
     returning ${NOTICE_COLUMNS}`,
    [recallId, step, revision],
  );
  const notices = rows.sort(byRecipient);
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
  const rows = notices.map((one) => rowOf(one, 'deferred'));
  const digest = digestOfRows(rows);
  const fact: Fact = { type: 'notices in doubt', v: 1, step, revision, notices: rows.length, digest };
  await appendFact(client, { recallId, at, fact, rows });
}

/** Claims the next page of notices that are due: their recipients have not answered and the ladder says it is time. */
export async function claimPage(
  client: Client,
  campaign: CampaignRun,
  now: IsoInstant,
  size: number,
  messageIdOf: (recipient: string, rung: number, channel: Channel) => string,
): Promise<ClaimedNotice[]> {
  const { recallId, step, revision } = campaign;
  await requireLatest(client, campaign);
  const due = await client.query<{ recipient: string; rung: number; channel: Channel }>({
    name: 'campaign-due',
    text: `select recipient, rung, campaign.ladder->rung->>'by' as channel
             from recipient join campaign using (recall_id, step, revision)
            where recall_id = $1 and step = $2 and revision = $3 and address is not null and answered_at is null
              and (first_at is null or next_due <= $4)
            order by recipient limit $5 for update of recipient`,
    values: [recallId, step, revision, now, size],
  });
  if (due.rows.length === 0) return [];
  const claims = due.rows.map((one) => ({ ...one, messageId: messageIdOf(one.recipient, one.rung, one.channel) }));
  const { rows } = await client.query<ClaimedNotice>({
    name: 'campaign-claim',
    text: `with claimed as (
             insert into notice (recall_id, step, revision, recipient, channel, rung, state, message_id, attempts)
             select $1, $2, $3, c->>'recipient', c->>'channel', (c->>'rung')::integer, 'claimed', c->>'messageId', 1
               from jsonb_array_elements($4::jsonb) c
             on conflict (recall_id, step, revision, recipient, channel, rung) do update
               set state = 'claimed', attempts = notice.attempts + 1 where notice.state = 'deferred'
             returning *)
           select ${NOTICE_COLUMNS}
             from claimed notice join recipient using (recall_id, step, revision, recipient)`,
    values: [recallId, step, revision, JSON.stringify(claims)],
  });
  return rows.sort(byRecipient);
}

/** What became of a notice. A pause that its provider asked for stands beside `deferred`; without one it is our own. */
export type SettledNotice = { notice: ClaimedNotice; outcome: Sent['outcome']; retryAfterSeconds?: number | null };

/** Settles a page: what became of each notice, when its recipient is due again, and the fact, in the caller's one transaction. */
export async function settlePage(
  client: Client,
  campaign: CampaignRun,
  ladder: ContactRung[],
  now: IsoInstant,
  page: SettledNotice[],
): Promise<void> {
  const { recallId, step, revision } = campaign;
  await requireLatest(client, campaign);
  const settled = page.map((one) => ({
    ...next(one, ladder, now),
    recipient: one.notice.recipient,
    channel: one.notice.channel,
    tried: one.notice.rung,
  }));
  const { rows: stored } = await client.query<{ recipient: RecipientId; bounced: boolean }>({
    name: 'campaign-settle-notices',
    text: `update notice set state = s->>'state', deferrals = (s->>'deferrals')::integer, doubts = (s->>'doubts')::integer
             from jsonb_array_elements($4::jsonb) s
            where recall_id = $1 and step = $2 and revision = $3 and channel = s->>'channel'
              and recipient = s->>'recipient' and notice.rung = (s->>'tried')::integer
           returning recipient, bounced_at is not null as bounced`,
    values: [recallId, step, revision, JSON.stringify(settled)],
  });
  // A bounce can overtake the settlement of the notice that it answers; it has the last word on the ladder.
  const bounced = new Set(stored.filter((one) => one.bounced).map(({ recipient }) => recipient));
  const standing = page.map(({ notice }, index) => {
    const { recipient, rung, nextDue } = settled[index]!;
    return { recipient, ...(bounced.has(recipient) ? placeAfter(notice, 'bounced', ladder, now) : { rung, nextDue }) };
  });
  await client.query({
    name: 'campaign-settle-recipients',
    text: `update recipient set first_at = coalesce(first_at, $5), rung = (s->>'rung')::integer, next_due = s->>'nextDue'
             from jsonb_array_elements($4::jsonb) s
            where recall_id = $1 and step = $2 and revision = $3 and recipient.recipient = s->>'recipient'`,
    values: [recallId, step, revision, JSON.stringify(standing), now],
  });
  const rows = settled.map(({ state, recipient, tried }, index): NoticeRow => {
    const { noticeLanguage, messageId } = page[index]!.notice;
    return { recipient, rung: tried, language: noticeLanguage, outcome: state, messageId };
  });
  const count = (outcome: NoticeOutcome): number => rows.filter((row) => row.outcome === outcome).length;
  const fact: Fact = {
    type: 'notices settled',
    v: 1,
    step,
    revision,
    notices: rows.length,
    delivered: count('delivered'),
    refused: count('refused'),
    deferred: count('deferred'),
    egressRefused: count('egress-refused'),
    digest: digestOfRows(rows),
  };
  const doubted = page.filter(({ outcome }) => outcome === 'in-doubt').map(({ notice }) => notice);
  await recordInDoubt(client, campaign, now, doubted);
  await appendFact(client, { recallId, at: now, fact, rows });
}

/** At least our own pause, for four times put off is given up; at most a day, whatever a provider asks for. */
function pauseSeconds(asked: number | null): number {
  return Math.min(Math.max(asked ?? 0, RETRY_SECONDS), RETRY_SECONDS_MAX);
}

type Standing = {
  state: NoticeOutcome;
  rung: number;
  nextDue: IsoInstant | null;
  deferrals: number;
  doubts: number;
};

function next(
  { notice, outcome, retryAfterSeconds = null }: SettledNotice,
  ladder: ContactRung[],
  now: IsoInstant,
): Standing {
  const deferrals = notice.deferrals + (outcome === 'deferred' ? 1 : 0);
  const doubts = notice.doubts + (outcome === 'in-doubt' ? 1 : 0);
  const ended = (state: NoticeOutcome, as: TryOutcome): Standing => ({
    state,
    deferrals,
    doubts,
    ...placeAfter(notice, as, ladder, now),
  });
  if (outcome === 'delivered') return ended('delivered', 'delivered');
  if (outcome === 'refused' || outcome === 'egress-refused') return ended(outcome, 'refused');
  if (deferrals < DEFERRALS_MAX && doubts < DOUBTS_MAX)
    return {
      state: 'deferred',
      deferrals,
      doubts,
      rung: notice.rung,
      nextDue: secondsAfter(now, pauseSeconds(retryAfterSeconds)),
    };
  // What may have arrived nobody may call refused; the next rung is tried as if it had.
  return doubts > 0 ? ended('deferred', 'delivered') : ended('refused', 'refused');
}

function placeAfter(
  { rung, firstAt }: ClaimedNotice,
  outcome: TryOutcome,
  ladder: ContactRung[],
  now: IsoInstant,
): { rung: number; nextDue: IsoInstant | null } {
  const step = nextRung(ladder, rung, outcome, firstAt ?? now);
  return step === 'exhausted' ? { rung, nextDue: null } : { rung: step.rung, nextDue: step.at };
}

function rowOf({ recipient, rung, noticeLanguage, messageId }: ClaimedNotice, outcome: NoticeOutcome): NoticeRow {
  return { recipient, rung, language: noticeLanguage, outcome, messageId };
}

function byRecipient(a: ClaimedNotice, b: ClaimedNotice): number {
  return a.recipient < b.recipient ? -1 : 1;
}

/**
 * Counts of a campaign, in recipients. delivered: at least one notice stands (taken and not bounced). refused: every
 * try was refused. bounced: all that was taken came back. acknowledged: answered. unreachable: nothing stands, or no address.
 */
export async function tallyOf(db: Queryable, { recallId, step, revision }: CampaignKey): Promise<Tally> {
  const { rows } = await db.query<Tally>({
    name: 'campaign-tally',
    // Without a join: on tables that were never analyzed the planner would compare every recipient with every notice.
    text: `select count(*)::integer as recipients,
                  count(*) filter (where taken > returned)::integer as delivered,
                  count(*) filter (where taken = 0 and refused > 0)::integer as refused,
                  count(*) filter (where taken > 0 and returned >= taken)::integer as bounced,
                  count(*) filter (where answered)::integer as acknowledged,
                  count(*) filter (where not reachable or (begun and taken <= returned))::integer as unreachable
             from (select bool_or(reachable) as reachable, bool_or(answered) as answered, bool_or(begun) as begun,
                          count(*) filter (where state = 'delivered') as taken,
                          count(bounced_at) as returned,
                          count(*) filter (where state in ('refused', 'egress-refused')) as refused
                     from (select recipient, address is not null as reachable, answered_at is not null as answered,
                                  first_at is not null as begun, null as state, null as bounced_at
                             from recipient where recall_id = $1 and step = $2 and revision = $3
                           union all
                           select recipient, null, null, null, state, bounced_at
                             from notice where recall_id = $1 and step = $2 and revision = $3) known
                    group by recipient) one`,
    values: [recallId, step, revision],
  });
  return rows[0]!;
}

/** The earliest instant after `now` at which a notice of the campaign will be due. */
export async function nextDueOf(
  db: Queryable,
  { recallId, step, revision }: CampaignKey,
  now: IsoInstant,
): Promise<IsoInstant | null> {
  const { rows } = await db.query<{ due: IsoInstant | null }>({
    name: 'campaign-next-due',
    text: `select min(next_due) as due from recipient
            where recall_id = $1 and step = $2 and revision = $3 and address is not null and answered_at is null and next_due > $4`,
    values: [recallId, step, revision, now],
  });
  return rows[0]!.due;
}
