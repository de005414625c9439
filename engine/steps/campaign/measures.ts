import type { Layer } from '../../cascade.js';
import type { Channel } from '../../channels.js';
import { pick, sum } from '../../entries.js';
import { layersOf } from '../../layers.js';
import type { Measured } from '../../measured.js';
import { publicityOf, type Publicity } from '../../outlets.js';
import type { Counted } from '../../told-counts.js';
import type { IsoInstant, StepName } from '../../words.js';

/** Notices on one channel: taken by its provider, refused, sent back later, and known to have arrived, where its provider says so. What people carry counts when they have said what became of it. */
export type ChannelMeasures = { delivered: number; refused: number; bounced: number; arrived: number };

/** What was entered of calls, and how many of them spoke to somebody, beside what that was for the notices of a ladder. */
export type CallMeasures = ChannelMeasures & { entered: number; reached: number };
/** Recipients, whom of them a notice has reached, who has answered, and for how many units these answers account. */
export type LayerMeasures = { recipients: number; delivered: number; responded: number; units: number };

export type CampaignMeasures = {
  /** When the first and the last notice went out that a provider, or people who carry it, took, null where none did. */
  told: { firstAt: IsoInstant; lastAt: IsoInstant } | null;
  notices: {
    recipients: number;
    /** Consignees who are not told, because all that they bought was credited; with the recipients they are all consignees. */
    notTold: number;
    /** Notices (not recipients) that a provider took, refused, and sent back later. */
    delivered: number;
    refused: number;
    bounced: number;
    /** Recipients who answered at least once, or for whom another contact of their customer did. */
    responded: number;
    /** Units that recipients report beyond what the records say they received. */
    unitsBeyondRecords: number;
    /** Recipients who have not answered and have no e-mail that stands: no address, or all refused or bounced. */
    unreachable: number;
    /** Those of them whom a notice on another channel has reached. */
    reachedOtherwise: number;
    /**
     * Messages of any kind of which nobody knew whether the provider had taken them, each time that this was so; and how
     * many of them may have arrived more than once, because they were sent again and not refused.
     */
    inDoubt: number;
    possibleDuplicates: number;
    /** Recipients by the language of their notice. */
    byLanguage: Record<string, number>;
  };
  /** How far the public was told. */
  publicity: Publicity;
  /** Those who were passed the product on, each layer by itself: nothing of them is in the numbers above, but for doubts and channels. */
  cascade: Partial<Record<Layer, LayerMeasures>>;
  /** Of the channels that were used, and of all calls by people, whether a ladder or a task asked for them. */
  channels: Partial<Record<Channel, ChannelMeasures>> & { call: CallMeasures };
};

export function campaignMeasures({ events, facts, counted }: Measured): CampaignMeasures {
  const opened = pick(events, 'recall opened')[0]?.body;
  const layers = opened ? layersOf(opened.playbook) : new Map<StepName, Layer>();
  return {
    told: counted.told,
    notices: noticesOf(counted, layers),
    cascade: cascadeOf(counted, layers),
    channels: channelsOf(counted),
    publicity: publicityOf(facts),
  };
}

function cascadeOf({ campaigns }: Counted, layers: ReadonlyMap<StepName, Layer>): CampaignMeasures['cascade'] {
  return Object.fromEntries(
    [...campaigns].flatMap(([step, { recipients, reached, answered, units }]): [Layer, LayerMeasures][] => {
      const layer = layers.get(step);
      return layer === undefined ? [] : [[layer, { recipients, delivered: reached, responded: answered, units }]];
    }),
  );
}

function noticesOf(counted: Counted, layers: ReadonlyMap<StepName, Layer>): CampaignMeasures['notices'] {
  // Who was told because somebody named them is counted by their layer, and nowhere else.
  const ours = <T>(of: ReadonlyMap<StepName, T>): T[] => {
    return [...of].filter(([step]) => !layers.has(step)).map(([, one]) => one);
  };
  const campaigns = ours(counted.campaigns);
  const [settled, answers] = [ours(counted.settled), ours(counted.answers)];
  const byLanguage: Record<string, number> = {};
  for (const [language, count] of campaigns.flatMap((one) => Object.entries(one.byLanguage)))
    byLanguage[language] = (byLanguage[language] ?? 0) + count;
  return {
    recipients: sum(campaigns, ({ recipients }) => recipients),
    notTold: sum(ours(counted.notTold), (frozen) => frozen),
    delivered: sum(settled, ({ delivered }) => delivered),
    refused: sum(settled, ({ refused }) => refused),
    bounced: sum(ours(counted.bounced), (bounced) => bounced),
    responded: sum(answers, ({ responded }) => responded),
    unitsBeyondRecords: sum(answers, ({ unitsBeyondRecords }) => unitsBeyondRecords),
    unreachable: sum(campaigns, ({ unreachable }) => unreachable),
    reachedOtherwise: sum(campaigns, ({ reachedOtherwise }) => reachedOtherwise),
    inDoubt: counted.inDoubt,
    possibleDuplicates: counted.possibleDuplicates,
    byLanguage,
  };
}

function channelsOf({ taken, carried, back, arrived, calls }: Counted): CampaignMeasures['channels'] {
  const channels: CampaignMeasures['channels'] = { call: { ...calls, ...NO_NOTICES } };
  const of = (channel: Channel): ChannelMeasures =>
    channel === 'call' ? channels.call : (channels[channel] ??= { ...NO_NOTICES });
  for (const [channel, { delivered, refused }] of [...taken, ...carried]) {
    of(channel).delivered += delivered;
    of(channel).refused += refused;
  }
  for (const [channel, count] of back) of(channel).bounced += count;
  for (const [channel, count] of arrived) of(channel).arrived += count;
  return channels;
}

const NO_NOTICES: ChannelMeasures = { delivered: 0, refused: 0, bounced: 0, arrived: 0 };
