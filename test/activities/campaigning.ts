import type { Deps } from '../../activities/deps.js';
import type { Channel } from '../../engine/channels.js';
import type { EffectCall, EffectKind, EffectResult } from '../../engine/effects.js';
import type { ContactRung } from '../../engine/channels.js';
import type { EffectId, IsoInstant, Language, Market, RecallId, RecallMode } from '../../engine/words.js';
import type { Pool } from '../../store/db.js';
import type { AllowList } from '../../store/recalls.js';
import { SCOPE } from '../engine/recall.js';
import { keepConsignees } from '../store/consignees.js';
import { factsOf, OPENED, openRecall, TELL } from '../store/database.js';
import { CASE_FILE, runEffect } from './activity-deps.js';
import { importContactsText } from '../store/sales-files.js';
import { openPictured } from './pictured.js';

/** `address` is theirs on the channel of the campaign; null where they have none. */
export type Customer = {
  code: string;
  language?: string;
  address: string | null;
  market?: string;
  credited?: number;
  alsoIn?: string;
};

/** Two rungs of a channel, the second three days after the first. */
export function ladderOf(channel: Channel): ContactRung[] {
  // Of calls by people the role and so on are said too.
  const asked = channel === 'call' ? { to: 'commander', attempts: 2, due: 'P1D', escalation: null } : {};
  return [
    { by: channel, after: 'PT0S', ...asked },
    { by: channel, after: 'P3D', ...asked },
  ] as ContactRung[];
}

/** A recall whose trace found these customers, ten units each, of whom the first has had one credited. */
export async function traced(
  pool: Pool,
  list: Customer[],
  {
    channel,
    mode = 'drill',
    allowList,
    pictured = false,
  }: { channel: Channel; mode?: RecallMode; allowList: AllowList; pictured?: boolean },
): Promise<RecallId> {
  const clockKind = mode === 'drill' ? 'stepped' : 'real';
  const { recallId } = pictured
    ? await openPictured(pool, { mode, clockKind, allowList })
    : { recallId: await openRecall(pool, { caseFile: CASE_FILE, mode, clockKind, allowList }) };
  await importContactsText(pool, 'contacts.csv', contactsCsv(channel, list));
  const found = list.map(({ code, market, alsoIn, credited }, index) => ({
    code,
    markets: [(market ?? 'GB') as Market, ...(alsoIn ? [alsoIn as Market] : [])],
    units: 10,
    unitsCredited: credited ?? (index === 0 ? 1 : 0),
    lines: 1,
  }));
  await keepConsignees(pool, recallId, found);
  return recallId;
}

function contactsCsv(channel: Channel, list: Customer[]): string {
  const columns = [
    'code',
    'name',
    'customerType',
    'language',
    'email',
    'phone',
    'webhook',
    'address',
    'postcode',
    'town',
    'country',
  ];
  const own = channel === 'sms' || channel === 'voice' || channel === 'call' ? 'phone' : channel;
  const rows = list.map(({ code, language = 'en', address }) => {
    const known: Record<string, string> = { code, name: `Shop ${code}`, customerType: 'shop', language };
    // Of a letter the place is given: `GB ZZ99 1AA`.
    if (channel === 'letter' && address !== null)
      Object.assign(known, {
        address: `${code} High Street`,
        town: 'Sampleton',
        country: address.slice(0, 2),
        postcode: address.slice(3),
      });
    return columns.map((column) => (column === own ? (address ?? '') : (known[column] ?? ''))).join(',');
  });
  return [columns.join(','), ...rows, ''].join('\n');
}

export function freezing(recallId: RecallId, channel: Channel): EffectCall<'freezeRecipients'> {
  return call(recallId, 'freezeRecipients', 1, OPENED, {
    campaign: TELL,
    revision: 1,
    scope: SCOPE,
    notice: 'recall-notice',
    languages: ['en', 'de'] as Language[],
    contacts: ['main'],
    ladder: ladderOf(channel),
    waves: null,
  });
}

export function sending(recallId: RecallId, channel: Channel, n = 1, now = OPENED): EffectCall<'runCampaign'> {
  return call(recallId, 'runCampaign', n, now, {
    campaign: TELL,
    revision: 1,
    ladder: ladderOf(channel),
    wave: 0,
    accepted: [],
    quiet: null,
  });
}

export function call<K extends EffectKind>(
  recallId: RecallId,
  kind: K,
  n: number,
  now: IsoInstant,
  payload: EffectCall<K>['payload'],
): EffectCall<K> {
  return { id: `tell/1/${kind}/${n}` as EffectId, kind, step: TELL, round: 1, recallId, now, payload } as EffectCall<K>;
}

/** The result of an effect that a worker has run to its end. */
export async function done<K extends EffectKind>(deps: Deps, effect: EffectCall<K>): Promise<EffectResult<K>> {
  const outcome = await runEffect(deps, effect);
  if ('failed' in outcome) throw new Error(outcome.failed.message);
  return outcome.result;
}

/** How many notices the ledger calls delivered, and how many in doubt. */
export async function inLedger(pool: Pool, recallId: RecallId): Promise<{ delivered: number; inDoubt: number }> {
  const sum = async (type: string, field: string): Promise<number> =>
    (await factsOf(pool, recallId, type)).reduce((total, fact) => total + Number(fact[field]), 0);
  return { delivered: await sum('notices settled', 'delivered'), inDoubt: await sum('notices in doubt', 'notices') };
}

export type KeptNotice = {
  recipient: string;
  channel: string;
  rung: number;
  state: string;
  attempts: number;
  messageId: string;
};

/** The notices of a recall as they are kept, in order of recipient. */
export async function noticesOf(pool: Pool, recallId: RecallId): Promise<KeptNotice[]> {
  const { rows } = await pool.query<KeptNotice>(
    `select recipient, channel, rung, state, attempts, message_id as "messageId"
       from notice where recall_id = $1 order by recipient, rung`,
    [recallId],
  );
  return rows;
}
