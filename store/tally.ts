import type { Tally } from '../engine/tally.js';
import type { IsoInstant } from '../engine/words.js';
import type { CampaignKey } from './campaigns.js';
import type { Queryable } from './db.js';

/** The counts of a campaign, as its rows are kept counted (store/migrations/0003_sending.sql): no dearer for a million recipients. */
export async function tallyOf(db: Queryable, { recallId, step, revision }: CampaignKey): Promise<Tally> {
  const { rows } = await db.query<Tally>({
    name: 'campaign-tally',
    text: `select coalesce(sum(recipients), 0)::integer as recipients, coalesce(sum(delivered), 0)::integer as delivered,
                  coalesce(sum(refused), 0)::integer as refused, coalesce(sum(bounced), 0)::integer as bounced,
                  coalesce(sum(responded), 0)::integer as responded, coalesce(sum(unreachable), 0)::integer as unreachable,
                  coalesce(sum(units_reported), 0)::integer as "unitsReported",
                  (select coalesce(jsonb_object_agg(channel, counts), '{}')
                     from (select channel, jsonb_build_object('delivered', sum(delivered), 'refused', sum(refused), 'bounced', sum(bounced)) as counts
                             from channel_count where recall_id = $1 and step = $2 and revision = $3 group by channel) one) as "byChannel"
             from campaign_count where recall_id = $1 and step = $2 and revision = $3`,
    values: [recallId, step, revision],
  });
  return rows[0]!;
}

/** The counts of a campaign, as engine/contact.ts defines them, counted anew over all its rows: what the kept ones are held against. */
export async function recountOf(db: Queryable, { recallId, step, revision }: CampaignKey): Promise<Tally> {
  const { rows } = await db.query<Tally>({
    name: 'campaign-recount',
    // Without a join: on tables that were never analyzed the planner would compare every recipient with every notice.
    text: `with tried as (
             select recipient, channel, state = 'delivered' as delivered, state in ('refused', 'egress-refused', 'suppressed') as refused, state = 'handed' as carried,
                    bounced is not null as bounced
               from notice where recall_id = $1 and step = $2 and revision = $3)
           select count(*)::integer as recipients,
                  count(*) filter (where standing > 0)::integer as delivered,
                  count(*) filter (where taken = 0 and refused > 0)::integer as refused,
                  count(*) filter (where taken > 0 and standing = 0)::integer as bounced,
                  count(*) filter (where answered)::integer as responded,
                  count(*) filter (where standing = 0 and carried = 0 and not answered and (lost or begun))::integer as unreachable,
                  coalesce(sum(units), 0)::integer as "unitsReported",
                  (select coalesce(jsonb_object_agg(channel, counts), '{}')
                     from (select channel, jsonb_build_object('delivered', count(*) filter (where delivered),
                                  'refused', count(*) filter (where refused), 'bounced', count(*) filter (where bounced)) as counts
                             from tried group by channel) one) as "byChannel"
             from (select bool_or(lost) as lost, bool_or(begun) as begun, bool_or(answered) as answered, sum(units) as units,
                          count(*) filter (where delivered and not bounced) as standing,
                          count(*) filter (where delivered or bounced) as taken,
                          count(*) filter (where refused) as refused,
                          count(*) filter (where carried and not bounced) as carried
                     from (select recipient, addresses = '{}' as lost, first_at is not null as begun, answer is not null as answered,
                                  (answer->>'quarantined')::integer + (answer->>'soldOn')::integer + (answer->>'destroyed')::integer as units,
                                  null::boolean as delivered, null::boolean as refused, null::boolean as carried, null::boolean as bounced
                             from recipient where recall_id = $1 and step = $2 and revision = $3
                           union all
                           select recipient, null, null, null, null, delivered, refused, carried, bounced from tried) known
                    group by recipient) one`,
    values: [recallId, step, revision],
  });
  return rows[0]!;
}

/** The earliest instant after `now` at which a notice of the campaign will be due to somebody of its waves up to this one. */
export async function nextDueOf(
  db: Queryable,
  { recallId, step, revision, wave }: CampaignKey & { wave: number },
  now: IsoInstant,
): Promise<IsoInstant | null> {
  const { rows } = await db.query<{ due: IsoInstant | null }>({
    name: 'campaign-next-due',
    text: `select min(next_due) as due from recipient
            where recall_id = $1 and step = $2 and revision = $3 and next_due is not null and next_rung is not null and answered_at is null
              and next_due > $4 and wave <= $5`,
    values: [recallId, step, revision, now, wave],
  });
  return rows[0]!.due;
}
