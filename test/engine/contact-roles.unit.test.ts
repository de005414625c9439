import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CONTACT_ROLES,
  contactsToTell,
  customerOf,
  recipientOfContact,
  type ContactPlace,
} from '../../engine/contact-roles.js';
import type { RecipientId } from '../../engine/words.js';

const place = fc.record({ role: fc.constantFrom(...CONTACT_ROLES), number: fc.integer({ min: 1, max: 5 }) });
const places = fc.uniqueArray(place, { selector: ({ role, number }) => `${role}${number}`, maxLength: 8 });
const roles = fc.uniqueArray(fc.constantFrom(...CONTACT_ROLES), { minLength: 1 });
const customer = fc.stringMatching(/^[cx][A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/).map((text) => text as RecipientId);

function idsOf(of: RecipientId, told: ContactPlace[]): RecipientId[] {
  return told.map((one, index) => recipientOfContact(of, one, index === 0));
}

describe('the contacts of a customer whom a campaign tells', () => {
  it('are all with its roles, or the one that stands for the customer', () => {
    const contacts: ContactPlace[] = [
      { role: 'site', number: 2 },
      { role: 'main', number: 1 },
      { role: 'site', number: 1 },
    ];
    expect(contactsToTell(contacts, ['main'])).toEqual([contacts[1]]);
    expect(contactsToTell(contacts, ['site', 'main'])).toEqual([contacts[1], contacts[2], contacts[0]]);
    expect(contactsToTell(contacts, ['safety'])).toEqual([contacts[1]]);
    expect(contactsToTell(contacts.slice(2), ['safety'])).toEqual([contacts[2]]);
  });

  it('are never none of a customer that has contacts, nor one twice, and none with another role beside one asked for', () => {
    fc.assert(
      fc.property(places, roles, (contacts, asked) => {
        const told = contactsToTell(contacts, asked);
        expect(told.length > 0).toBe(contacts.length > 0);
        expect(new Set(told).size).toBe(told.length);
        const isAsked = told.filter(({ role }) => asked.includes(role)).length;
        expect(isAsked === told.length || (isAsked === 0 && told.length === 1)).toBe(true);
        expect(isAsked).toBe(contacts.filter(({ role }) => asked.includes(role)).length);
      }),
    );
  });

  it('have ids of their own, of which the first is the customer’s, and each leads back to it', () => {
    fc.assert(
      fc.property(customer, places, (of, contacts) => {
        const ids = idsOf(of, contactsToTell(contacts, CONTACT_ROLES));
        expect(new Set(ids).size).toBe(ids.length);
        if (ids.length > 0) expect(ids[0]).toBe(of);
        for (const id of ids) expect(customerOf(id)).toBe(of);
      }),
    );
  });
});
