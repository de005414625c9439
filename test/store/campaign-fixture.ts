import type { IsoInstant, Language, Market, RecallId, RecipientId } from '../../engine/words.js';
import { type Channel, CHANNELS, type ContactRung } from '../../engine/channels.js';
import { newContact } from '../../engine/contact.js';
import type { Waves } from '../../engine/waves.js';
import { insertCampaign, type CampaignKey, type FrozenRecipient } from '../../store/campaigns.js';
import { withTransaction, type Client, type Pool } from '../../store/db.js';
import { beginFreezing, keepRecipients, placeStaged, stageRecipients } from '../../store/freezing.js';
import {
  beginRun,
  claimPage,
  settlePage,
  type CampaignRun,
  type NoticeKey,
  type PageSizes,
  type SettledNotice,
} from '../../store/notices.js';
import { TELL } from './database.js';

export const LADDER = [
  { by: 'email', after: 'PT0S' },
  { by: 'email', after: 'P3D' },
] as ContactRung[];

export function keyOf(recallId: RecallId): CampaignKey {
  return { recallId, step: TELL, revision: 1 };
}

export function messageIdOf(recallId: RecallId): (notice: Pick<NoticeKey, 'recipient' | 'rung'>) => string {
  return ({ recipient, rung }) => `<${recallId}-${recipient}-${rung}@example.org>`;
}

type Frozen = {
  /** How one is otherwise, by its number. */
  changes?: (number: number) => Partial<FrozenRecipient>;
  waves?: Waves | null;
  ladder?: ContactRung[];
};

/** Freezes so many recipients of ten units each, c001, c002 …; those in `without` have no address. */
export async function freeze(
  pool: Pool,
  recallId: RecallId,
  count: number,
  without: number[] = [],
  { changes = () => ({}), waves = null, ladder = LADDER }: Frozen = {},
): Promise<RecipientId[]> {
  const channels = Array.from({ length: count }, (_, index): Channel[] =>
    without.includes(index + 1) ? [] : ['email'],
  );
  return freezeOn(pool, recallId, ladder, channels, { changes, waves });
}

/** Freezes recipients of ten units each, c001, c002 …, each with an address on the channels named. */
export async function freezeOn(
  pool: Pool,
  recallId: RecallId,
  ladder: ContactRung[],
  known: Channel[][],
  { changes = () => ({}), waves = null }: Pick<Frozen, 'changes' | 'waves'> = {},
): Promise<RecipientId[]> {
  const recipients = known.map((channels, index): FrozenRecipient => {
    const code = String(index + 1).padStart(3, '0');
    return {
      recipient: `c${code}` as RecipientId,
      code,
      name: `Shop ${code}`,
      markets: ['DE' as Market],
      language: 'pl' as Language,
      noticeLanguage: 'de' as Language,
      units: 10,
      criticality: null,
      channels,
      addresses: Object.fromEntries(channels.map((channel) => [channel, `shop${code}@example.org`])),
      wave: 0,
      wish: null,
      ...changes(index + 1),
    };
  });
  const campaign = {
    notice: 'recall-notice',
    languages: ['de' as Language],
    texts: {},
    mails: { html: {}, pictures: [] },
    ladder,
    hash: 'h',
    waves,
    sizes: sizesOf(recipients),
    customers: recipients.length,
    persons: recipients.length,
  };
  await withTransaction(pool, async (client) => {
    await insertCampaign(client, keyOf(recallId), campaign);
    await keepFrozen(client, recallId, ladder, recipients);
  });
  return recipients.map(({ recipient }) => recipient);
}

/** Keeps recipients as a freeze does, in the waves that they are said to be in. */
export async function keepFrozen(
  client: Client,
  recallId: RecallId,
  ladder: ContactRung[],
  recipients: FrozenRecipient[],
): Promise<void> {
  await beginFreezing(client);
  const staged = recipients.map((one) => {
    return { ...one, mailbox: null, nextRung: newContact(ladder, one.channels).next?.rung ?? null };
  });
  await stageRecipients(client, staged);
  for (const { recipient, person } of recipients.filter((one) => one.person !== undefined))
    await client.query('update freezing set person = $2 where recipient = $1', [recipient, person]);
  await placeStaged(client, [recipients.length]);
  for (const { recipient, wave } of recipients.filter((one) => one.wave > 0))
    await client.query('update frozen set wave = $2 where recipient = $1', [recipient, wave]);
  await keepRecipients(client, keyOf(recallId));
}

function sizesOf(recipients: FrozenRecipient[]): number[] {
  const last = Math.max(...recipients.map(({ wave }) => wave));
  return Array.from({ length: last + 1 }, (_, wave) => recipients.filter((one) => one.wave === wave).length);
}

/** A run that tells every wave, and accepts none that is over its limit. */
export const ALL_WAVES: { wave: number; accepted: number[] } = { wave: 99, accepted: [] };

/** Begins a run of the campaign, which finds nothing in doubt. */
export async function runOf(pool: Pool, recallId: RecallId, now: IsoInstant, of = ALL_WAVES): Promise<CampaignRun> {
  return (await withTransaction(pool, (client) => beginRun(client, keyOf(recallId), now, of))).run;
}

/** Sends all that is due, a page at a time, as the given provider answers. Gives who was told, in order. */
export async function sendDue(
  pool: Pool,
  recallId: RecallId,
  now: IsoInstant,
  answer: (recipient: string) => SettledNotice['outcome'] = () => 'delivered',
): Promise<string[]> {
  const run = await runOf(pool, recallId, now);
  const told: string[] = [];
  for (;;) {
    const page = await withTransaction(pool, (client) =>
      claimPage(client, run, now, ofEach(25), messageIdOf(recallId)),
    );
    if (page.length === 0) return told;
    const settled = page.map((notice) => ({ notice, outcome: answer(notice.recipient) }));
    await withTransaction(pool, (client) => settlePage(client, run, now, settled));
    told.push(...page.map(({ recipient }) => recipient));
  }
}

/** Pages of one size on each channel. */
export function ofEach(size: number, channels: readonly Channel[] = CHANNELS): PageSizes {
  return Object.fromEntries(channels.map((channel) => [channel, size]));
}
