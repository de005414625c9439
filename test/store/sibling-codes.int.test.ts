import { beforeAll, expect, test } from '@jest/globals';
import type { IsoDate } from '../../engine/words.js';
import { siblingCodes } from '../../store/sibling-codes.js';
import { ownDatabase } from './database.js';
import { fileOf, importText } from './sales-files.js';
import { isSale, linesOf, sampleFiles, sampleText, shiftedDay, sum, type FileLine } from './sample-sales.js';

const WINDOW = { kind: 'window' as const, from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate };
/** A code that the sample has in both spellings, one that it has in one, and some that only look alike. */
const CODES = /^(85123|22423|851230)[a-z]?$/i;

const database = ownDatabase();
let lines: FileLine[];
beforeAll(async () => {
  lines = sampleFiles()
    .flatMap((name) => linesOf(sampleText(name)))
    .filter(({ item }) => CODES.test(item));
  await importText(database.pool, 'some.csv', fileOf(lines.map(({ text }) => text)));
});

function soldAs(item: string): { item: string; lines: number; units: number } {
  const sold = lines.filter(
    (line) => line.item === item && isSale(line) && WINDOW.from <= shiftedDay(line) && shiftedDay(line) <= WINDOW.to,
  );
  return { item, lines: sold.length, units: sum(sold.map(({ quantity }) => quantity)) };
}

test.each([
  ['85123A', '85123a'],
  ['85123a', '85123A'],
])('the other spelling of %s is found with what the file sold under it in the window', async (item, other) => {
  expect(await siblingCodes(database.pool, { item, ...WINDOW })).toEqual([soldAs(other)]);
});

test('surrounding spaces make no other product, and every spelling but the one that was given is named', async () => {
  expect(soldAs('85123a')).toMatchObject({ lines: 12, units: 30 });
  expect(await siblingCodes(database.pool, { item: ' 85123A ', ...WINDOW })).toEqual([
    soldAs('85123A'),
    soldAs('85123a'),
  ]);
});

test('a code with one spelling has no sibling', async () => {
  expect(await siblingCodes(database.pool, { item: '22423', ...WINDOW })).toEqual([]);
});

test.each([
  ['a leading zero', '04012345678901'],
  ['no check digit', '401234567890'],
  ['hyphens', '4012-3456-7890-1'],
  ['an invisible character', '40123456\u200b78901'],
])('a number is found however it is written: with %s', async (_what, other) => {
  await importText(
    database.pool,
    'gtin.csv',
    fileOf([`G-${other},${other},KETTLE,3,2011-03-01 08:26:00,9.00,1,Germany`]),
  );
  const found = await siblingCodes(database.pool, { item: '4012345678901', ...WINDOW });
  expect(found).toContainEqual({ item: other, lines: 1, units: 3 });
  expect(await siblingCodes(database.pool, { item: '4012345678918', ...WINDOW })).toEqual([]);
});
