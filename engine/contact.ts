import type { Bounced, Carried, Channel, ContactRung, Sent, Suppressed } from './channels.js';
import { unitsOf, type NoticeRow, type ResponseAnswer } from './facts.js';
import { NO_TALLY, type ChannelTally, type Tally } from './tally.js';
import { after, earlier, secondsAfter, type IsoInstant } from './words.js';

/** One notice: what became of it so far. `claimed` from the moment it is on its way until that is known, or people carry it. */
export type Try = {
  rung: number;
  channel: Channel;
  state: 'claimed' | NoticeRow['outcome'];
  /** It came back after it had been taken: because its address is dead, or could not be reached just then. */
  bounced: Bounced | null;
  /** How often the provider has put it off, and how often nobody knew whether it had been taken. */
  deferrals: number;
  doubts: number;
  /** It is known to have reached them. */
  isArrived: boolean;
};

/** One recipient of a campaign: on which channels they can be tried, what was tried, and what comes next. */
export type Contact = {
  /** Of the ladder's channels those on which they have an address. */
  channels: Channel[];
  /** In the order of their rungs, one a rung at most. */
  tries: Try[];
  /** The first try, from which the rungs count. */
  firstAt: IsoInstant | null;
  /** The rung that is due next and when, null instant meaning at once; null where the ladder has nothing more for them. */
  next: { rung: number; at: IsoInstant | null } | null;
  /** Their latest answer. */
  answer: ResponseAnswer | null;
};

/** Our own pause before a notice is tried again, which doubles up to six hours, and the longest that a provider can ask for. */
const RETRY_SECONDS = 900;
const RETRY_SECONDS_GROWN = 21_600;
const RETRY_SECONDS_MAX = 86_400;
/** So often put off, with pauses that grow, a notice has been tried for five days, as mail servers do (RFC 5321, 4.5.4.1). */
const DEFERRALS_MAX = 25;
/** So often in doubt, a notice is not sent again: it may be the reason for which processes die. */
export const DOUBTS_MAX = 4;

/** Of the channels on which somebody has an address those that a ladder uses, in the order of their names. */
export function channelsFor(ladder: ContactRung[], known: Channel[]): Channel[] {
  return [...new Set(ladder.map(({ by }) => by))].filter((channel) => known.includes(channel)).sort();
}

/** A contact whom nobody has tried yet. Their first rung is the first whose channel they have, and it is due at once. */
export function newContact(ladder: ContactRung[], channels: Channel[]): Contact {
  const fresh: Contact = { channels, tries: [], firstAt: null, next: null, answer: null };
  return { ...fresh, next: following(fresh, ladder) };
}

/** What is due next and when, null instant meaning at once. Who has answered is left alone. */
export function nextTry(
  { next, answer }: Contact,
  ladder: ContactRung[],
): { rung: number; channel: Channel; at: IsoInstant | null } | null {
  return answer !== null || next === null ? null : { ...next, channel: ladder[next.rung]!.by };
}

/** Whether the next try is due. Nothing is while a notice is on its way of which nobody knows yet what becomes of it. */
export function isDue({ next, answer, tries }: Contact, now: IsoInstant): boolean {
  if (answer !== null || next === null || (next.at !== null && next.at > now)) return false;
  return !tries.some(({ state }) => state === 'claimed');
}

const NEW_TRY = { bounced: null, deferrals: 0, doubts: 0, isArrived: false };

/** The next try is on its way. */
export function claimed(contact: Contact, ladder: ContactRung[]): Contact {
  const { rung } = contact.next!;
  const known = contact.tries.find((one) => one.rung === rung);
  const { bounced: isBack, deferrals, doubts, isArrived } = known ?? NEW_TRY;
  const now: Try = { rung, channel: ladder[rung]!.by, bounced: isBack, deferrals, doubts, isArrived, state: 'claimed' };
  return { ...contact, tries: [...contact.tries.filter((one) => one !== known), now] };
}

/** Their next try is due at this instant and not before, because they are not to be rung up now. */
export function putOff(contact: Contact, at: IsoInstant): Contact {
  return contact.next === null ? contact : { ...contact, next: { ...contact.next, at } };
}

/** What was on its way when the process died is in doubt, and is on its way again. */
export function doubted(contact: Contact, rung: number): Contact {
  const tries = contact.tries.map((one) => (one.rung === rung ? { ...one, doubts: one.doubts + 1 } : one));
  return { ...contact, tries };
}

/**
 * What became of a notice that was on its way. What is put off, or in doubt, is tried again on the same rung after a
 * pause, until it has been so too often, or the next rung is due: a provider that is away for days keeps nobody from being
 * told on another channel, and is no verdict on anybody's address. All else leads to the next rung.
 */
export function settled(
  contact: Contact,
  ladder: ContactRung[],
  { rung, at, ...sent }: { rung: number; at: IsoInstant } & (Sent | Suppressed),
): Contact {
  const { outcome } = sent;
  const tried = contact.tries.find((one) => one.rung === rung)!;
  const deferrals = tried.deferrals + (sent.outcome === 'deferred' && sent.away !== true ? 1 : 0);
  const doubts = tried.doubts + (outcome === 'in-doubt' ? 1 : 0);
  const isOpen = (outcome === 'deferred' || outcome === 'in-doubt') && !tried.isArrived;
  const isGivenUp = isOpen && (deferrals >= DEFERRALS_MAX || doubts >= DOUBTS_MAX);
  const state = wasTaken(tried, outcome) ? 'delivered' : stateOf(outcome, isGivenUp, doubts);
  const now: Try = { ...tried, state, deferrals, doubts };
  const tries = contact.tries.map((one) => (one === tried ? now : one));
  const firstAt = contact.firstAt ?? at;
  const later = following({ channels: contact.channels, tries, firstAt }, ladder);
  const retryAt = secondsAfter(at, pauseSeconds(sent, deferrals));
  const laterAt = later?.at ?? null;
  const isFirst = laterAt === null || retryAt < laterAt;
  const again = isOpen && !isGivenUp && !isDead({ tries }, tried.channel) && (isFirst || outcome === 'in-doubt');
  const next = again ? { rung, at: retryAt } : later;
  return { ...contact, tries, firstAt, next };
}

/**
 * The provider of the next rung is away, and nobody tries it meanwhile: who waits keeps that rung until a later one is due,
 * counted from `since`, when the waiting began, for whom nobody has tried yet.
 */
export function passedOver(
  contact: Contact,
  ladder: ContactRung[],
  { since, at }: { since: IsoInstant; at: IsoInstant },
): Contact {
  const { next, channels, tries } = contact;
  if (next === null || !isDue(contact, at)) return contact;
  const firstAt = contact.firstAt ?? since;
  const later = following({ channels, tries, firstAt }, ladder, next.rung);
  const isDueNow = later !== null && later.at !== null && later.at <= at;
  return isDueNow ? { ...contact, next: later } : contact;
}

/** At least our own pause, which grows with each time that it was put off; at most a day, whatever a provider asks for. */
function pauseSeconds(sent: Sent | Suppressed, deferrals: number): number {
  const asked = sent.outcome === 'deferred' ? (sent.retryAfterSeconds ?? 0) : 0;
  const own = Math.min(RETRY_SECONDS * 2 ** Math.max(0, deferrals - 1), RETRY_SECONDS_GROWN);
  return Math.min(Math.max(asked, own), RETRY_SECONDS_MAX);
}

/**
 * Whether a notice was taken whatever our own request has seen: it has arrived meanwhile, or has come back, and what came back
 * was not refused as well.
 */
function wasTaken({ isArrived, bounced: isBack }: Try, outcome: (Sent | Suppressed)['outcome']): boolean {
  return isArrived || (isBack !== null && outcome === 'refused');
}

function stateOf(outcome: (Sent | Suppressed)['outcome'], isGivenUp: boolean, doubts: number): NoticeRow['outcome'] {
  // What may have arrived nobody may call refused; the next rung is tried as if it had.
  if (outcome === 'deferred' && isGivenUp && doubts === 0) return 'refused';
  return outcome === 'in-doubt' ? 'deferred' : outcome;
}

/**
 * Those who carry a notice say what became of it, once: null where it is not with them, or they have said it before. What
 * could not be given to anybody is the end of its channel; the later rungs go by their own time either way.
 */
export function carried(
  contact: Contact,
  ladder: ContactRung[],
  { rung, outcome }: { rung: number; outcome: Carried },
): Contact | null {
  if (!contact.tries.some((one) => one.rung === rung && one.state === 'handed')) return null;
  const tries = contact.tries.map((one) => (one.rung === rung ? { ...one, state: outcome } : one));
  return { ...contact, tries, next: stillNext({ ...contact, tries }, ladder) };
}

/**
 * A notice is known to have arrived, by the word of its provider or because they answered it. It counts as taken from now on,
 * whatever was known of it before: given up in doubt, put off, or refused on a later try. It can overtake the settlement of the
 * very notice, which then counts it.
 */
export function arrived(contact: Contact, ladder: ContactRung[], rung: number): Contact {
  const { next } = contact;
  const tried = contact.tries.find((one) => one.rung === rung)!;
  const state = settledOtherwise(tried) === null ? tried.state : 'delivered';
  const now = {
    ...contact,
    tries: contact.tries.map((one) => (one === tried ? { ...one, isArrived: true, state } : one)),
  };
  if (state === tried.state) return now;
  // Nobody is told anew on a rung that has reached them.
  return { ...now, next: next?.rung === rung ? following(now, ladder) : stillNext(now, ladder) };
}

/** As what a notice was settled that is not known to have been taken; null where it was, and of one that is on its way. */
export function settledOtherwise({ state }: Try): Exclude<NoticeRow['outcome'], 'delivered'> | null {
  return state === 'claimed' || state === 'delivered' ? null : state;
}

/**
 * Whether that a notice came back is news: what was refused never left, and of what came back before only that its address is
 * dead as well.
 */
export function isBounceNews(tried: Try, how: Bounced): boolean {
  return !isRefused(tried) && (tried.bounced === null || (tried.bounced === 'for-now' && how === 'for-good'));
}

/**
 * A notice came back. It can overtake the settlement of the very notice. For good, it has the last word on its address;
 * for now, it says of this notice alone that it did not arrive, and the later rungs are tried.
 */
export function bounced(
  contact: Contact,
  ladder: ContactRung[],
  { rung, at, how }: { rung: number; at: IsoInstant; how: Bounced },
): Contact {
  const tries = contact.tries.map((one) => (one.rung === rung ? { ...one, bounced: how } : one));
  const firstAt = contact.firstAt ?? at;
  return { ...contact, tries, firstAt, next: stillNext({ ...contact, tries, firstAt }, ladder) };
}

/** What was next, unless it has come to nothing since, or a rung before it has become theirs that was for others. */
function stillNext(contact: Contact, ladder: ContactRung[]): Contact['next'] {
  const { next } = contact;
  const fresh = following(contact, ladder);
  if (next === null || !isOpenTo(contact, ladder[next.rung]!)) return fresh;
  return fresh !== null && fresh.rung < next.rung && ladder[fresh.rung]!.unless === 'reached' ? fresh : next;
}

/** They have answered, or corrected what they said before. */
export function answered(contact: Contact, answer: ResponseAnswer): Contact {
  return { ...contact, answer };
}

/** Whether a notice stands: one was taken and has not come back. This is what *reached* means, here and nowhere else. */
export function isReached({ tries }: Pick<Contact, 'tries'>): boolean {
  return tries.some(({ state, bounced: isBack }) => state === 'delivered' && isBack === null);
}

/**
 * Whether nothing has reached them and something has been tried, or nothing can be. Before the first try, and while people
 * carry a notice, it is too early to say, and who has answered has been reached, whatever comes back after that.
 */
export function isUnreachable(contact: Pick<Contact, 'channels' | 'tries' | 'firstAt' | 'answer'>): boolean {
  if (isReached(contact) || contact.answer !== null || contact.tries.some(isWithPeople)) return false;
  return contact.channels.length === 0 || contact.firstAt !== null;
}

/**
 * Whether a far end has refused or sent back a notice of theirs. What came to nothing before the wire says nothing of their
 * address, and neither does a telephone that nobody takes.
 */
export function hasBounced({ tries }: Pick<Contact, 'tries'>): boolean {
  return tries.some(({ state, channel, bounced: isBack }) => {
    const isUntaken = (channel === 'voice' || channel === 'call') && isBack === 'for-now';
    return state === 'refused' || (isBack !== null && !isUntaken);
  });
}

/** The earliest instant after `now` at which one of the contacts will be due. */
export function nextDueOf(contacts: Iterable<Contact>, now: IsoInstant): IsoInstant | null {
  let due: IsoInstant | null = null;
  for (const { next, answer } of contacts)
    if (answer === null && next !== null && next.at !== null && next.at > now) due = earlier(due, next.at);
  return due;
}

/** The counts of a campaign. */
export function tallyOf(contacts: Iterable<Contact>): Tally {
  let tally = NO_TALLY;
  for (const contact of contacts) tally = recount(tally, null, contact);
  return tally;
}

/** The counts after one contact has changed, so that nobody else has to be counted again. `before` is null for who is new. */
export function recount(tally: Tally, before: Contact | null, now: Contact): Tally {
  const is = countsOf(now);
  const was = before === null ? NOBODY : countsOf(before);
  return {
    recipients: tally.recipients + is.recipients - was.recipients,
    delivered: tally.delivered + is.delivered - was.delivered,
    refused: tally.refused + is.refused - was.refused,
    bounced: tally.bounced + is.bounced - was.bounced,
    responded: tally.responded + is.responded - was.responded,
    unreachable: tally.unreachable + is.unreachable - was.unreachable,
    unitsReported: tally.unitsReported + is.unitsReported - was.unitsReported,
    byChannel: recountChannels(tally.byChannel, before, now),
  };
}

/** What one contact adds to the counts. */
function countsOf(contact: Contact): Omit<Tally, 'byChannel'> {
  const { tries, answer } = contact;
  const wasTaken = tries.some(isTaken);
  const isNowReached = isReached(contact);
  return {
    recipients: 1,
    delivered: Number(isNowReached),
    refused: Number(!wasTaken && tries.some(isRefused)),
    bounced: Number(wasTaken && !isNowReached),
    responded: Number(answer !== null),
    unreachable: Number(isUnreachable(contact)),
    unitsReported: answer === null ? 0 : unitsOf(answer),
  };
}

const { byChannel: _none, ...NOBODY } = NO_TALLY;

function recountChannels(known: Tally['byChannel'], before: Contact | null, now: Contact): Tally['byChannel'] {
  if (before?.tries === now.tries) return known;
  const counts = { ...known };
  if (before !== null) countTries(counts, before, -1);
  countTries(counts, now, 1);
  return counts;
}

function countTries(counts: Tally['byChannel'], { tries }: Contact, by: 1 | -1): void {
  for (const tried of tries) {
    const { delivered, refused, bounced: back } = counts[tried.channel] ?? NO_NOTICES;
    counts[tried.channel] = {
      delivered: delivered + (tried.state === 'delivered' ? by : 0),
      refused: refused + (isRefused(tried) ? by : 0),
      bounced: back + (tried.bounced === null ? 0 : by),
    };
  }
}

const NO_NOTICES: ChannelTally = { delivered: 0, refused: 0, bounced: 0 };

/** By the far end, or before the wire. */
function isRefused({ state }: Pick<Try, 'state'>): boolean {
  return state === 'refused' || state === 'egress-refused' || state === 'suppressed';
}

/** It is with people, and may still reach somebody. */
export function isWithPeople({ state, bounced: isBack }: Try): boolean {
  return state === 'handed' && isBack === null;
}

/** What came back had been taken, whatever was known of it before. */
function isTaken({ state, bounced: isBack }: Try): boolean {
  return state === 'delivered' || isBack !== null;
}

/** The rung on which people are to call somebody now; null where there is none. */
export function rungToCall({ tries, answer }: Pick<Contact, 'tries' | 'answer'>): number | null {
  if (answer !== null) return null;
  return tries.findLast((one) => one.channel === 'call' && isWithPeople(one))?.rung ?? null;
}

/** An address that refuses, or sends back for good, is dead, and with it every rung of its channel. */
export function isDead({ tries }: Pick<Contact, 'tries'>, channel: Channel): boolean {
  return tries.some((one) => one.channel === channel && (isRefused(one) || one.bounced === 'for-good'));
}

/** Whether a rung is theirs as things stand: they have an address on its channel that is not dead, and need it still. */
function isOpenTo(contact: Pick<Contact, 'channels' | 'tries'>, { by, unless }: ContactRung): boolean {
  if (unless === 'reached' && isReached(contact)) return false;
  return contact.channels.includes(by) && !isDead(contact, by);
}

/** The first rung after all that were tried which is theirs. No other channel takes its place. */
function following(
  contact: Pick<Contact, 'channels' | 'tries' | 'firstAt'>,
  ladder: ContactRung[],
  tried = contact.tries.at(-1)?.rung ?? -1,
): Contact['next'] {
  const { firstAt } = contact;
  const rung = ladder.findIndex((one, index) => index > tried && isOpenTo(contact, one));
  return rung < 0 ? null : { rung, at: firstAt === null ? null : after(firstAt, ladder[rung]!.after) };
}
