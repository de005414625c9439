import type { RecipientId } from './words.js';

/**
 * What somebody is for a customer: whom one writes to, who is in charge of safety there, or one of its sites. In the order in
 * which one of them stands for the customer where nobody else is asked for.
 */
export const CONTACT_ROLES = ['main', 'safety', 'site'] as const;
export type ContactRole = (typeof CONTACT_ROLES)[number];

/** A contact of a customer: its role, and which of those with that role it is, from 1. */
export type ContactPlace = { role: ContactRole; number: number };

/**
 * Of the contacts of one customer those that a campaign tells, in their order: all with one of its roles. A customer that has
 * none of these is told all the same, by whoever stands for it.
 */
export function contactsToTell<T extends ContactPlace>(contacts: readonly T[], roles: readonly ContactRole[]): T[] {
  const ordered = [...contacts].sort(byPlace);
  const named = ordered.filter(({ role }) => roles.includes(role));
  return named.length > 0 ? named : ordered.slice(0, 1);
}

export function byPlace(a: ContactPlace, b: ContactPlace): number {
  return CONTACT_ROLES.indexOf(a.role) - CONTACT_ROLES.indexOf(b.role) || a.number - b.number;
}

/** No customer number and no digest of one holds this. */
const MARK = ':';

/**
 * By what a contact of a customer is known as a recipient. The first that is told has the customer's own id, so that nothing
 * is said of roles where a customer has one contact; the others have their place behind it.
 */
export function recipientOfContact(
  customer: RecipientId,
  { role, number }: ContactPlace,
  isFirst: boolean,
): RecipientId {
  return isFirst ? customer : (`${customer}${MARK}${role}${number === 1 ? '' : number}` as RecipientId);
}

/** The recipient that stands for the customer of this one, which may be itself. */
export function customerOf(recipient: RecipientId): RecipientId {
  return recipient.split(MARK, 1)[0]! as RecipientId;
}
