import type { Language } from '../engine/words.js';
import { normalText } from './normal-text.js';

/**
 * A number, date, time, telephone number or code of a text: as it was written, and what it can mean, told alike in every
 * language. `parts` are the ends of a range, which another language may write as two numbers.
 */
export type NumberInText = { shown: string; means: string[]; parts: string[] };

const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'];
/** Months by name, long and short, of the languages that notices are compared in. */
const MONTHS = new Map<string, Map<string, number>>(LANGUAGES.map((language) => [language, monthsOf(language)]));
/** Number words that are nothing else; whoever writes «three» for 3 has written the number. */
const NUMBER_WORDS: Record<string, string[]> = {
  de: 'zwei drei vier fünf sechs sieben acht neun zehn elf zwölf'.split(' '),
  en: 'two three four five six seven eight nine ten eleven twelve'.split(' '),
  es: 'dos tres cuatro cinco seis siete ocho nueve diez once doce'.split(' '),
  fr: 'deux trois quatre cinq six sept huit neuf dix onze douze'.split(' '),
  it: 'due tre quattro cinque sei sette otto nove dieci undici dodici'.split(' '),
  nl: 'twee drie vier vijf zes zeven acht negen tien elf twaalf'.split(' '),
  pl: 'dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście'.split(' '),
  pt: 'dois três quatro cinco seis sete oito nove dez onze doze'.split(' '),
  sv: 'två tre fyra fem sex sju åtta nio tio elva tolv'.split(' '),
};

function monthsOf(language: string): Map<string, number> {
  const names = new Map<string, number>();
  for (const style of ['long', 'short'] as const) {
    const format = new Intl.DateTimeFormat(language, { month: style, timeZone: 'UTC' });
    for (let month = 1; month <= 12; month += 1) {
      const name = format
        .format(Date.UTC(2026, month - 1, 1))
        .toLowerCase()
        .replace('.', '');
      if (!names.has(name)) names.set(name, month);
    }
  }
  return names;
}

type Reader = { pattern: RegExp; read: (found: string[], language: string) => Omit<NumberInText, 'shown'> | null };

const two = (number: number): string => String(number).padStart(2, '0');
const day = (year: string, month: number, date: number): string[] =>
  month >= 1 && month <= 12 && date >= 1 && date <= 31 ? [`day ${year}-${two(month)}-${two(date)}`] : [];
const means = (...readings: string[]): Omit<NumberInText, 'shown'> | null =>
  readings.length > 0 ? { means: readings, parts: [] } : null;

/** What a text is read for, in this order: what one has read, the next do not see. */
const READERS: Reader[] = [
  { pattern: /\b(\d{4})-(\d{2})-(\d{2})\b/g, read: ([, y, m, d]) => means(...day(y!, Number(m), Number(d))) },
  {
    // In English the month may come first or second.
    pattern: /\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b/g,
    read: ([, a, b, y], language) => {
      const first = day(y!, Number(b), Number(a));
      return means(...first, ...(language === 'en' ? day(y!, Number(a), Number(b)) : []));
    },
  },
  {
    pattern: /\b(\d{1,2})(?:st|nd|rd|th|er|\.|º)? (?:de )?(\p{L}{3,10})\.?,?(?: de)?(?: (\d{4}))?(?!\d)/gu,
    read: ([, date, name, year], language) => namedDay(language, name!, Number(date), year),
  },
  {
    pattern: /(?<!\p{L})(\p{L}{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?(?!\d)/gu,
    read: ([, name, date, year], language) =>
      language === 'en' ? namedDay(language, name!, Number(date), year) : null,
  },
  {
    pattern: /(?<!\p{L})(\p{L}{3,10})\.?(?: de)? (\d{4})(?!\d)/gu,
    read: ([, name, year], language) => {
      const month = MONTHS.get(language)?.get(name!.toLowerCase());
      return month === undefined ? null : means(`month ${year}-${two(month)}`);
    },
  },
  {
    pattern: /\b(\d{1,2})(?:[:.](\d{2}))? ?([ap])\.?m\b/gi,
    read: ([, hour, minute = '00', half]) =>
      means(`time ${two((Number(hour) % 12) + (half!.toLowerCase() === 'p' ? 12 : 0))}:${minute}`),
  },
  { pattern: /\b(\d{1,2}):(\d{2})\b/g, read: ([, hour, minute]) => means(`time ${two(Number(hour))}:${minute}`) },
  {
    // «24 h» is a time of day or a number of hours.
    pattern: /\b(\d{1,2})(?:\.(\d{2}))? ?(?:Uhr|uur|h)\b(?: ?(\d{2})\b)?/g,
    read: ([, hour, after, behind]) => {
      const minute = after ?? behind;
      const time = `time ${two(Number(hour))}:${minute ?? '00'}`;
      return minute === undefined ? means(time, `number ${Number(hour)}`) : means(time);
    },
  },
  {
    pattern: /(?:\+|\b0)\d[\d ()/-]{5,18}\d\b/g,
    read: ([found]) => means(`telephone ${found!.replace(/\D/g, '')}`),
  },
  { pattern: /[\p{L}\d]+(?:[-/_][\p{L}\d]+)*/gu, read: ([found]) => codeOf(found!) },
  {
    pattern: /\d{1,3}(?:[., ']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?/g,
    read: ([found], language) => means(numberOf(found!, language)),
  },
];

function namedDay(
  language: string,
  name: string,
  date: number,
  year: string | undefined,
): Omit<NumberInText, 'shown'> | null {
  const month = MONTHS.get(language)?.get(name.toLowerCase());
  if (month === undefined) return null;
  return means(...(year === undefined ? [`day ${two(month)}-${two(date)}`] : day(year, month, date)));
}

/** A code has letters before its digits, or several parts; what is digits only, or digits before a word, is a number. */
function codeOf(found: string): Omit<NumberInText, 'shown'> | null {
  if (!/\d/.test(found)) return null;
  const segments = found.split(/[-/_]/);
  const digits = segments.filter((one) => /^\d+$/.test(one));
  if (digits.length === segments.length) {
    if (segments.length === 1) return null;
    return { means: [`code ${segments.join('-')}`], parts: segments.length === 2 ? segments.map(plainNumber) : [] };
  }
  const isCode =
    segments.some((one) => /\p{L}\d|\d\p{Lu}/u.test(one)) ||
    (digits.length > 0 && segments.some((one) => /^\p{Lu}+$/u.test(one)));
  return isCode ? means(`code ${found.toUpperCase()}`) : null;
}

/** English has a comma between thousands and a point before a fraction, the other languages have them the other way round. */
function numberOf(found: string, language: string): string {
  const [grouping, decimal] = language === 'en' ? [',', '.'] : ['.', ','];
  const ungrouped = found.replace(/[ ']/g, '');
  const parts = ungrouped.split(grouping);
  const isGrouped = parts.length > 1 && parts.slice(1).every((part) => part.split(decimal)[0]!.length === 3);
  return plainNumber((isGrouped ? parts.join('') : ungrouped).replaceAll(',', '.'));
}

/** Beyond what a number keeps exactly, and with zeros before it, it is the text that it is. */
function plainNumber(digits: string): string {
  return `number ${/^0\d/.test(digits) || digits.length > 15 ? digits : Number(digits)}`;
}

const LINK = /https?:\/\/|www\.|@/;

/** All numbers of a text, in no order. Links and mail addresses are not read: they may differ by language. */
function numbersIn(text: string, language: Language): NumberInText[] {
  let rest = normalText(text)
    .split(' ')
    .filter((word) => !LINK.test(word))
    .join(' ');
  const found: NumberInText[] = [];
  for (const { pattern, read } of READERS) {
    rest = rest.replace(pattern, (shown: string, ...others: unknown[]) => {
      const groups = others.slice(
        0,
        others.findIndex((one) => typeof one === 'number'),
      ) as string[];
      const known = read([shown, ...groups], language);
      if (known !== null) found.push({ shown, ...known });
      // Two spaces join no digits before and after.
      return known === null ? shown : '  ';
    });
  }
  return found;
}

/** Numbers that the one text gives and the other does not, as they were written. */
export function numbersLacking(
  has: { text: string; language: Language },
  lacks: { text: string; language: Language },
): string[] {
  const other = numbersIn(lacks.text, lacks.language);
  const known = new Set(other.flatMap((one) => [...one.means, ...one.parts]));
  const words = normalText(lacks.text)
    .toLowerCase()
    .split(/[^\p{L}]+/u);
  for (const [index, word] of (NUMBER_WORDS[lacks.language] ?? []).entries())
    if (words.includes(word)) known.add(`number ${index + 2}`);
  const missing = numbersIn(has.text, has.language).filter(
    ({ means: readings, parts }) =>
      !readings.some((one) => known.has(one)) && !(parts.length > 0 && parts.every((part) => known.has(part))),
  );
  return [...new Set(missing.map(({ shown }) => shown.trim()))];
}
