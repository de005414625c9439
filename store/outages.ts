import type { Channel, ContactRung } from '../engine/channels.js';
import { passedOver } from '../engine/contact.js';
import type { Fact } from '../engine/facts.js';
import type { ProviderName } from '../engine/providers.js';
import { after, epochMs, secondsAfter, type IsoInstant, type RecipientId, type StepName } from '../engine/words.js';
import { keepStandings, lockContacts } from './contacts.js';
import type { Client, Queryable } from './db.js';
import { appendFact } from './ledger.js';
import { requireLatest, type CampaignRun } from './notices.js';

/** Notices of a campaign wait for a channel whose providers are all away. `since` in recall time. */
export type Outage = { channel: Channel; since: IsoInstant; waiting: number; toldAt: IsoInstant | null };

/** So many recipients are looked at in one transaction. */
const BATCH = 500;

/**
 * Keeps for which channels notices of a campaign wait and since when, and records when that begins and ends. `away`: the
 * channels that nothing can be sent on now, with the providers that are away.
 */
export async function keepOutages(
  client: Client,
  run: CampaignRun,
  now: IsoInstant,
  away: ReadonlyMap<Channel, ProviderName[]>,
): Promise<Outage[]> {
  await requireLatest(client, run);
  const { recallId, step, revision } = run;
  const key = [recallId, step, revision];
  const record = (fact: Fact): Promise<void> => appendFact(client, { recallId, at: now, fact });
  for (const { channel, since } of await outagesOf(client, run)) {
    if (away.has(channel)) continue;
    await client.query('delete from outage where recall_id = $1 and step = $2 and revision = $3 and channel = $4', [
      ...key,
      channel,
    ]);
    await record({ type: 'channel back', v: 1, step, revision, channel, since });
  }
  for (const [channel, providers] of away) {
    const waiting = await waitingFor(client, run, channel, now);
    const { rowCount } = await client.query(
      `update outage set waiting = $5 where recall_id = $1 and step = $2 and revision = $3 and channel = $4`,
      [...key, channel, waiting],
    );
    if (rowCount === 1 || waiting === 0) continue;
    await client.query(
      'insert into outage (recall_id, step, revision, channel, since, waiting) values ($1, $2, $3, $4, $5, $6)',
      [...key, channel, now, waiting],
    );
    await record({ type: 'channel away', v: 1, step, revision, channel, providers, waiting });
  }
  return outagesOf(client, run);
}

async function outagesOf(client: Client, { recallId, step, revision }: CampaignRun): Promise<Outage[]> {
  const { rows } = await client.query<Outage>(
    `select channel, since, waiting, told_at as "toldAt" from outage
      where recall_id = $1 and step = $2 and revision = $3 order by channel`,
    [recallId, step, revision],
  );
  return rows;
}

/** Whose next notice would go on this channel and is due, or has been put off. */
async function waitingFor(
  client: Client,
  { recallId, step, revision, wave }: CampaignRun,
  channel: Channel,
  now: IsoInstant,
): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>({
    name: 'outage-waiting',
    text: `select count(*)::integer as waiting from recipient join campaign using (recall_id, step, revision)
            where recall_id = $1 and step = $2 and revision = $3 and answered_at is null
              and wave <= $6 and campaign.ladder->next_rung->>'by' = $4
              and (next_due is null or next_due <= $5
                   or exists (select from notice
                               where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3
                                 and notice.recipient = recipient.recipient and notice.rung = next_rung and state = 'deferred'))`,
    values: [recallId, step, revision, channel, now, wave],
  });
  return rows[0]!.waiting;
}

/**
 * Leads those who wait for a channel on to a later rung where that is due: nobody is left untold on a channel that works for
 * one that does not. Gives how many were led on; `from` is the last recipient who was looked at, null where all were.
 */
export async function passOver(
  client: Client,
  run: CampaignRun,
  ladder: ContactRung[],
  { outage, now, from }: { outage: Pick<Outage, 'channel' | 'since'>; now: IsoInstant; from: RecipientId | null },
): Promise<{ moved: number; from: RecipientId | null }> {
  await requireLatest(client, run);
  const { recallId, step, revision, wave } = run;
  const later = ladder.map(({ by, after: wait }, rung) => ({ rung, by, from: before(now, wait) }));
  const { rows } = await client.query<{ recipient: RecipientId }>({
    name: 'outage-passed',
    text: `select recipient from recipient join campaign using (recall_id, step, revision)
            where recall_id = $1 and step = $2 and revision = $3 and answered_at is null
              and wave <= $10 and campaign.ladder->next_rung->>'by' = $4 and (next_due is null or next_due <= $5)
              and not exists (select from notice
                               where notice.recall_id = $1 and notice.step = $2 and notice.revision = $3
                                 and notice.recipient = recipient.recipient and state = 'claimed')
              and exists (select from jsonb_to_recordset($6::jsonb) as later(rung integer, by text, "from" text)
                           where later.rung > next_rung and addresses ? later.by
                             and coalesce(first_at, $7) <= later."from" collate "C")
              and recipient > $8
            order by recipient limit $9`,
    values: [
      recallId,
      step,
      revision,
      outage.channel,
      now,
      JSON.stringify(later),
      outage.since,
      from ?? '',
      BATCH,
      wave,
    ],
  });
  if (rows.length === 0) return { moved: 0, from: null };
  const { contacts } = await lockContacts(
    client,
    run,
    rows.map(({ recipient }) => recipient),
  );
  const moved = new Map(
    [...contacts].flatMap(([recipient, contact]) => {
      const led = passedOver(contact, ladder, { since: outage.since, at: now });
      return led === contact ? [] : [[recipient, led] as const];
    }),
  );
  await keepStandings(client, run, moved);
  return { moved: moved.size, from: rows.length < BATCH ? null : rows.at(-1)!.recipient };
}

/** When a pause began that ends now. */
function before(now: IsoInstant, wait: ContactRung['after']): IsoInstant {
  return secondsAfter(now, (epochMs(now) - epochMs(after(now, wait))) / 1000);
}

/** People have been told of an outage. */
export async function setTold(client: Client, run: CampaignRun, channel: Channel, at: IsoInstant): Promise<void> {
  await client.query(
    `update outage set told_at = $5 where recall_id = $1 and step = $2 and revision = $3 and channel = $4`,
    [run.recallId, run.step, run.revision, channel, at],
  );
}

/** What waits in a recall that has not ended, by step and channel. */
export async function waitingOf(
  db: Queryable,
  recallId: string,
): Promise<{ step: StepName; channel: Channel; since: IsoInstant; waiting: number; toldAt: IsoInstant | null }[]> {
  const { rows } = await db.query<Outage & { step: StepName }>(
    `select step, channel, since, waiting, told_at as "toldAt" from outage join recall on recall.id = recall_id
      where recall_id = $1 and waiting > 0 and phase <> 'ended' order by step, channel`,
    [recallId],
  );
  return rows;
}

/** How many notices wait for each channel, in all recalls that have not ended. */
export async function waitingByChannel(db: Queryable): Promise<Partial<Record<Channel, number>>> {
  const { rows } = await db.query<{ channel: Channel; waiting: number }>(
    `select channel, sum(waiting)::integer as waiting from outage join recall on recall.id = recall_id
      where phase <> 'ended' group by channel`,
  );
  return Object.fromEntries(rows.map(({ channel, waiting }) => [channel, waiting]));
}
