/**
 * The documented rule by which the sample's contacts are made up. Nothing in it is a real business or person.
 *
 * Every contact is a function of the customer's code, market and the seed. Addresses lie below `.example`, a top-level
 * domain reserved by RFC 2606. Telephone numbers come from ranges that a regulator keeps for fiction: Great Britain
 * 01632 960000-960999 and, of mobiles, 07700 900000-900999 (Ofcom), Australia 02 5550 0000-0999 (ACMA), USA 555-0100 to 555-0199 (NANPA).
 * Countries without such a range get no number. The language is the country's; Belgium is split by the seed.
 */
import { createHash } from 'node:crypto';

export type SampleContact = {
  code: string;
  name: string;
  customerType: string;
  language: string;
  email: string | null;
  phone: string | null;
};

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
  };
}

function phoneFor(market: string, drawn: number, isMobile: boolean): string | null {
  const digits = (count: number): string => String(Math.floor(drawn * 10 ** count)).padStart(count, '0');
  if (market === 'GB') return `${isMobile ? '+447700900' : '+441632960'}${digits(3)}`;
  if (market === 'AU') return `+61255500${digits(3)}`;
  if (market === 'US') return `+1202555${String(100 + Math.floor(drawn * 100)).padStart(4, '0')}`;
  return null;
}

/** Contacts as the CSV that `recall import contacts` takes. */
export function contactsCsv(customers: { code: string; market: string }[], seed: number): string {
  const cell = (text: string | null): string => `"${(text ?? '').replaceAll('"', '""')}"`;
  const lines = customers
    .map(({ code, market }) => contactFor(code, market, seed))
    .map((one) => [one.code, one.name, one.customerType, one.language, one.email, one.phone].map(cell).join(','));
  return ['code,name,customerType,language,email,phone', ...lines, ''].join('\n');
}
