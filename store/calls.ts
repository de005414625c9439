import { ATTEMPTS_DEFAULT, isSettled, type CallReason, type CallResult, type CallRules } from '../engine/calls.js';
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
import { withTransaction, type Pool, type Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { keepNote } from './notes.js';

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
  units: number;
  why: CallReason;
  calls: Call[];
  attempts: number;
  settled: boolean;
};
/** The rules of a call list, with the silent left out where the facts do not call for them. */
export type CallsAsked = CallRules[];

/**
 * The call list of a recall: who has asked to be called, who has not answered and has no notice that stands or that people
 * carry, and of the campaigns that say so who has stayed silent for long enough; all of them, or
 * those `among` these. It fills as addresses prove missing or dead; the most units stand first.
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
     select recipient.step, recipient.revision, recipient.recipient, recipient.code, recipient.name, contact.phone, recipient.markets,
            recipient.language, recipient.units, called.calls, coalesce(rules.attempts, $3) as attempts,
            case when told.asked then 'asked' when recipient.addresses = '{}' then 'no address' when told.stands then 'silent'
                 when told.returned then 'returned' else 'refused' end as why
       from recipient left join rules using (step) left join lateral (
              select phone from contact where contact.code = recipient.code
               order by (contact.role, contact.number) = (recipient.role, recipient.number) desc, contact.role, contact.number limit 1) contact on true
            cross join lateral (
              select coalesce(bool_or(state in ('delivered', 'handed') and bounced_at is null), false) as stands, coalesce(bool_or(bounced_at is not null), false) as returned,
                     coalesce(bool_or(said_by_key = 'call-me'), false) as asked
                from notice
               where notice.recall_id = recipient.recall_id and notice.step = recipient.step
                 and notice.revision = recipient.revision and notice.recipient = recipient.recipient) told
            cross join lateral (
              select coalesce(json_agg(json_build_object('at', call.at, 'by', call.person, 'result', call.result, 'note', note.text) order by call.id), '[]') as calls
                from call left join note on note.recall_id = call.recall_id and note.hash = call.note
               where call.recall_id = recipient.recall_id and call.step = recipient.step
                 and call.revision = recipient.revision and call.recipient = recipient.recipient) called
      where recipient.recall_id = $1 and (recipient.answered_at is null or told.asked) and ($4::text[] is null or recipient.recipient = any ($4))
        and recipient.revision = (select max(revision) from campaign where recall_id = $1 and campaign.step = recipient.step)
        and case when told.asked then true when told.stands then recipient.first_at <= rules."silentSince"
                 else recipient.first_at is not null
                      or recipient.addresses = '{}' and exists (
                        select from campaign sent where sent.recall_id = $1 and sent.step = recipient.step
                           and sent.revision = recipient.revision and sent.runs > 0) end
      order by recipient.units desc, recipient.recipient, recipient.step`,
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

/**
 * Records what became of a call, once for a request that is sent again. What the caller noted may say anything of a person:
 * it stays in the store, and the ledger has its salted hash. False where the same request was recorded before.
 */
export async function recordCall(
  pool: Pool,
  { recallId, salt }: { recallId: RecallId; salt: string },
  callee: Pick<Callee, 'step' | 'revision' | 'recipient'>,
  call: Call & { request: string | null },
): Promise<boolean> {
  const { step, revision, recipient } = callee;
  const { at, by, result, note, request } = call;
  const hash = note === null ? null : sha256Hex(`${salt}${note}`);
  return withTransaction(pool, async (client) => {
    if (note !== null && hash !== null) await keepNote(client, recallId, hash, note);
    const { rowCount } = await client.query(
      `insert into call (recall_id, step, revision, recipient, at, person, result, note, request)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (request) do nothing`,
      [recallId, step, revision, recipient, at, by, result, hash, request],
    );
    if (rowCount === 0) return false;
    const noted = hash === null ? {} : { note: hash };
    const fact: Fact = { type: 'call recorded', v: 1, step, recipient, by, result, ...noted };
    await appendFact(client, { recallId, at, fact });
    return true;
  });
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
