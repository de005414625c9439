import type { Channel, ContactRung } from './channels.js';
import { isDead, isReached, isUnreachable, type Contact, type Try } from './contact.js';
import { heldRung, whyRung, type AroundRungs, type RungHold, type RungReason } from './rung-reasons.js';
import type { IsoInstant } from './words.js';

/** How a recipient stands. `silent`: a notice has reached them, and they have not answered; `waiting`: nothing can be said yet. */
export const STANDINGS = ['answered', 'silent', 'unreachable', 'waiting'] as const;
export type Standing = (typeof STANDINGS)[number];

/** What became of one rung of a ladder for one recipient, or why nothing has: in words, and since or until when where that is known. */
export type RungStanding = {
  rung: number;
  channel: Channel;
  words: string;
  at: IsoInstant | null;
  /** Why it was tried, or is next; null of the others. */
  why: RungReason | null;
  held: RungHold[];
};

export function standingOf(contact: Contact): Standing {
  if (contact.answer !== null) return 'answered';
  if (isReached(contact)) return 'silent';
  return isUnreachable(contact) ? 'unreachable' : 'waiting';
}

/** Every rung of the ladder with its reason, in its order. `arrivedAt`: by rung, when a provider said that it had arrived. */
export function rungsOf(
  contact: Contact,
  ladder: ContactRung[],
  arrivedAt: ReadonlyMap<number, IsoInstant>,
  around: AroundRungs,
): RungStanding[] {
  return ladder.map(({ by: channel, unless }, rung) => {
    const tried = contact.tries.find((one) => one.rung === rung);
    const reasons = { why: whyRung(contact, ladder, rung, around), held: heldRung(contact, rung, around) };
    if (tried === undefined)
      return { rung, channel, ...untriedWords(contact, { channel, rung, unless }, around), ...reasons };
    const arrived = arrivedAt.get(rung) ?? null;
    return {
      rung,
      channel,
      words: arrived !== null && tried.bounced === null ? 'arrived' : triedWords(tried),
      at: arrived,
      ...reasons,
    };
  });
}

const STATES = {
  claimed: 'on its way',
  delivered: 'taken',
  refused: 'refused',
  deferred: 'put off',
  'egress-refused': 'not allowed out of a drill',
  handed: 'with those who carry it',
  suppressed: 'not sent, no more messages are wanted there',
} satisfies Record<Try['state'], string>;

function triedWords({ state, bounced, doubts, channel }: Try): string {
  if (bounced !== null && channel === 'call') return bounced === 'for-good' ? 'a wrong number' : 'not taken';
  if (bounced !== null) return bounced === 'for-good' ? 'came back for good' : 'came back for now';
  return state === 'deferred' && doubts > 0 ? 'in doubt' : STATES[state];
}

function untriedWords(
  contact: Contact,
  { channel, rung, unless }: { channel: Channel; rung: number; unless: ContactRung['unless'] },
  { wished }: Pick<AroundRungs, 'wished'>,
): Pick<RungStanding, 'words' | 'at'> {
  const { answer, channels, tries, next } = contact;
  if (wished.includes(channel)) return { words: 'asked not to be contacted there', at: null };
  if (!channels.includes(channel)) return { words: 'no address', at: null };
  if (answer !== null) return { words: 'not needed, answered before', at: null };
  if (next?.rung === rung) return { words: 'due', at: next.at };
  if (isDead({ tries }, channel)) return { words: 'not tried, the address is dead', at: null };
  if (unless === 'reached' && isReached(contact)) return { words: 'not needed, reached before', at: null };
  return { words: next !== null && next.rung < rung ? 'to come' : 'passed over', at: null };
}
