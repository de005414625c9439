import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from '@jest/globals';
import { parse } from 'yaml';
import { sampleCase } from '../../drills/sample.js';
import { draw } from '../../imports/pictures/draw.js';
import { caseFor, dateCodes, DEFAULT_SCOPE, DEFAULT_SEED, isoWeek } from '../../samples/case.js';

type Case = { product: Record<string, string>; identification: Record<string, string> };
const LANGUAGES = ['de', 'en', 'es', 'fr', 'nl', 'pt'];
const OTHER = { item: '21914', from: '2026-03-03', to: '2026-04-02' };
/** The gap between the numbers of two weeks of the same year. */
const weeksBetween = (a: string, b: string): number => Number(b.slice(3)) - Number(a.slice(3));

function written(name: string): Case {
  return parse(readFileSync(new URL(`../../samples/online-retail/${name}.yaml`, import.meta.url), 'utf8')) as Case;
}

test('a week belongs to the year of its Thursday, and is two digits', () => {
  const weeks = ['2026-01-01', '2027-01-01', '2024-12-30', '2026-03-03', '2021-01-03'].map((date) => isoWeek(date));
  expect(weeks).toEqual(['26-01', '26-53', '25-01', '26-10', '20-53']);
  expect(isoWeek('2026-03-03', -10)).toBe('25-52');
});

describe('date codes', () => {
  it('are the weeks of the window, three to twelve weeks earlier', () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const { first, last } = dateCodes({ item: '22423', from: '2026-05-04', to: '2026-06-02' }, seed);
      const lead = weeksBetween(first, '26-19');
      expect(lead).toBeGreaterThanOrEqual(3);
      expect(lead).toBeLessThanOrEqual(12);
      expect(weeksBetween(last, '26-23')).toBe(lead);
    }
  });

  it('are the same for the same item, window and seed, and follow from each of them', () => {
    const all = (of: (n: number) => string): number => new Set(Array.from({ length: 40 }, (_, n) => of(n))).size;
    const firstOf = (change: Partial<typeof OTHER>, seed = 1): string => dateCodes({ ...OTHER, ...change }, seed).first;
    expect(all(() => firstOf({}))).toBe(1);
    expect(all((n) => firstOf({ item: String(n) }))).toBeGreaterThan(3);
    expect(all((n) => firstOf({ to: `2026-04-${10 + (n % 20)}` }))).toBeGreaterThan(3);
    expect(all((n) => firstOf({}, n))).toBeGreaterThan(3);
  });
});

describe('the case of a drill', () => {
  it('is the case file as it stands, for the default item, window and seed', () => {
    const { picture, ...caseFile } = sampleCase(DEFAULT_SCOPE, DEFAULT_SEED).caseFile;
    expect(written('case')).toMatchObject({ ...caseFile, picture: { file: 'product.png', alt: picture!.alt } });
    // It is small enough to be sent as it is, and holds nothing but what is seen.
    const file = Buffer.from(picture!.base64, 'base64');
    expect(Buffer.compare(draw(file).bytes, file)).toBe(0);
  });

  it.each(LANGUAGES)('of another item names it and its codes in %s', (language) => {
    const { product, identification } = sampleCase(OTHER, 7).caseFile as Case;
    const { first, last } = dateCodes(OTHER, 7);
    expect(identification[language]!.match(/\d\d-\d\d/g)).toEqual([first, last]);
    const general = written('case-generic').product[language]!;
    expect(product[language]).toBe(language === 'en' ? 'BLUE HARMONICA IN BOX' : `${general} BLUE HARMONICA IN BOX`);
  });

  it('of an item that nobody bought keeps the general word', () => {
    const { product } = sampleCase({ ...OTHER, item: 'NOTHING' }, 7).caseFile as Case;
    expect(product).toEqual(written('case-generic').product);
  });

  it('is refused where a case file has other codes than its rule', () => {
    const file = { product: {}, identification: { en: 'Date codes 26-01 to 26-02.' } };
    expect(() => caseFor(file, { scope: OTHER, seed: 1, name: null })).toThrow(/26-01/);
  });
});
