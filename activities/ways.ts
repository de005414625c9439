import type { Channel, ContactRung } from '../engine/channels.js';
import { PROBES, type ProviderName } from '../engine/providers.js';
import type { Queryable } from '../store/db.js';
import type { ClaimedNotice, PageSizes } from '../store/notices.js';
import { awayProviders, type AwayProvider } from '../store/providers.js';
import { CHANNEL_CONTRACTS } from './channels/registry.js';
import type { Deps } from './deps.js';
import type { WireKind } from './egress.js';

/** The ways that one run of a campaign has to its recipients: which of its channels can be used now. */
export type Ways = {
  /** Looks anew which providers are away, and says how many notices of each channel may be claimed. */
  look: (db: Queryable) => Promise<PageSizes>;
  /** These are tried now: while nothing of their channels gets through, this run tries no more of them. */
  try: (page: ClaimedNotice[]) => void;
  /** Providers of a channel that are known to be away. The first notice of a run asks those too: one may be back. */
  awayFor: (channel: Channel) => ReadonlySet<ProviderName>;
  /** The channels on which nothing gets through, with their providers. */
  closed: () => ReadonlyMap<Channel, ProviderName[]>;
};

export function waysOf({ egress }: Pick<Deps, 'egress'>, ladder: ContactRung[]): Ways {
  const channels = [...new Set(ladder.map(({ by }) => by))];
  const tried = new Set<Channel>();
  const asked = new Set<Channel>();
  let away: AwayProvider[] = [];
  const awayOn = (channel: Channel): ProviderName[] =>
    away.filter((one) => one.channel === channel).map(({ provider }) => provider);
  const isClosed = (channel: Channel): boolean => {
    const providers = egress.providers(wireOf(channel));
    return providers.length > 0 && providers.every((name) => awayOn(channel).includes(name));
  };
  const sizeOf = (channel: Channel): number => {
    const size = egress.pageSize(wireOf(channel), tried.has(channel));
    if (!isClosed(channel)) return size;
    return tried.has(channel) ? 0 : Math.min(size, PROBES);
  };
  return {
    async look(db) {
      away = await awayProviders(db);
      return Object.fromEntries(
        channels.map((channel) => [channel, sizeOf(channel)] as const).filter(([, size]) => size > 0),
      );
    },
    try(page) {
      for (const { channel } of page) tried.add(channel);
    },
    awayFor(channel) {
      if (asked.has(channel)) return new Set(awayOn(channel));
      asked.add(channel);
      return new Set();
    },
    closed: () => new Map(channels.filter(isClosed).map((channel) => [channel, awayOn(channel)])),
  };
}

/** A row can name a channel that this build does not know: its notices are put off, and it has no provider. */
function wireOf(channel: Channel): WireKind | null {
  return Object.hasOwn(CHANNEL_CONTRACTS, channel) ? CHANNEL_CONTRACTS[channel].wire : null;
}
