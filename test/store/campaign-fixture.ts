import type { IsoInstant, Language, Market, RecallId, RecipientId } from '../../engine/words.js';
import { CHANNELS, type Channel, type ContactRung } from '../../engine/channels.js';
import { insertCampaign, type CampaignKey, type FrozenRecipient } from '../../store/campaigns.js';
import { withTransaction, type Pool } from '../../store/db.js';
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

/** Freezes so many recipients of ten units each, c001, c002 …; those in `without` have no address. */
export async function freeze(
  pool: Pool,
  recallId: RecallId,
  count: number,
  without: number[] = [],
  /** How one is otherwise, by its number. */
  changes: (number: number) => Partial<FrozenRecipient> = () => ({}),
): Promise<RecipientId[]> {
  const channels = Array.from({ length: count }, (_, index): Channel[] =>
    without.includes(index + 1) ? [] : ['email'],
  );
  return freezeOn(pool, recallId, LADDER, channels, changes);
}

/** Freezes recipients of ten units each, c001, c002 …, each with an address on the channels named. */
export async function freezeOn(
  pool: Pool,
  recallId: RecallId,
  ladder: ContactRung[],
  known: Channel[][],
  changes: (number: number) => Partial<FrozenRecipient> = () => ({}),
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
    recipients,
  };
  await withTransaction(pool, (client) => insertCampaign(client, keyOf(recallId), campaign));
  return recipients.map(({ recipient }) => recipient);
}

/** Begins a run of the campaign, which finds nothing in doubt. */
export async function runOf(pool: Pool, recallId: RecallId, now: IsoInstant): Promise<CampaignRun> {
  return (await withTransaction(pool, (client) => beginRun(client, keyOf(recallId), now))).run;
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
