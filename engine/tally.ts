import type { Channel } from './channels.js';

/**
 * Counts of a campaign: all that the engine ever sees of its recipients. Three words that are one each:
 * *answered*: an ask or one contact has got its answer. It happens once, at an instant, and a later answer corrects it.
 * *responded*: how many recipients of a campaign have answered, a count.
 * *acknowledged*: the share of a campaign's recipients that have responded, which is what a playbook's conditions see.
 */
export type Tally = {
  recipients: number;
  /** Recipients whom a notice has reached. */
  delivered: number;
  /** Recipients of whose notices none was taken and at least one was refused. */
  refused: number;
  /** Recipients of whose notices all that were taken came back. */
  bounced: number;
  /** Recipients who have answered. */
  responded: number;
  /** Recipients who have not answered, and have no address on a channel of the ladder or notices that have all come to nothing so far, of which people carry none. */
  unreachable: number;
  /** Units that the latest answer of each recipient accounts for. */
  unitsReported: number;
  /** Notices, not recipients, of each channel that was tried. */
  byChannel: Partial<Record<Channel, ChannelTally>>;
};

/** `delivered`: taken by the provider, whether or not they came back later. `refused`: by the provider or before the wire. */
export type ChannelTally = { delivered: number; refused: number; bounced: number };

/** The counts of a campaign that has nobody to tell yet. */
export const NO_TALLY: Tally = {
  recipients: 0,
  delivered: 0,
  refused: 0,
  bounced: 0,
  responded: 0,
  unreachable: 0,
  unitsReported: 0,
  byChannel: {},
};

/** What the conditions of a playbook see of a campaign's counts. */
export function countsSeen(tally: Tally): {
  recipients: number;
  delivered: number;
  unreachable: number;
  acknowledged: number;
} {
  const { recipients, delivered, unreachable, responded } = tally;
  return { recipients, delivered, unreachable, acknowledged: recipients === 0 ? 0 : responded / recipients };
}
