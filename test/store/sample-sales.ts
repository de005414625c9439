import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** A reader of the sample that shares nothing with the product's: what it says is what the tests compare with. */
export type FileLine = {
  /** The line as it stands in the file. */
  text: string;
  invoice: string;
  item: string;
  description: string;
  quantity: number;
  date: string;
  price: string;
  customer: string;
  country: string;
};

const FOLDER = fileURLToPath(new URL('../../samples/online-retail/', import.meta.url));
/** 783 weeks. */
const SHIFT_DAYS = 5_481;
/** Names that the file has and English has not, and those that name no country. */
const OWN_NAMES: Record<string, string> = {
  EIRE: 'IE',
  USA: 'US',
  RSA: 'ZA',
  'Czech Republic': 'CZ',
  'Hong Kong': 'HK',
  'Channel Islands': 'ZZ',
  'European Community': 'ZZ',
  Unspecified: 'ZZ',
};

export function samplePath(name: string): string {
  return `${FOLDER}${name}`;
}

/** Names of the sample's files, a month each, in order. */
export function sampleFiles(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.csv.gz'))
    .sort();
}

export function sampleText(name: string): string {
  return gunzipSync(readFileSync(samplePath(name))).toString('utf8');
}

/** The lines of a file's text below its header; no cell of the sample holds a line end. */
export function linesOf(text: string): FileLine[] {
  return text.split('\n').slice(1).filter(Boolean).map(lineOf);
}

function lineOf(text: string): FileLine {
  // Splitting at commas outside quotes: an even number of quotes follows them.
  const cells = text.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/).map(unquoted);
  if (cells.length !== 8) throw new Error(`not a line of the sample: ${text}`);
  const [invoice, item, description, quantity, date, price, customer, country] = cells as [string, ...string[]];
  return {
    text,
    invoice,
    item: item!,
    description: description!,
    quantity: Number(quantity),
    date: date!,
    price: price!,
    customer: customer!.replace('.0', ''),
    country: country!,
  };
}

function unquoted(cell: string): string {
  const bare = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
  return bare.trim();
}

export function isCredit({ invoice }: FileLine): boolean {
  return invoice[0] === 'C';
}

export function isSale(line: FileLine): boolean {
  return !isCredit(line) && line.quantity > 0;
}

/** The day a line falls on once the sample's dates are moved. */
export function shiftedDay({ date }: FileLine): string {
  return new Date(
    Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)) + SHIFT_DAYS),
  )
    .toISOString()
    .slice(0, 10);
}

const countryNames = new Map<string, string>();

/** The market of a country's name, from the names that English has for ISO 3166's codes. */
export function marketOf({ country }: FileLine): string {
  if (countryNames.size === 0) {
    const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
    for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
      const name = names.of(code);
      // A withdrawn code shares its name with the one in force, to which it is canonicalised: DD is Germany too.
      if (name && new Intl.Locale(`und-${code}`).region === code) countryNames.set(name, code);
    }
  }
  const market = OWN_NAMES[country] ?? countryNames.get(country);
  if (market === undefined) throw new Error(`no market for ${country}`);
  return market;
}

export function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
