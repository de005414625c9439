import {
  ATTEMPTS_DEFAULT,
  calledAs,
  isSettled,
  type CallReason,
  type CallResult,
  type CallRules,
} from '../engine/calls.js';
import { isWithPeople } from '../engine/contact.js';
import { RecallError } from '../engine/errors.js';
import type { Fact } from '../engine/facts.js';
import {
  durationMs,
  epochMs,
  instantOf,
  type IsoInstant,
  type Language,
  type Market,
  type PersonId,
  type RecallId,
  type RecipientId,
  type StepName,
} from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import { bounce, recordCarried } from './bounces.js';
import type { CampaignKey } from './campaigns.js';
import { lockContacts } from './contacts.js';
import { withTransaction, type Client, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { keepNote } from './notes.js';
import { suppress } from './suppressions.js';

export type Call = { at: IsoInstant; by: PersonId; result: CallResult; note: string | null };
/** Somebody who is to be called. `settled`: nobody needs to any more. */
export type Callee = {
  step: StepName;
  revision: number;
  recipient: RecipientId;
  code: string;
  name: string;
  phone: string | null;
  markets: Market[];
  language: Language;
  noticeLanguage: Language;
  units: number;
  why: CallReason;
  /** Of their ladder, where that has people call them now. */
  rung: number | null;
  calls: Call[];
  attempts: number;
  settled: boolean;
};
/** The rules of a call list, with the silent left out where the facts do not call for them. */
export type CallsAsked = CallRules[];

/**
 * The call list of a recall: whom people call because a rung of their ladder says so, who has asked to be called, who has
 * not answered and has no notice that stands or that people carry, and of the campaigns that say so who has stayed silent
 * for long enough, but for those whom customers have named (docs/decisions/0044-cascade.md); all of them, or those `among` these. It fills as rungs come and addresses prove missing or dead; the
 * most exposed stand first. `calls` are those that count for that.
 */
export async function callList(
  db: Queryable,
  recallId: RecallId,
  { rules, now, among = null }: { rules: CallsAsked; now: IsoInstant; among?: RecipientId[] | null },
): Promise<Callee[]> {
  const asked = rules.map(({ campaign, attempts, silent }) => ({
    step: campaign,
    attempts,
    silentSince: silent === null ? null : instantOf(epochMs(now) - durationMs(silent.after)!),
  }));
  const { rows } = await db.query<Omit<Callee, 'settled'>>(
    // What is looked up for each recipient is found by its key: tables that were never analyzed would be joined row by row.
    `with rules as (select * from jsonb_to_recordset($2::jsonb) as r(step text, attempts integer, "silentSince" text))
     select recipient.step, recipient.revision, recipient.recipient, recipient.code, recipient.name, coalesce(recipient.addresses->>'call', contact.phone) as phone,
            recipient.markets, recipient.language, recipient.notice_language as "noticeLanguage", recipient.units, told.rung, called.calls,
            coalesce((campaign.ladder->told.rung->>'attempts')::integer, rules.attempts, $3) as attempts,
            case when told.rung is not null then 'due' when told.asked then 'asked' when recipient.addresses = '{}' then 'no address'
                 when told.stands then 'silent' when told.returned then 'returned' else 'refused' end as why
       from recipient join campaign using (recall_id, step, revision) left join rules using (step) left join lateral (
              select phone from contact where contact.code = recipient.code
               order by (contact.role, contact.number) = (recipient.role, recipient.number) desc, contact.role, contact.number limit 1) contact on true
            cross join lateral (
              select coalesce(bool_or(state in ('delivered', 'handed') and bounced_at is null), false) as stands, coalesce(bool_or(bounced_at is not null), false) as returned,
                     coalesce(bool_or(said_by_key = 'call-me'), false) as asked, max(said_at) filter (where said_by_key = 'call-me') as asked_at,
                     max(rung) filter (where channel = 'call' and state = 'handed' and bounced_at is null and recipient.answered_at is null) as rung
                from notice
               where notice.recall_id = recipient.recall_id and notice.step = recipient.step
                 and notice.revision = recipient.revision and notice.recipient = recipient.recipient) told
            cross join lateral (
              select coalesce(json_agg(json_build_object('at', call.at, 'by', call.person, 'result', call.result, 'note', note.text) order by call.id), '[]') as calls
                from call left join note on note.recall_id = call.recall_id and note.hash = call.note
               where call.recall_id = recipient.recall_id and call.step = recipient.step
                 and call.revision = recipient.revision and call.recipient = recipient.recipient
                 and case when told.rung is not null then call.rung = told.rung when told.asked then call.at >= told.asked_at else true end) called
      where recipient.recall_id = $1 and (recipient.answered_at is null or told.asked) and ($4::text[] is null or recipient.recipient = any ($4))
        and recipient.revision = (select max(revision) from campaign newest where newest.recall_id = $1 and newest.step = recipient.step)
        and case when told.asked or told.rung is not null then true when recipient.supplied_by is not null then false when told.stands then recipient.first_at <= rules."silentSince"
                 else recipient.first_at is not null or recipient.addresses = '{}' and campaign.runs > 0 end
      order by recipient.exposure, recipient.recipient, recipient.step`,
    [recallId, JSON.stringify(asked), ATTEMPTS_DEFAULT, among],
  );
  return rows.map((one) => ({
    ...one,
    settled: isSettled(
      one.calls.map(({ result }) => result),
      one.attempts,
    ),
  }));
}

/** Who was called, and on which rung of their ladder. */
export type Called = Pick<Callee, 'step' | 'revision' | 'recipient' | 'rung' | 'attempts'>;

/**
 * Records what became of a call, once for a request that is sent again. What the caller noted may say anything of a person:
 * it stays in the store, and the ledger has its salted hash. On a rung it says what became of the notice that was handed to
 * the caller. What nobody waits for any more is recorded as late, and changes nothing but that somebody was told after all.
 * False where the same request was recorded before.
 */
export async function recordCall(
  pool: Pool,
  { recallId, salt }: { recallId: RecallId; salt: string },
  { step, revision, recipient, rung, attempts }: Called,
  call: Call & { request: string | null; isLate: boolean },
): Promise<boolean> {
  const { at, by, result, note, request } = call;
  const hash = note === null ? null : sha256Hex(`${salt}${note}`);
  const key = { recallId, step, revision };
  return withTransaction(pool, async (client) => {
    const { contacts } = await lockContacts(client, key, [recipient]);
    const contact = contacts.get(recipient);
    const isOpen = contact?.tries.some((one) => one.rung === rung && isWithPeople(one)) === true;
    const isLate = call.isLate || (rung !== null && (!isOpen || contact?.answer !== null));
    if (note !== null && hash !== null) await keepNote(client, recallId, hash, note);
    const { rowCount } = await client.query(
      `insert into call (recall_id, step, revision, recipient, at, person, result, rung, note, request)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (request) do nothing`,
      [recallId, step, revision, recipient, at, by, result, rung, hash, request],
    );
    if (rowCount === 0) return false;
    const named = {
      step,
      recipient,
      by,
      result,
      ...(rung !== null && { rung }),
      ...(isLate && { late: true as const }),
    };
    const fact: Fact = { type: 'call recorded', v: 1, ...named, ...(hash !== null && { note: hash }) };
    await appendFact(client, { recallId, at, fact });
    if (rung !== null && isOpen && (!isLate || result === 'reached'))
      await settleCall(client, { ...key, recipient, rung, attempts }, result, at);
    return true;
  });
}

/** What a call says of the notice that was handed to the caller, and of those of earlier rungs that still are with callers. */
async function settleCall(
  client: Client,
  { attempts, ...notice }: CampaignKey & { recipient: RecipientId; rung: number; attempts: number },
  result: CallResult,
  at: IsoInstant,
): Promise<void> {
  const { recallId, step, revision, recipient, rung } = notice;
  const { rows } = await client.query<{
    rung: number;
    results: CallResult[];
    messageId: string;
    address: string | null;
  }>(
    `select notice.rung, message_id as "messageId", addresses->>'call' as address,
            array(select result from call
                   where (call.recall_id, call.step, call.revision, call.recipient, call.rung) = ($1, $2, $3, $4, $5) order by call.id) as results
       from notice join recipient using (recall_id, step, revision, recipient)
      where (notice.recall_id, notice.step, notice.revision, notice.recipient) = ($1, $2, $3, $4) and notice.rung <= $5
        and channel = 'call' and state = 'handed' and bounced_at is null
      order by notice.rung`,
    [recallId, step, revision, recipient, rung],
  );
  const { results, address } = rows[0]!;
  const as = calledAs(results, attempts);
  if (as === null) return;
  if (as === 'for-good' || as === 'for-now') {
    for (const { messageId } of rows) await bounce(client, messageId, { status: result, how: as }, at);
    return;
  }
  // Whoever wants no calls gets none for later recalls either.
  if (as === 'refused' && address !== null)
    await suppress(client, { channel: 'call', address, reason: result, recallId, at });
  const said = rows.map((one) => ({ recipient, rung: one.rung, channel: 'call' as const, outcome: as }));
  await recordCarried(client, notice, said, at);
}

/** Somebody who is not on the list any more, and whom people were to call on a rung of their ladder; null where they were not. */
export async function calledBefore(db: Queryable, recallId: RecallId, customer: string): Promise<Called | null> {
  const { rows } = await db.query<Called>(
    `select recipient.step, recipient.revision, recipient.recipient, notice.rung, (campaign.ladder->notice.rung->>'attempts')::integer as attempts
       from recipient join campaign using (recall_id, step, revision) join notice using (recall_id, step, revision, recipient)
      where recipient.recall_id = $1 and (recipient.code = $2 or recipient.recipient = $2) and notice.channel = 'call'
        and recipient.revision = (select max(revision) from campaign newest where newest.recall_id = $1 and newest.step = recipient.step)
      order by notice.rung desc limit 1`,
    [recallId, customer],
  );
  return rows[0] ?? null;
}

/** The error for a customer whom nobody is asked to call. */
export function notOnList(recallId: RecallId, customer: string): RecallError {
  return new RecallError({
    code: 'not-found',
    message: `${customer} is not on the call list of ${recallId}`,
    where: customer,
    expected: 'a customer who is to be called, by number',
    remedy: `see \`recall calls ${recallId}\`: who has answered or has been reached by a notice leaves the list`,
  });
}
