import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/core';
import numbering from 'libphonenumber-js/max/metadata';
import { CHANNELS, type Channel } from '../engine/channels.js';
import { CONTACT_ROLES, type ContactRole } from '../engine/contact-roles.js';
import { readDoNotContact, type DoNotContact } from '../engine/do-not-contact.js';
import type { FoundError } from '../engine/errors.js';
import { CRITICALITIES, type Criticality } from '../engine/exposure.js';
import { isMailAddress } from '../engine/mail-address.js';
import { cut } from '../engine/text.js';
import type { Market } from '../engine/words.js';
import { nearField } from './column-names.js';
import { columnsOf, plain } from './columns.js';
import { countryCode } from './countries.js';
import { createCsvReader, type TableReader, type TakeRecord } from './csv.js';
import { addError, addSetAside, addWarning, cellError, type Findings } from './findings.js';
import { siblingWatch } from './sibling-watch.js';
import { OWN_CONTACTS, type ContactsMapping } from './mapping.js';
import { postalIn } from './postal.js';
import { spoiled } from './values.js';

const CODE_LENGTH_MAX = 200;
const TEXT_LENGTH_MAX = 1_000;
/** More does not fit the window of an envelope. */
const POSTAL_LENGTH_MAX = 80;

export type ReadContact = {
  code: string;
  role: ContactRole;
  name: string;
  customerType: string;
  language: string;
  /** To be called as it stands where it is no number of any country. */
  phone: string | null;
  /** Null where they are no critical place, or nobody says so. */
  criticality: Criticality | null;
  doNotContact: DoNotContact;
  // Whoever telephones does so by `phone`.
} & Record<Exclude<Channel, 'call'>, string | null>;

type Field = keyof Required<ContactsMapping['columns']>;
/** Whether a contact can do without. */
const OPTIONAL: Record<Field, boolean> = {
  code: false,
  name: false,
  customerType: false,
  language: false,
  email: false,
  phone: false,
  webhook: true,
  country: true,
  address: true,
  address2: true,
  address3: true,
  postcode: true,
  town: true,
  criticality: true,
  doNotContact: true,
  role: true,
};
const FIELDS = Object.keys(OPTIONAL) as Field[];
const ADDRESS_FIELDS = ['address', 'address2', 'address3'] as const;

type Sink = { onContact: (contact: ReadContact, line: number, cells: string[]) => void; findings: Findings };

/**
 * Reads a file of contacts piece by piece and gives them. What is wrong is added to the findings, and the contact left out.
 * One whose address cannot be mailed is set aside for the telephone: it is given without the address. Throws where the rest
 * of the file cannot be read.
 */
export function createContactsReader(
  mapping: ContactsMapping,
  fileName: string,
  { onContact, findings }: Sink,
): TableReader {
  const constants: Partial<Record<Field, string>> = mapping.constants;
  // Who writes a mapping document says which addresses the file has.
  const isOwn = mapping === OWN_CONTACTS;
  const watchCode = siblingWatch('code', findings);
  const onHeader = (header: string[]): TakeRecord => {
    const wanted = FIELDS.filter((field) => constants[field] === undefined).map((field) => ({
      field,
      column: mapping.columns[field] ?? field,
      isOptional:
        OPTIONAL[field] || (!isOwn && (field === 'email' || field === 'phone') && mapping.columns[field] === undefined),
    }));
    // Those that are read by another column, or are the same for all lines, are not looked for.
    const lacking = wanted
      .filter(({ column }) => !header.some((given) => plain(given) === plain(column)))
      .map(({ field }) => field);
    const near = (name: string): string | null => {
      const field = nearField(name, 'contacts', lacking);
      return field !== null && isOwn ? columnName(field) : field;
    };
    const index = columnsOf(fileName, header, wanted, findings, near);
    const nameOf = (field: Field): string => (index[field] >= 0 ? header[index[field]]!.trim() : field);
    return (cells, line) => {
      const before = findings.errorCount;
      const wrong = (field: Field, value: string, expected: string): void =>
        addError(findings, cellError(line, nameOf(field), value, expected));
      const cell = (field: Field, lengthMax = TEXT_LENGTH_MAX): string => {
        const text = constants[field] ?? (index[field] >= 0 ? cells[index[field]]!.trim() : '');
        if (text.length > lengthMax) wrong(field, text, `at most ${lengthMax} characters`);
        return text;
      };
      const whole = (field: Field, missing: string | null, lengthMax = TEXT_LENGTH_MAX): string => {
        const text = cell(field, lengthMax);
        const expected = text === '' ? missing : spoiled(text);
        if (expected !== null) wrong(field, text, expected);
        return text;
      };
      const code = whole('code', "the customer's code, as the sales have it", CODE_LENGTH_MAX);
      const name = whole('name', 'a name');
      const customerType = cell('customerType');
      const language = languageOf(cell('language'));
      if (language === null) wrong('language', cell('language'), 'a language code of two letters, such as de');
      const email = emailIn(cell('email'));
      const webhook = cell('webhook') || null;
      if (webhook !== null && !isWebAddress(webhook)) wrong('webhook', webhook, 'an address that begins with https://');
      const countryText = cell('country');
      const country =
        countryText === ''
          ? null
          : ((mapping.countries[countryText] as Market | undefined) ?? countryCode(countryText));
      if (countryText !== '' && country === null)
        wrong('country', countryText, 'a country name that the mapping document knows');
      const criticality = criticalityIn(cell('criticality'), mapping.criticalities);
      if (criticality === undefined)
        wrong(
          'criticality',
          cell('criticality'),
          `${CRITICALITIES.join(', ')} or none, or a word of \`criticalities\` in the mapping document`,
        );
      const doNotContact = readDoNotContact(cell('doNotContact'));
      if (doNotContact === null)
        wrong(
          'doNotContact',
          cell('doNotContact'),
          `all, none, or channels with blanks between: ${CHANNELS.join(' ')}`,
        );
      const role = roleIn(cell('role'), mapping.roles);
      if (role === undefined)
        wrong('role', cell('role'), `${CONTACT_ROLES.join(', ')}, or a word of \`roles\` in the mapping document`);
      const phoneText = whole('phone', null);
      const postal = postalIn({
        address: ADDRESS_FIELDS.map((field) => whole(field, null, POSTAL_LENGTH_MAX)),
        postcode: whole('postcode', null, POSTAL_LENGTH_MAX),
        town: whole('town', null, POSTAL_LENGTH_MAX),
        country,
      });
      if (findings.errorCount !== before || language === null) return;
      if (criticality === undefined || doNotContact === null || role === undefined) return;
      if (postal.warning !== null) {
        const { field, message } = postal.warning;
        addWarning(findings, { line, column: nameOf(field), message });
      }
      const phone = phoneIn(phoneText, country);
      if (phone !== null && !phone.isNumber) {
        const message = `${JSON.stringify(phone.text)} is no telephone number${country === null ? ' with its country' : ''}; it is kept as it stands, for a person`;
        addWarning(findings, { line, column: nameOf('phone'), message });
      }
      watchCode(code, line);
      if (email === undefined)
        addSetAside(
          findings,
          cellError(
            line,
            nameOf('email'),
            cell('email'),
            'an address that can be mailed; this contact is for the telephone',
          ),
        );
      onContact(
        {
          code,
          role,
          name,
          customerType,
          language,
          criticality,
          doNotContact,
          email: email ?? null,
          webhook,
          phone: phone?.text ?? null,
          sms: phone?.takesText ? phone.text : null,
          voice: phone?.isNumber ? phone.text : null,
          letter: postal.letter,
        },
        line,
        cells,
      );
    };
  };
  return createCsvReader(fileName, { onHeader, onWrong: (error) => addError(findings, error) }, mapping);
}

/** What may stand once of a customer in a file. */
export type ContactKey = { code: string; role: ContactRole; address: string };

/**
 * By what two lines would be one contact. A customer has one main contact, and of the others as many as have an address of
 * their own: a mailbox, or where they have none all the rest of it.
 */
export function contactKey({ code, role, ...one }: ReadContact): ContactKey {
  const rest = [one.phone, one.webhook, one.letter].join('|');
  return { code, role, address: role === 'main' ? '' : (one.email?.toLowerCase() ?? rest) };
}

/** A contact that stands in two lines: which of them is right nobody knows. */
export function contactTwice({ code, role }: ContactKey, { line, other }: { line: number; other: number }): FoundError {
  const found = { line, value: cut(code, 100) };
  const customer = `the code ${JSON.stringify(cut(code, 40))}`;
  if (role === 'main')
    return {
      ...found,
      column: 'code',
      expected: 'each customer once; further contacts of it have a role: safety or site',
      message: `${customer} stands in line ${other} too`,
    };
  return {
    ...found,
    column: 'role',
    expected: `each ${role} contact of a customer with an address of its own`,
    message: `${customer} has a ${role} contact with the same address in line ${other}`,
  };
}

/** How a field of our own columns is written in README: do-not-contact. */
function columnName(field: Field): string {
  return field === 'customerType' ? field : field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** An address; null where none is given, undefined where it cannot be mailed. */
function emailIn(text: string): string | null | undefined {
  if (text === '') return null;
  return isMailAddress(text) ? text : undefined;
}

/** A kind of critical place, by its own name or by one that the mapping document knows; undefined where it is neither. */
function criticalityIn(text: string, names: Record<string, Criticality | 'none'>): Criticality | null | undefined {
  if (text === '') return null;
  const meant = Object.hasOwn(names, text) ? names[text]! : text.toLowerCase();
  return meant === 'none' ? null : CRITICALITIES.find((one) => one === meant);
}

/** A role, by its own name or by one that the mapping document knows; undefined where it is neither. */
function roleIn(text: string, names: Record<string, ContactRole>): ContactRole | undefined {
  if (text === '') return 'main';
  const meant = Object.hasOwn(names, text) ? names[text]! : text.toLowerCase();
  return CONTACT_ROLES.find((one) => one === meant);
}

function languageOf(text: string): string | null {
  return /^([a-z]{2})(?:[-_][a-z]{2})?$/i.exec(text)?.[1]!.toLowerCase() ?? null;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** A number as E.164, where it can be one; else what is written there. One that is known to be a landline takes no text messages. */
function phoneIn(text: string, country: string | null): { text: string; isNumber: boolean; takesText: boolean } | null {
  if (text === '') return null;
  const number = parsePhoneNumberFromString(
    text,
    country === null ? {} : { defaultCountry: country as CountryCode },
    numbering,
  );
  if (!number?.isPossible()) return { text, isNumber: false, takesText: false };
  return { text: number.number, isNumber: true, takesText: number.getType() !== 'FIXED_LINE' };
}
