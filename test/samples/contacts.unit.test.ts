import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DEFAULT_SEED } from '../../samples/case.js';
import { isPostcode } from '../../engine/postal-address.js';
import type { Market } from '../../engine/words.js';
import { contactFor, contactsCsv, PARTNERS, type SampleContact } from '../../samples/contacts.js';

function samplePath(path: string): string {
  return fileURLToPath(new URL(`../../samples/${path}`, import.meta.url));
}

function sample(path: string): string {
  return readFileSync(samplePath(path), 'utf8');
}

/** Every market that a line of the sample can have. */
const MARKETS = [
  ...new Set(
    Object.values((parse(sample('online-retail/mapping.yaml')) as { countries: Record<string, string> }).countries),
  ),
];
const CODES = Array.from({ length: 400 }, (_, index) => String(12_346 + index));
const contacts = MARKETS.flatMap((market) => CODES.map((code) => ({ market, ...contactFor(code, market, 7) })));

/** RFC 2606 and RFC 6761: names below these belong to nobody. */
const RESERVED = /^[^@\s]+@(?:[a-z0-9-]+\.)*(?:example|example\.(?:com|net|org)|test|invalid)$/;
/** Ranges that a regulator keeps for fiction: Ofcom's 01632 960, ACMA's 02 5550 and 02 7010, and 555-0100 to 555-0199. */
const FICTION: Record<string, RegExp> = {
  GB: /^\+44(?:1632960|7700900)\d{3}$/,
  AU: /^\+612(?:5550|7010)\d{4}$/,
  US: /^\+1[2-9]\d{2}55501\d{2}$/,
};

/** Where the sample departs from the language that CLDR calls the likeliest of a country; `no` is Bokmål's too. */
const OWN_LANGUAGES: Record<string, string[]> = { BE: ['fr', 'nl'], MT: ['en'], NO: ['no'] };

function languagesOf(market: string): string[] {
  const { language } = new Intl.Locale(`und-${market}`).maximize();
  return OWN_LANGUAGES[market] ?? [language];
}

describe('the contacts of the sample', () => {
  test('are the same for the same seed, whatever the order, and others for another seed', () => {
    const customers = CODES.map((code) => ({ code, market: 'GB' }));
    expect(contactsCsv(customers, 7)).toBe(contactsCsv(customers, 7));
    const backwards = contactsCsv([...customers].reverse(), 7)
      .trim()
      .split('\n')
      .slice(1)
      .reverse();
    expect(backwards).toEqual(contactsCsv(customers, 7).trim().split('\n').slice(1));
    expect(contactsCsv(customers, 8)).not.toBe(contactsCsv(customers, 7));
  });

  test('do not change from one release to the next', () => {
    expect(contactFor('17850', 'GB', 1)).toEqual({
      code: '17850',
      name: 'Maple Lane hotel 17850',
      customerType: 'hotel',
      language: 'en',
      email: 'orders@customer-17850.example',
      phone: '+441632960468',
      postal: null,
    });
  });

  test('have addresses at reserved domains only, one a customer, and a few have none', () => {
    for (const { email } of contacts) if (email !== null) expect(email).toMatch(RESERVED);
    const british = contacts.filter(({ market }) => market === 'GB');
    const addresses = british.flatMap(({ email }) => email ?? []);
    expect(new Set(addresses).size).toBe(addresses.length);
    const without = contacts.filter(({ email }) => email === null).length / contacts.length;
    expect(without).toBeGreaterThan(0.005);
    expect(without).toBeLessThan(0.05);
  });

  test('have telephone numbers from ranges kept for fiction, and none where a country has no such range', () => {
    for (const { market, phone } of contacts) {
      const range = FICTION[market];
      if (range) expect(phone).toMatch(range);
      else expect([market, phone]).toEqual([market, null]);
    }
  });

  test('have postal addresses that no post delivers to, in a form of their country', () => {
    const addressed = contacts.filter(({ postal }) => postal !== null);
    expect(addressed.length).toBeGreaterThan(100);
    for (const { market, postal } of addressed) {
      const { postcode, country } = postal!;
      expect(country).toBe(market);
      expect(isPostcode(country as Market, postcode)).toBe(true);
      expect(`${country} ${postcode}`).toMatch(/^(GB ZZ99|(DE|FR|ES) 00|NL 0)/);
    }
  });

  test('have a webhook where they are the partners, below the address that is given', () => {
    const customers = ['12346', ...PARTNERS].map((code) => ({ code, market: 'GB' }));
    const webhooks = (url?: string): string[] =>
      contactsCsv(customers, 7, url)
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[6]!);
    expect(webhooks()).toEqual(['""', '""', '""']);
    expect(webhooks('http://127.0.0.1/p')).toEqual(['""', ...PARTNERS.map((code) => `"http://127.0.0.1/p/${code}"`)]);
  });

  test('read a language of their country', () => {
    for (const market of MARKETS.filter((code) => code !== 'ZZ')) {
      const spoken = new Set(contacts.filter((one) => one.market === market).map(({ language }) => language));
      expect([market, [...spoken].sort()]).toEqual([market, languagesOf(market)]);
    }
  });

  test('pass through the CSV whole, though a cell may hold commas and quotes', () => {
    const odd = { code: 'a,"b"', market: 'GB' };
    const [header, line] = contactsCsv([odd], 7).split('\n');
    expect(header).toBe('code,name,customerType,language,email,phone,webhook,address,postcode,town,country');
    const { name, customerType }: SampleContact = contactFor(odd.code, odd.market, 7);
    expect(line!.startsWith(`"a,""b""","${name.replaceAll('"', '""')}","${customerType}","en",`)).toBe(true);
  });
});

test('the bundled file has every customer of the sample by the rule, for the seed of the demo', () => {
  const { countries } = parse(sample('online-retail/mapping.yaml')) as { countries: Record<string, string> };
  const home = new Map<string, string>();
  const months = readdirSync(samplePath('online-retail')).filter((name) => name.endsWith('.csv.gz'));
  for (const month of months)
    for (const line of gunzipSync(readFileSync(samplePath(`online-retail/${month}`)))
      .toString('utf8')
      .split('\n')) {
      const [, customer, country] = /,(\d{5})\.0,([^,]+)$/.exec(line.trimEnd()) ?? [];
      const market = country === undefined ? undefined : countries[country];
      if (customer !== undefined && market! < (home.get(customer) ?? '~')) home.set(customer, market!);
    }
  const customers = [...home].map(([code, market]) => ({ code, market })).sort((a, b) => (a.code < b.code ? -1 : 1));
  expect(customers.length).toBeGreaterThan(3_000);
  expect(sample('contacts.csv')).toBe(contactsCsv(customers, DEFAULT_SEED));
});

test('the people of the roster have reserved addresses and numbers kept for fiction too', () => {
  const { people } = parse(sample('roster.yaml')) as { people: { email: string; phone: string }[] };
  expect(people.length).toBeGreaterThan(0);
  for (const { email, phone } of people) {
    expect(email).toMatch(RESERVED);
    expect(phone).toMatch(FICTION.GB!);
  }
});
