import { RINGING } from '../engine/quiet.js';
import type { IsoInstant, Market } from '../engine/words.js';
import type { Client } from './db.js';
import type { CampaignRun } from './notices.js';

const DUE = `recall_id = $1 and step = $2 and revision = $3 and wave <= $4 and answered_at is null
  and next_rung is not null and (next_due is null or next_due <= $5)
  and (select ladder->next_rung->>'by' from campaign
        where campaign.recall_id = $1 and campaign.step = $2 and campaign.revision = $3) = any ($6)`;

/** Who would be rung up now and is in their quiet hours is due when these end. Gives no notice a verdict: nothing was tried. */
export async function keepQuiet(
  client: Client,
  { recallId, step, revision, wave }: CampaignRun,
  now: IsoInstant,
  quietUntil: (markets: Market[]) => IsoInstant | null,
): Promise<void> {
  const values = [recallId, step, revision, wave, now, RINGING];
  const { rows } = await client.query<{ markets: Market[] }>({
    name: 'campaign-ringing',
    text: `select distinct markets from recipient where ${DUE}`,
    values,
  });
  for (const { markets } of rows) {
    const until = quietUntil(markets);
    if (until === null) continue;
    await client.query({
      name: 'campaign-quiet',
      text: `update recipient set next_due = $7, quiet_rungs = array_append(array_remove(quiet_rungs, next_rung), next_rung) where ${DUE} and markets = $8`,
      values: [...values, until, markets],
    });
  }
}
