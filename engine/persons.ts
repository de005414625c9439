import type { Channel } from './channels.js';
import { customerOf } from './contact-roles.js';
import { byExposure, type Exposed } from './exposure.js';
import type { RecipientId } from './words.js';

/**
 * Channels on which a person who is told for several customers gets one message with all of them listed: what leads to the
 * page where each is answered for. A call takes one number by its keys, a letter and a partner's system are of one customer.
 */
export const TOLD_ONCE: readonly Channel[] = ['email', 'sms'];

/** Whom a mail address is: mail servers take it in capitals and in small letters for one. Null where there is none. */
export function mailboxOf(email: string | null): string | null {
  return email === null ? null : email.trim().toLowerCase();
}

/** Recipients who are one person, as exposed as all their customers together. */
export type Person<T> = Exposed & { members: T[] };
type Told = Exposed & { person?: RecipientId };

/** Says of those who have one mailbox who of them stands for all: the most exposed. Of who is alone nothing is said. */
export function withPersons<T extends Exposed & { mailbox: string | null }>(
  recipients: T[],
): (T & { person?: RecipientId })[] {
  const known = new Map<string, T>();
  const shared = new Set<string>();
  for (const one of recipients) {
    if (one.mailbox === null) continue;
    const first = known.get(one.mailbox);
    if (first) shared.add(one.mailbox);
    if (!first || byExposure(one, first) < 0) known.set(one.mailbox, one);
  }
  return recipients.map((one) =>
    one.mailbox !== null && shared.has(one.mailbox) ? { ...one, person: known.get(one.mailbox)!.recipient } : one,
  );
}

/** The persons among recipients, in their order. */
export function personsOf<T extends Told>(recipients: T[]): Person<T>[] {
  const known = new Map<RecipientId, Person<T>>();
  const persons: Person<T>[] = [];
  for (const one of recipients) {
    const { recipient, units, criticality, person = recipient } = one;
    const same = known.get(person);
    if (same === undefined) {
      const fresh = { recipient: person, units, criticality, members: [one] };
      known.set(person, fresh);
      persons.push(fresh);
      continue;
    }
    // The units of a customer are not more because it has several contacts.
    const isKnown = same.members.some((other) => customerOf(other.recipient) === customerOf(recipient));
    if (!isKnown) same.units += units;
    same.criticality ??= criticality;
    same.members.push(one);
  }
  return persons;
}

/** The most exposed persons first, and of each all recipients together. */
export function inOrderOfExposure<T extends Told>(recipients: T[]): T[] {
  return personsOf(recipients)
    .sort(byExposure)
    .flatMap(({ members }) => members.sort(byExposure));
}
