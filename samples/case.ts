/**
 * The documented rule by which the sample's date codes are made up, and what the notices of a drill say with them.
 *
 * A date code is the year and ISO week in which a unit was stamped: `26-07`. Units that were sold in a window were stamped
 * from the week of its first day to the week of its last, each less a lead time of 3 to 12 whole weeks, which is drawn from
 * seed, item and window. Nothing in a code says anything of a real product.
 *
 * `online-retail/case.yaml` is written for the default item, window and seed, and `online-retail/case-generic.yaml` with
 * the same codes for any other item: both are valid case files as they stand. For other items, windows and seeds the codes
 * in their texts are exchanged, and the general word for the product is followed by the name that the sales have for it.
 */
import { createHash } from 'node:crypto';

export type SampleScope = { item: string; from: string; to: string };
type Texts = Record<string, string>;

/** What the demo recalls unless it is told otherwise. */
export const DEFAULT_SCOPE: SampleScope = { item: '22423', from: '2026-03-03', to: '2026-06-02' };
export const DEFAULT_SEED = 1;

const DAY_MS = 86_400_000;
const LEAD_WEEKS_MIN = 3;
const LEAD_WEEKS_MAX = 12;

/** The first and the last date code of the units that were sold in a window. */
export function dateCodes({ item, from, to }: SampleScope, seed: number): { first: string; last: string } {
  const drawn = createHash('sha256').update(`${seed}/${item}/${from}/${to}/lead`).digest().readUInt32BE(0) / 2 ** 32;
  const lead = LEAD_WEEKS_MIN + Math.floor(drawn * (LEAD_WEEKS_MAX - LEAD_WEEKS_MIN + 1));
  return { first: isoWeek(from, -lead), last: isoWeek(to, -lead) };
}

/** Year and ISO week (`26-07`) of a date, so many weeks later. A week belongs to the year that its Thursday lies in. */
export function isoWeek(date: string, weeksLater = 0): string {
  const day = new Date(Date.parse(`${date}T00:00:00Z`) + weeksLater * 7 * DAY_MS);
  const daysSinceMonday = (day.getUTCDay() + 6) % 7;
  const thursday = new Date(day.getTime() + (3 - daysSinceMonday) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1;
  return `${String(year).slice(2)}-${String(week).padStart(2, '0')}`;
}

/** A case file of the sample, said of this scope and seed. `name` is what the sales call the item, null where they do not. */
export function caseFor<T extends { product: Texts; identification: Texts }>(
  written: T,
  { scope, seed, name }: { scope: SampleScope; seed: number; name: string | null },
): T {
  const [there, here] = [dateCodes(DEFAULT_SCOPE, DEFAULT_SEED), dateCodes(scope, seed)];
  const codes = new Map([
    [there.first, here.first],
    [there.last, here.last],
  ]);
  const identification = mapTexts(written.identification, (text) =>
    text.replace(/\b\d\d-\d\d\b/g, (code) => {
      const found = codes.get(code);
      if (!found)
        throw new Error(
          `the case file of the sample has the date code ${code}, its rule ${[...codes.keys()].join(' and ')}`,
        );
      return found;
    }),
  );
  const product = mapTexts(written.product, (text, language) => {
    if (name === null) return text;
    return language === 'en' ? name : `${text} ${name}`;
  });
  return { ...written, product, identification };
}

function mapTexts(texts: Texts, change: (text: string, language: string) => string): Texts {
  return Object.fromEntries(Object.entries(texts).map(([language, text]) => [language, change(text, language)]));
}
