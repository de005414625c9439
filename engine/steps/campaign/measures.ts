import type { Layer } from '../../cascade.js';
import { layersOf } from '../../layers.js';
import { ASKED_IN_DOUBT, type Channel } from '../../channels.js';
import { customerOf } from '../../contact-roles.js';
import { isReached } from '../../contact.js';
import { pick, sum, type Entries } from '../../entries.js';
import { isOwnMessage, unitsOf, type Fact, type LedgerEntry, type NoticeRow } from '../../facts.js';
import { publicityOf, type Publicity } from '../../outlets.js';
import { recipientsOf } from '../../recipients.js';
import type { IsoInstant, RecipientId, StepName } from '../../words.js';

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

export function campaignMeasures({ events, facts }: Entries): CampaignMeasures {
  const opened = pick(events, 'recall opened')[0]?.body;
  const layers = opened ? layersOf(opened.playbook) : new Map<StepName, Layer>();
  return {
    told: toldBetween(facts),
    notices: noticesOf(facts, layers),
    cascade: cascadeOf(facts, layers),
    channels: channelsOf(facts),
    publicity: publicityOf(facts),
  };
}

function toldBetween(facts: Entries['facts']): CampaignMeasures['told'] {
  const taken = pick(facts, 'notices settled').filter(({ body }) => body.delivered + body.handed > 0);
  const [first, last] = [taken[0], taken.at(-1)];
  return first && last ? { firstAt: first.entry.at, lastAt: last.entry.at } : null;
}

function cascadeOf(facts: Entries['facts'], layers: ReadonlyMap<StepName, Layer>): CampaignMeasures['cascade'] {
  const told = [...recipientsOf(facts)].flatMap(([step, of]) => {
    const layer = layers.get(step);
    return layer === undefined ? [] : [{ layer, recipients: [...of.values()] }];
  });
  return Object.fromEntries(
    told.map(({ layer, recipients }): [Layer, LayerMeasures] => {
      const answers = recipients.flatMap(({ answer }) => answer ?? []);
      const delivered = recipients.filter(isReached).length;
      const units = sum(answers, unitsOf);
      return [layer, { recipients: recipients.length, delivered, responded: answers.length, units }];
    }),
  );
}

function noticesOf(all: Entries['facts'], layers: ReadonlyMap<StepName, Layer>): CampaignMeasures['notices'] {
  // Who was told because somebody named them is counted by their layer, and nowhere else.
  const facts = all.filter(({ body }) => !('step' in body) || !layers.has(body.step));
  const campaigns = recipientsOf(facts);
  const recipients = [...campaigns.values()].flatMap((told) => [...told.values()]);
  const withoutMail = recipients.filter(
    (one) => !isReached({ tries: one.tries.filter(isMail) }) && one.answer === null,
  );
  const settled = [...pick(facts, 'notices settled'), ...pick(facts, 'notices carried')];
  // One notice can come back twice: for now, and then for good.
  const bounces = new Set(ownMessages(facts, 'notice bounced').map(({ body }) => noticeName(body)));
  const responses = pick(facts, 'response recorded');
  const doubted = pick(all, 'notices in doubt').flatMap(({ entry }) => noticeRows(entry));
  const sentBlindly = doubted.filter(({ channel }) => !ASKED_IN_DOUBT.includes(channel));
  // The units are the customer's, whichever of its contacts reports them.
  const answers = new Map(responses.map(({ body }) => [`${body.step} ${customerOf(body.recipient)}`, body]));
  const contacts = new Map<string, number>();
  for (const [step, told] of campaigns)
    for (const recipient of told.keys()) {
      const customer = `${step} ${customerOf(recipient)}`;
      contacts.set(customer, (contacts.get(customer) ?? 0) + 1);
    }
  // Whoever answered a revision that told others since has answered too.
  const contactsOf = (step: StepName, customer: RecipientId): number => contacts.get(`${step} ${customer}`) ?? 1;
  const byLanguage: Record<string, number> = {};
  for (const { row } of recipients) byLanguage[row.noticeLanguage] = (byLanguage[row.noticeLanguage] ?? 0) + 1;
  return {
    recipients: recipients.length,
    notTold: sum([...lastFrozen(facts).values()], (frozen) => frozen),
    delivered: sum(settled, ({ body }) => body.delivered),
    refused: sum(settled, ({ body }) => body.refused),
    bounced: bounces.size,
    responded: sum([...answers.values()], ({ step, recipient }) => contactsOf(step, customerOf(recipient))),
    unitsBeyondRecords: sum([...answers.values()], ({ step, recipient, answer }) => {
      const received = campaigns.get(step)?.get(recipient)?.row.units ?? 0;
      return Math.max(0, unitsOf(answer) - received);
    }),
    unreachable: withoutMail.length,
    reachedOtherwise: withoutMail.filter(isReached).length,
    inDoubt: doubted.length,
    possibleDuplicates: possibleDuplicates(sentBlindly, takenMessages(all)),
    byLanguage,
  };
}

function isMail({ channel }: { channel: Channel }): boolean {
  return channel === 'email';
}

function channelsOf(facts: Entries['facts']): CampaignMeasures['channels'] {
  const calls = pick(facts, 'call recorded').map(({ body }) => body);
  const channels: CampaignMeasures['channels'] = {
    call: {
      ...{ entered: calls.length, reached: calls.filter(({ result }) => result === 'reached').length },
      ...NO_NOTICES,
    },
  };
  const of = (channel: Channel): ChannelMeasures =>
    channel === 'call' ? channels.call : (channels[channel] ??= { ...NO_NOTICES });
  for (const { entry } of [...pick(facts, 'notices settled'), ...pick(facts, 'notices carried')])
    for (const { channel, outcome } of noticeRows(entry)) {
      if (outcome === 'delivered') of(channel).delivered += 1;
      else if (outcome === 'refused' || outcome === 'egress-refused') of(channel).refused += 1;
    }
  const bounced = new Map(ownMessages(facts, 'notice bounced').map(({ body }) => [noticeName(body), body.channel]));
  for (const channel of bounced.values()) of(channel).bounced += 1;
  for (const { body } of ownMessages(facts, 'notice arrived')) of(body.channel).arrived += 1;
  return channels;
}

const NO_NOTICES: ChannelMeasures = { delivered: 0, refused: 0, bounced: 0, arrived: 0 };

function noticeName({ step, revision, recipient, rung }: Fact & { type: 'notice bounced' }): string {
  return `${step} ${revision} ${recipient} ${rung}`;
}

/** Of each campaign, as it was frozen last. */
function lastFrozen(facts: Entries['facts']): Map<StepName, number> {
  return new Map(pick(facts, 'recipients frozen').map(({ body: { step, notTold } }) => [step, notTold]));
}

/** Messages that went out, each once, whoever else they were for. */
function noticeRows({ rows }: Pick<LedgerEntry, 'rows'>): NoticeRow[] {
  return ((rows ?? []) as NoticeRow[]).filter(isOwnMessage);
}

function ownMessages<T extends 'notice bounced' | 'notice arrived'>(facts: Entries['facts'], type: T) {
  return pick(facts, type).filter(({ body }) => isOwnMessage(body));
}

/** Ids of the messages that a provider is known to have taken. */
function takenMessages(facts: Entries['facts']): Set<string> {
  const notices = pick(facts, 'notices settled').flatMap(({ entry }) => noticeRows(entry));
  const others = [...pick(facts, 'person told'), ...pick(facts, 'filing sent')].map(({ body }) => body);
  return new Set(
    [...notices, ...others].filter(({ outcome }) => outcome === 'delivered').map(({ messageId }) => messageId),
  );
}

/** Each time in doubt may have been an arrival, and so was the time at which the message was taken; one of them is no duplicate. */
function possibleDuplicates(doubted: NoticeRow[], taken: ReadonlySet<string>): number {
  const arrivals = new Map<string, number>();
  for (const { messageId } of doubted)
    arrivals.set(messageId, (arrivals.get(messageId) ?? (taken.has(messageId) ? 1 : 0)) + 1);
  return sum([...arrivals.values()], (count) => count - 1);
}
