import type { Channel } from '../engine/channels.js';
import { heed, type DoNotContact, type Wish } from '../engine/do-not-contact.js';
import type { Market } from '../engine/words.js';
import { lawOfNotice } from '../regulations/direct-notice.js';
import type { Queryable } from '../store/db.js';
import type { RecallRow } from '../store/recalls.js';
import { suppressedAmong } from '../store/suppressions.js';
import type { Deps } from './deps.js';

/** Somebody who is to be told, with the channels and addresses on which they can be. */
type Addressed = {
  markets: Market[];
  channels: Channel[];
  addresses: Partial<Record<Channel, string>>;
  doNotContact: DoNotContact;
};

/**
 * The same with what their wishes and complaints leave of their channels. Who has asked not to be contacted is not, but where
 * the law demands this notice; who wants no more messages on a channel is told on others: a recall concerns them all the same.
 */
export async function withWishes<T extends Addressed>(
  { regimes }: Pick<Deps, 'regimes'>,
  db: Queryable,
  { action, caseFile: { regulatory } }: RecallRow,
  recipients: T[],
  /** Channels on which there is anybody who wants no more messages: of others nothing is looked up. */
  suppressed: readonly Channel[],
): Promise<(T & { wish: Wish | null })[]> {
  const domain = regulatory?.domain ?? null;
  const heeded = recipients.map((one) => {
    const { markets } = one;
    const { channels, wish } = heed(one.channels, one.doNotContact, lawOfNotice(regimes, { markets, action, domain }));
    return { ...one, wish, channels };
  });
  const closed = new Map<Channel, Set<string>>();
  for (const channel of suppressed) {
    const addresses = heeded.flatMap((one) => (one.channels.includes(channel) ? (one.addresses[channel] ?? []) : []));
    if (addresses.length > 0) closed.set(channel, await suppressedAmong(db, channel, addresses));
  }
  return heeded.map((one) => {
    const channels = one.channels.filter((channel) => !closed.get(channel)?.has(one.addresses[channel]!));
    return {
      ...one,
      channels,
      addresses: Object.fromEntries(channels.map((channel) => [channel, one.addresses[channel]])),
    };
  });
}
