/**
 * The documented rule by which the sample's contacts are made up. Nothing in it is a real business or person.
 *
 * Every contact is a function of the customer's code, market and the seed. Addresses lie below `.example`, a top-level
 * domain reserved by RFC 2606. Telephone numbers come from ranges that a regulator keeps for fiction: Great Britain
 * 01632 960000-960999 and, of mobiles, 07700 900000-900999 (Ofcom), Australia 02 5550 0000-0999 (ACMA), USA 555-0100 to 555-0199 (NANPA).
 * Countries without such a range get no number. The language is the country's; Belgium is split by the seed. Three in five
 * have a postal address, in countries that have a postcode which no post delivers to: Great Britain ZZ99 (the codes that its
 * statistics keep for people without an address), and codes that begin with 00 or 0.
 *
 * The two customers that bought most in the whole file take notices by a system of their own too, where one is given.
 */
import { createHash } from 'node:crypto';

export type SampleContact = {
  code: string;
  name: string;
  customerType: string;
  language: string;
  email: string | null;
  phone: string | null;
  postal: { address: string; postcode: string; town: string; country: string } | null;
};

/** The customers of the sample whose systems take notices, by code. */
export const PARTNERS = ['14646', '12415'];

const LANGUAGE: Record<string, string> = {
  GB: 'en', IE: 'en', US: 'en', AU: 'en', CA: 'en', MT: 'en', SG: 'en', ZZ: 'en', ZA: 'en',
  DE: 'de', AT: 'de', CH: 'de', FR: 'fr', ES: 'es', PT: 'pt', BR: 'pt', NL: 'nl',
  IT: 'it', PL: 'pl', SE: 'sv', DK: 'da', NO: 'no', FI: 'fi', IS: 'is', GR: 'el', CY: 'el', CZ: 'cs', LT: 'lt',
  JP: 'ja', HK: 'zh', IL: 'he', AE: 'ar', SA: 'ar', BH: 'ar', LB: 'ar',
}; // prettier-ignore
const FIRST = [
  'Amber',
  'Birch',
  'Copper',
  'Drift',
  'Elm',
  'Fern',
  'Gorse',
  'Hazel',
  'Iris',
  'Juniper',
  'Kestrel',
  'Linden',
  'Maple',
  'Nettle',
  'Oak',
  'Plum',
];
const SECOND = ['Lane', 'Court', 'Mill', 'Yard', 'Bridge', 'Corner', 'Quay', 'Green'];
const TYPES = [
  'gift shop',
  'tea room',
  'florist',
  'department store',
  'online shop',
  'hotel',
  'school',
  'garden centre',
];
const POSTCODES: Record<string, string> = {
  GB: 'ZZ99 3VZ',
  DE: '00001',
  FR: '00001',
  ES: '00001',
  NL: '0001 AA',
};
const WITH_POSTAL_ADDRESS = 0.6;
/** About one customer in fifty has no e-mail address on file. */
const WITHOUT_EMAIL = 0.02;
/** Of the numbers in Great Britain. */
const MOBILE = 0.7;

/** The made-up contact of a customer. */
export function contactFor(code: string, market: string, seed: number): SampleContact {
  const drawn = (what: string): number =>
    createHash('sha256').update(`${seed}/${code}/${what}`).digest().readUInt32BE(0) / 2 ** 32;
  const pick = (list: string[], what: string): string => list[Math.floor(drawn(what) * list.length)]!;
  const customerType = pick(TYPES, 'type');
  const name = `${pick(FIRST, 'first')} ${pick(SECOND, 'second')} ${customerType} ${code}`;
  const language = market === 'BE' ? (drawn('language') < 0.6 ? 'nl' : 'fr') : (LANGUAGE[market] ?? 'en');
  const email = drawn('email') < WITHOUT_EMAIL ? null : `orders@customer-${code}.example`;
  return {
    code,
    name,
    customerType,
    language,
    email,
    phone: phoneFor(market, drawn('phone'), drawn('mobile') < MOBILE),
    postal: drawn('post') < WITH_POSTAL_ADDRESS ? postalFor(market, drawn('house'), pick(FIRST, 'street')) : null,
  };
}

function phoneFor(market: string, drawn: number, isMobile: boolean): string | null {
  const digits = (count: number): string => String(Math.floor(drawn * 10 ** count)).padStart(count, '0');
  if (market === 'GB') return `${isMobile ? '+447700900' : '+441632960'}${digits(3)}`;
  if (market === 'AU') return `+61255500${digits(3)}`;
  if (market === 'US') return `+1202555${String(100 + Math.floor(drawn * 100)).padStart(4, '0')}`;
  return null;
}

function postalFor(market: string, drawn: number, street: string): SampleContact['postal'] {
  const postcode = POSTCODES[market];
  if (postcode === undefined) return null;
  return { address: `${1 + Math.floor(drawn * 200)} ${street} Street`, postcode, town: 'Sampleton', country: market };
}

/**
 * Contacts as the CSV that `recall import contacts` takes. `partnersUrl`: below it each partner's system has an address by
 * its code; without it they have none.
 */
export function contactsCsv(
  customers: { code: string; market: string }[],
  seed: number,
  partnersUrl: string | null = null,
): string {
  const cell = (text: string | null): string => `"${(text ?? '').replaceAll('"', '""')}"`;
  const lines = customers.map(({ code, market }) => {
    const { postal, ...one } = contactFor(code, market, seed);
    const webhook = partnersUrl !== null && PARTNERS.includes(code) ? `${partnersUrl}/${code}` : null;
    const { address = null, postcode = null, town = null, country = null } = postal ?? {};
    const { name, customerType, language, email, phone } = one;
    const cells = [code, name, customerType, language, email, phone, webhook, address, postcode, town, country];
    return cells.map(cell).join(',');
  });
  return [CONTACT_COLUMNS.join(','), ...lines, ''].join('\n');
}

const CONTACT_COLUMNS = [
  'code',
  'name',
  'customerType',
  'language',
  'email',
  'phone',
  'webhook',
  'address',
  'postcode',
  'town',
  'country',
];
