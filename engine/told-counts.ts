import { ASKED_IN_DOUBT, type Channel } from './channels.js';
import { newColumn, numberAt, putNumber, type Column } from './columns.js';
import { customerOf } from './contact-roles.js';
import {
  isOwnMessage,
  unitsOf,
  type Fact,
  type LedgerEntry,
  type NotToldRow,
  type NoticeRow,
  type RecipientRow,
} from './facts.js';
import type { IsoInstant, RecipientId, StepName } from './words.js';

/*
 * What a ledger says of those who are told and of their notices is as much as they are. It is counted as it is read, and of each
 * recipient a few numbers are kept, so that a million of them fit into a process that does other things too.
 */

/** Recipients of a campaign as they were frozen last, by what became of their notices. */
export type ToldCounts = {
  recipients: number;
  /** Whom a notice has reached. */
  reached: number;
  /** Who have answered, or for whom another contact of their customer did, and the units that these answers account for. */
  answered: number;
  units: number;
  /** Who have not answered and have no e-mail that stands; and those of them whom a notice on another channel has reached. */
  unreachable: number;
  reachedOtherwise: number;
  byLanguage: Record<string, number>;
};
/** Answers to a campaign, the last of each customer. */
export type AnswerCounts = {
  /** Recipients as they were frozen last whose customer has answered. */
  responded: number;
  unitsBeyondRecords: number;
};
export type MessageCounts = {
  told: { firstAt: IsoInstant; lastAt: IsoInstant } | null;
  /** By campaign: what providers and people who carry notices took and refused, and what came back. */
  settled: Map<StepName, { delivered: number; refused: number }>;
  bounced: Map<StepName, number>;
  /** By channel, in the order in which they were first seen. */
  taken: Map<Channel, { delivered: number; refused: number }>;
  carried: Map<Channel, { delivered: number; refused: number }>;
  back: Map<Channel, number>;
  arrived: Map<Channel, number>;
  calls: { entered: number; reached: number };
  inDoubt: number;
  possibleDuplicates: number;
};
export type Counted = MessageCounts & {
  campaigns: Map<StepName, ToldCounts>;
  answers: Map<StepName, AnswerCounts>;
  /** Of each campaign as it was frozen last: consignees who are not told. */
  notTold: Map<StepName, number>;
  /** What customers of ours reported, each as they last did. */
  reported: { quarantined: number; soldOn: number; destroyed: number };
};

/** Of a notice: that it is known at all, went by mail, was taken, came back. */
const KNOWN = 1;
const MAIL = 2;
const DELIVERED = 4;
const BOUNCED = 8;

type FrozenSet = {
  revision: number;
  /** Ids in the order of the list. */
  order: Column;
  size: number;
  /** By id: units, which nobody has who is not told, and the language of the notice as its place in `languages`. */
  units: Column;
  language: Column;
  /** What is known of the notice of each rung, by id. */
  rungs: Column[];
  /** Units of their own last answer. */
  answer: Column;
  /** The recipients of customers that have several. */
  several: Map<number, number[]>;
};
type Answers = { by: Column; units: Column };

/** Takes the facts of a ledger one after the other, in their order. `isPassedOn`: whether a campaign tells those who were named. */
export function countTold(isPassedOn: (step: StepName) => boolean) {
  const ids = new Map<RecipientId, number>();
  const customers = newColumn();
  const languages: string[] = [];
  const campaigns = new Map<StepName, FrozenSet>();
  const answers = new Map<StepName, Answers>();
  const notTold = new Map<StepName, number>();
  const last = { quarantined: newColumn(), soldOn: newColumn(), destroyed: newColumn() };
  /** The pages of a list stand one after the other, and before its last. */
  let listed: FrozenSet | null = null;
  const messages = { ...noMessages(), bounces: new Map<string, { step: StepName; channel: Channel }>() };
  /** Messages of which it was not known whether they were taken, how often, and whether they have been. */
  const doubted = new Map<string, { times: number; isTaken: boolean }>();

  const idOf = (recipient: RecipientId): number => {
    const known = ids.get(recipient);
    if (known !== undefined) return known;
    const id = ids.size;
    ids.set(recipient, id);
    const customer = customerOf(recipient);
    putNumber(customers, id, customer === recipient ? id : idOf(customer));
    return id;
  };

  const add = (set: FrozenSet, rows: readonly (RecipientRow | NotToldRow)[]): void => {
    for (const row of rows) {
      if ('notTold' in row) continue;
      const id = idOf(row.recipient);
      if (!isTold(set, id)) {
        putNumber(set.order, set.size, id);
        set.size += 1;
      }
      let language = languages.indexOf(row.noticeLanguage);
      if (language < 0) language = languages.push(row.noticeLanguage) - 1;
      putNumber(set.language, id, language);
      putNumber(set.units, id, row.units);
      const customer = numberAt(customers, id);
      if (customer === id) continue;
      const others = set.several.get(customer);
      if (others) others.push(id);
      else set.several.set(customer, [customer, id]);
    }
  };
  // What came of an earlier revision after a corrected one was frozen says nothing of the notices of that.
  const toldBy = ({ step, revision, recipient }: { step: StepName; revision: number; recipient: RecipientId }) => {
    const set = campaigns.get(step);
    const id = ids.get(recipient);
    return set?.revision === revision && id !== undefined && isTold(set, id) ? { set, id } : null;
  };

  /** A bounce can stand in the ledger before the settlement that it has overtaken. */
  const note = (
    notice: { step: StepName; revision: number; recipient: RecipientId; rung: number; channel: Channel },
    change: (known: number) => number,
  ): void => {
    const told = toldBy(notice);
    if (!told) return;
    const rung = (told.set.rungs[notice.rung] ??= newColumn());
    const known = numberAt(rung, told.id) || KNOWN | (notice.channel === 'email' ? MAIL : 0);
    putNumber(rung, told.id, change(known));
  };

  const settle = (
    { body, entry }: { body: Fact & { type: 'notices settled' | 'notices carried' }; entry: RecordedEntry },
    byChannel: MessageCounts['taken'],
  ): void => {
    const { step, revision } = body;
    const sums = valueOf(messages.settled, step, () => ({ delivered: 0, refused: 0 }));
    sums.delivered += body.delivered;
    sums.refused += body.refused;
    for (const row of (entry.rows ?? []) as NoticeRow[]) {
      const isDelivered = row.outcome === 'delivered';
      note({ step, revision, ...row }, (known) => (isDelivered ? known | DELIVERED : known & ~DELIVERED));
      if (!isOwnMessage(row)) continue;
      if (isDelivered) valueOf(byChannel, row.channel, () => ({ delivered: 0, refused: 0 })).delivered += 1;
      else if (row.outcome === 'refused' || row.outcome === 'egress-refused')
        valueOf(byChannel, row.channel, () => ({ delivered: 0, refused: 0 })).refused += 1;
      if (isDelivered && body.type === 'notices settled') take(row.messageId);
    }
  };
  /** What was settled otherwise has arrived: it was taken once, and never refused. */
  const correct = (fact: Fact & { type: 'notice arrived' }, was: NoticeRow['outcome']): void => {
    note(fact, (known) => known | DELIVERED);
    if (!isOwnMessage(fact)) return;
    const { step, channel } = fact;
    const sums = valueOf(messages.settled, step, () => ({ delivered: 0, refused: 0 }));
    const taken = valueOf(messages.taken, channel, () => ({ delivered: 0, refused: 0 }));
    sums.delivered += 1;
    taken.delivered += 1;
    if (was === 'refused') sums.refused -= 1;
    if (was === 'refused' || was === 'egress-refused') taken.refused -= 1;
  };
  // A message that was taken comes into doubt no more, so that only of those which were one needs to know it.
  const take = (messageId: string): void => {
    const one = doubted.get(messageId);
    if (one) one.isTaken = true;
  };

  const doubt = (rows: NoticeRow[]): void => {
    for (const { channel, messageId } of rows.filter(isOwnMessage)) {
      messages.inDoubt += 1;
      if (!ASKED_IN_DOUBT.includes(channel))
        valueOf(doubted, messageId, () => ({ times: 0, isTaken: false })).times += 1;
    }
  };

  const answer = (fact: Fact & { type: 'response recorded' }): void => {
    const { step, recipient, answer: said } = fact;
    const id = idOf(recipient);
    const customer = numberAt(customers, id);
    const of = valueOf(answers, step, () => ({ by: newColumn(-1), units: newColumn() }));
    putNumber(of.by, customer, id);
    putNumber(of.units, customer, unitsOf(said));
    // What our customers passed on is in their own numbers.
    if (!isPassedOn(step))
      for (const key of ['quarantined', 'soldOn', 'destroyed'] as const) putNumber(last[key], customer, said[key]);
    // A customer has answered whichever of its contacts did; what it said last stands with who said it.
    const told = toldBy(fact);
    if (told)
      for (const one of told.set.several.get(customer) ?? [customer])
        if (isTold(told.set, one)) putNumber(told.set.answer, one, one === told.id ? unitsOf(said) : 0);
  };

  return {
    take(body: Fact, entry: RecordedEntry): void {
      switch (body.type) {
        case 'recipients listed':
          listed ??= newSet(body.revision);
          return add(listed, (entry.rows ?? []) as RecipientRow[]);
        case 'recipients frozen': {
          // A preview that was rejected is frozen again: the last set is the one that was told.
          const set = listed ?? newSet(body.revision);
          listed = null;
          add(set, (entry.rows ?? []) as RecipientRow[]);
          campaigns.set(body.step, set);
          notTold.set(body.step, body.notTold);
          return;
        }
        case 'recipients added': {
          const set = campaigns.get(body.step);
          if (set?.revision === body.revision) add(set, (entry.rows ?? []) as RecipientRow[]);
          return;
        }
        case 'notices settled':
          if (body.delivered + body.handed > 0)
            messages.told = { firstAt: messages.told?.firstAt ?? entry.at, lastAt: entry.at };
          return settle({ body, entry }, messages.taken);
        case 'notices carried':
          return settle({ body, entry }, messages.carried);
        case 'notices in doubt':
          return doubt((entry.rows ?? []) as NoticeRow[]);
        case 'notice bounced': {
          note(body, (known) => known | BOUNCED);
          const { step, revision, recipient, rung, channel } = body;
          // One notice can come back twice: for now, and then for good.
          if (isOwnMessage(body)) messages.bounces.set(`${step} ${revision} ${recipient} ${rung}`, { step, channel });
          return;
        }
        case 'notice arrived':
          if (isOwnMessage(body)) increase(messages.arrived, body.channel);
          if (body.was !== undefined) correct(body, body.was);
          return;
        case 'response recorded':
          return answer(body);
        case 'call recorded':
          messages.calls.entered += 1;
          messages.calls.reached += Number(body.result === 'reached');
          return;
        case 'person told':
        case 'filing sent':
          if (body.outcome === 'delivered') take(body.messageId);
          return;
        default:
      }
    },
    end(): Counted {
      const { bounces, ...counts } = messages;
      for (const { step, channel } of bounces.values()) {
        increase(counts.bounced, step);
        increase(counts.back, channel);
      }
      // Each time in doubt may have been an arrival, and so was the time at which it was taken; one of them is no duplicate.
      for (const { times, isTaken } of doubted.values()) counts.possibleDuplicates += times + Number(isTaken) - 1;
      const answered = [...answers].map(([step, of]): [StepName, AnswerCounts] => {
        return [step, answerCounts(of, campaigns.get(step) ?? null, ids.size)];
      });
      return {
        ...counts,
        campaigns: new Map([...campaigns].map(([step, set]) => [step, toldCounts(set, languages)])),
        answers: new Map(answered),
        notTold,
        reported: {
          quarantined: total(last.quarantined),
          soldOn: total(last.soldOn),
          destroyed: total(last.destroyed),
        },
      };
    },
  };
}

type RecordedEntry = Pick<LedgerEntry, 'at' | 'rows'>;

function newSet(revision: number): FrozenSet {
  return {
    revision,
    ...{ order: newColumn(), size: 0 },
    ...{ units: newColumn(), language: newColumn(-1), rungs: [], answer: newColumn(-1) },
    several: new Map(),
  };
}

function noMessages(): MessageCounts {
  return {
    told: null,
    ...{ settled: new Map(), bounced: new Map() },
    ...{ taken: new Map(), carried: new Map(), back: new Map(), arrived: new Map() },
    calls: { entered: 0, reached: 0 },
    inDoubt: 0,
    possibleDuplicates: 0,
  };
}

// Nobody else gets the loop while these run, so that nothing is made for each recipient.
function toldCounts(set: FrozenSet, languages: string[]): ToldCounts {
  const counts = { recipients: set.size, reached: 0, answered: 0, units: 0, unreachable: 0, reachedOtherwise: 0 };
  const rungs = set.rungs.filter((rung) => rung !== undefined);
  const spoken = new Map<number, number>();
  for (let place = 0; place < set.size; place += 1) {
    const id = numberAt(set.order, place);
    increase(spoken, numberAt(set.language, id));
    let standing = 0;
    for (const rung of rungs) {
      const known = numberAt(rung, id);
      if ((known & (DELIVERED | BOUNCED)) === DELIVERED) standing |= known;
    }
    const answer = numberAt(set.answer, id);
    if (standing !== 0) counts.reached += 1;
    if (answer !== set.answer.unset) {
      counts.answered += 1;
      counts.units += answer;
    } else if ((standing & MAIL) === 0) {
      counts.unreachable += 1;
      if (standing !== 0) counts.reachedOtherwise += 1;
    }
  }
  const byLanguage = Object.fromEntries([...spoken].map(([language, count]) => [languages[language]!, count]));
  return { ...counts, byLanguage };
}

function answerCounts({ by, units }: Answers, set: FrozenSet | null, size: number): AnswerCounts {
  const counts = { responded: 0, unitsBeyondRecords: 0 };
  for (let customer = 0; customer < size; customer += 1) {
    const id = numberAt(by, customer);
    if (id === by.unset) continue;
    // Whoever answered a revision that told others since has answered too.
    const contacts = set?.several.get(customer)?.filter((one) => isTold(set, one)).length ?? 1;
    counts.responded += Math.max(1, contacts);
    // The units are the customer's, whichever of its contacts reports them.
    const received = set ? numberAt(set.units, id) : 0;
    counts.unitsBeyondRecords += Math.max(0, numberAt(units, customer) - received);
  }
  return counts;
}

function isTold({ language }: FrozenSet, id: number): boolean {
  return numberAt(language, id) !== language.unset;
}

function total({ numbers }: Column): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}

function valueOf<K, V>(map: Map<K, V>, key: K, fresh: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = fresh();
  map.set(key, made);
  return made;
}

function increase<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}
