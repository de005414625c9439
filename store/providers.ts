import type { Channel } from '../engine/channels.js';
import { standingAfter, type ProviderName, type Seen, type Standing } from '../engine/providers.js';
import { instantOf, type IsoInstant } from '../engine/words.js';
import type { Client, Queryable } from './db.js';

/** A provider that is away, since when by the wall clock, and what it last answered. */
export type AwayProvider = { channel: Channel; provider: ProviderName; since: IsoInstant; why: string | null };

/**
 * The providers that are away, for all recalls and all workers. Notices that wait try them every quarter of an hour, so of one
 * that nobody has tried for a day nothing is known: it may have been taken out of the settings.
 */
export async function awayProviders(db: Queryable): Promise<AwayProvider[]> {
  const { rows } = await db.query<Omit<AwayProvider, 'since'> & { since: Date }>({
    name: 'providers-away',
    text: `select channel, provider, away_since as since, why from provider
            where away_since is not null and seen_at > clock_timestamp() - interval '1 day' order by channel, provider`,
  });
  return rows.map((row) => ({ ...row, since: instantOf(row.since.getTime()) }));
}

/** Keeps what the wires of a channel have shown. Where all work and did, nothing is written. */
export async function keepSeen(client: Client, channel: Channel, seen: Seen[]): Promise<void> {
  // In one order, so that no two of us wait for each other.
  for (const provider of [...new Set(seen.map((one) => one.provider))].sort())
    await keepSeenOf(
      client,
      { channel, provider },
      seen.filter((one) => one.provider === provider),
    );
}

async function keepSeenOf(
  client: Client,
  { channel, provider }: { channel: Channel; provider: ProviderName },
  seen: Seen[],
): Promise<void> {
  const works = seen.some(({ shows }) => shows === 'works');
  if (!works)
    await client.query('insert into provider (channel, provider) values ($1, $2) on conflict do nothing', [
      channel,
      provider,
    ]);
  const { rows } = await client.query<Omit<Standing, 'awaySince'> & { awaySince: Date | null; now: Date }>({
    name: 'provider-locked',
    text: `select failures, put_off as "putOff", away_since as "awaySince", why, clock_timestamp() as now from provider
            where channel = $1 and provider = $2 and (not $3 or failures > 0 or put_off > 0 or away_since is not null)
              for update`,
    values: [channel, provider, works],
  });
  if (!rows[0]) return;
  const { now, awaySince, ...rest } = rows[0];
  const before = { ...rest, awaySince: awaySince && instantOf(awaySince.getTime()) };
  const after = standingAfter(before, seen, instantOf(now.getTime()));
  await client.query({
    name: 'provider-stands',
    text: `update provider set failures = $3, put_off = $4, away_since = $5, why = $6, seen_at = clock_timestamp()
            where channel = $1 and provider = $2`,
    values: [channel, provider, after.failures, after.putOff, after.awaySince, after.why],
  });
}
