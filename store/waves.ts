import { addToWave, isOver, type WaveCounts, type WaveLimits } from '../engine/waves.js';
import { hasBounced, type Contact } from '../engine/contact.js';
import type { IsoInstant, RecipientId } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Client } from './db.js';
import { enqueue } from './outbox.js';

type Limited = WaveCounts & { stop: WaveLimits | null; accepted: boolean };

const LIMITED = `select wave, recipients, bounced, complaints, reasons, campaign.stop, wave = any (campaign.accepted) as accepted
  from campaign_wave join campaign using (recall_id, step, revision)
 where recall_id = $1 and step = $2 and revision = $3`;

/** What has happened to one recipient of a wave that nothing had happened to before. */
export type WaveNews = { wave: number; bounced?: number; complaints?: number; reason: string };

/** That a notice of somebody was refused or came back, of whom none had before; null where that is no news of theirs. */
export function bounceNews(wave: number, before: Contact, now: Contact, reason: string): WaveNews | null {
  return hasBounced(now) && !hasBounced(before) ? { wave, bounced: 1, reason } : null;
}

/** Counts what has happened in its waves, one transaction after the other. Gives the waves that are over their limit by it. */
export async function countInWaves(client: Client, key: CampaignKey, news: WaveNews[]): Promise<WaveCounts[]> {
  const values = [key.recallId, key.step, key.revision];
  const over: WaveCounts[] = [];
  for (const wave of [...new Set(news.map((one) => one.wave))].sort((a, b) => a - b)) {
    const { rows } = await client.query<Limited>(`${LIMITED} and wave = $4 for update of campaign_wave`, [
      ...values,
      wave,
    ]);
    const { stop, accepted, ...before } = rows[0]!;
    const now = news
      .filter((one) => one.wave === wave)
      .reduce<WaveCounts>((counts, { reason, ...one }) => addToWave(counts, { ...one, reasons: [reason] }), before);
    await client.query(
      `update campaign_wave set bounced = $5, complaints = $6, reasons = $7
        where recall_id = $1 and step = $2 and revision = $3 and wave = $4`,
      [...values, wave, now.bounced, now.complaints, JSON.stringify(now.reasons)],
    );
    if (stop !== null && !accepted && !isOver(before, stop) && isOver(now, stop)) over.push(now);
  }
  return over;
}

/** The same for what a door has seen: the workflow is told of each wave once. */
export async function tellOfWaves(client: Client, key: CampaignKey, at: IsoInstant, news: WaveNews[]): Promise<void> {
  const { recallId, step, revision } = key;
  for (const excess of await countInWaves(client, key, news))
    await enqueue(client, recallId, {
      id: `${recallId}/wave/${step}/${revision}/${excess.wave}`,
      at,
      input: { type: 'wave exceeded', step, revision, excess },
    });
}

/** The first wave that is over its limit and that nobody has accepted: while there is one, nothing is sent. */
export async function excessOf(client: Client, { recallId, step, revision }: CampaignKey): Promise<WaveCounts | null> {
  const { rows } = await client.query<Limited>({
    name: 'campaign-excess',
    text: `${LIMITED} and campaign.stop is not null and wave <> all (campaign.accepted) order by wave`,
    values: [recallId, step, revision],
  });
  const found = rows.find(({ stop, ...counts }) => isOver(counts, stop!));
  if (!found) return null;
  const { stop: _stop, accepted: _accepted, ...counts } = found;
  return counts;
}

/** In which wave somebody is told. */
export async function waveOf(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  recipient: RecipientId,
): Promise<number> {
  const { rows } = await client.query<{ wave: number }>(
    'select wave from recipient where recall_id = $1 and step = $2 and revision = $3 and recipient = $4',
    [recallId, step, revision, recipient],
  );
  return rows[0]!.wave;
}
