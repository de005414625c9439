import { createReadStream } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NewScope } from '../../engine/scope.js';
import type { IsoDate } from '../../engine/words.js';
import { importSales } from '../../store/import/import-sales.js';
import type { TracedConsignee, TraceResult } from '../../engine/trace.js';
import { requireSold, traceSales } from '../../store/trace/trace-sales.js';
import { keptTrace } from './consignees.js';
import { ownDatabase } from './database.js';
import { fileOf, importText, MAPPING } from './sales-files.js';
import {
  isCredit,
  isSale,
  linesOf,
  marketOf,
  samplePath,
  sampleText,
  shiftedDay,
  sum,
  type FileLine,
} from './sample-sales.js';

type Window = Extract<NewScope, { kind: 'window' }>;

/** The months of the scopes below and one to either side, so that a window that is too wide is seen. */
const MONTHS = ['2011-02', '2011-03', '2011-04', '2011-05', '2011-06'].map((month) => `${month}.csv.gz`);

const database = ownDatabase();
let lines: FileLine[];
beforeAll(async () => {
  lines = MONTHS.flatMap((file) => linesOf(sampleText(file)));
  for (const file of MONTHS) await importSales(database.pool, MAPPING, file, createReadStream(samplePath(file)));
});

function scopeOf(item: string, from: string, to: string): Window {
  return { kind: 'window', item, from: from as IsoDate, to: to as IsoDate };
}

function unitsOf(some: FileLine[]): number {
  return sum(some.map(({ quantity }) => quantity));
}

/** Units credited, one by one: each takes back one that was bought before it, while there is one. */
function matched(theirs: FileLine[]): number {
  const held: string[] = [];
  const bought = theirs.filter(isSale).toSorted((a, b) => (a.date < b.date ? -1 : 1));
  const credited = theirs.filter(isCredit).toSorted((a, b) => (a.date < b.date ? -1 : 1));
  let units = 0;
  for (const credit of credited) {
    while (bought[0] && bought[0].date <= credit.date) {
      const { date, quantity } = bought.shift()!;
      held.push(...Array.from({ length: quantity }, () => date));
    }
    units += held.splice(0, 0 - credit.quantity).length;
  }
  return units;
}

/** The same trace, from the lines of the file. */
function traced({ item, from, to }: Window): { result: TraceResult; consignees: TracedConsignee[] } {
  const inWindow = lines.filter((line) => line.item === item && from <= shiftedDay(line) && shiftedDay(line) <= to);
  const sold = inWindow.filter(isSale);
  const credited = inWindow.filter(isCredit);
  const nameless = sold.filter(({ customer }) => customer === '');
  const codes = [...new Set(sold.map(({ customer }) => customer))].filter(Boolean).sort();
  const consignees = codes.map((code) => {
    const theirs = sold.filter(({ customer }) => customer === code);
    const units = unitsOf(theirs);
    const markets = [...new Set(theirs.map(marketOf))].sort();
    const unitsCredited = matched(inWindow.filter(({ customer }) => customer === code));
    return { code, markets, units, lines: theirs.length, unitsCredited };
  });
  const markets = [...new Set(sold.map(marketOf))].sort().map((market) => ({
    market,
    units: unitsOf(sold.filter((line) => marketOf(line) === market)),
    consignees: consignees.filter((one) => one.markets.includes(market)).length,
  }));
  const result = {
    saleLines: sold.length,
    unitsSold: unitsOf(sold),
    consignees: consignees.length,
    unidentifiedLines: nameless.length,
    unidentifiedUnits: unitsOf(nameless),
    creditLines: credited.length,
    unitsCredited: 0 - unitsOf(credited),
    unitsCreditedMatched: sum(consignees.map(({ unitsCredited }) => unitsCredited)),
    markets,
    unmarked: null,
  };
  return { result, consignees } as unknown as ReturnType<typeof traced>;
}

const SCOPES = [
  { why: 'the default scope', scope: scopeOf('22423', '2026-03-03', '2026-06-02') },
  {
    why: 'customers of two markets, and credits without a customer',
    scope: scopeOf('POST', '2026-02-15', '2026-05-20'),
  },
  { why: 'a customer credited more than was bought', scope: scopeOf('M', '2026-03-01', '2026-06-20') },
  { why: 'a credit of what was bought before the window', scope: scopeOf('85123A', '2026-03-03', '2026-06-02') },
];

describe('a trace', () => {
  test.each(SCOPES)('of $scope.item is what the file itself says ($why)', async ({ scope }) => {
    expect(await keptTrace(database.pool, scope)).toEqual(traced(scope));
    expect(await traceSales(database.pool, scope)).toEqual(traced(scope).result);
  });

  test('is of scopes in which each thing it must tell apart occurs', () => {
    const [usual, twoMarkets, overCredited, creditedEarlier] = SCOPES.map(({ scope }) => traced(scope));
    for (const what of ['unidentifiedUnits', 'unitsCreditedMatched', 'consignees'] as const)
      expect(usual!.result[what]).toBeGreaterThan(0);
    expect(usual!.result.markets.length).toBeGreaterThan(1);
    const { from, to } = SCOPES[1]!.scope;
    const post = lines.filter((line) => line.item === 'POST' && isSale(line) && line.customer !== '');
    const marketsOf = (code: string): number =>
      new Set(
        post.filter((one) => one.customer === code && shiftedDay(one) >= from && shiftedDay(one) <= to).map(marketOf),
      ).size;
    expect(twoMarkets!.consignees.some(({ code }) => marketsOf(code) > 1)).toBe(true);
    expect(twoMarkets!.result.unitsCredited).toBeGreaterThan(twoMarkets!.result.unitsCreditedMatched);
    expect(overCredited!.consignees.some(({ units, unitsCredited }) => units === unitsCredited)).toBe(true);
    // Credited, and bought again 12 minutes later: these units are still out there.
    expect(creditedEarlier!.consignees.find(({ code }) => code === '15749')).toMatchObject({ unitsCredited: 0 });
  });

  test.each(SCOPES)(
    'of $scope.item leaves no unit out: consignees and unidentified add up to what was sold',
    async ({ scope }) => {
      const { result, consignees } = await keptTrace(database.pool, scope);
      expect(sum(consignees.map(({ units }) => units)) + result.unidentifiedUnits).toBe(result.unitsSold);
      expect(sum(consignees.map((one) => one.lines)) + result.unidentifiedLines).toBe(result.saleLines);
      expect(sum(result.markets.map(({ units }) => units))).toBe(result.unitsSold);
      // Who received in two markets is a consignee of both.
      expect(sum(result.markets.map((one) => one.consignees))).toBe(
        sum(consignees.map(({ markets }) => markets.length)),
      );
    },
  );

  test('holds the first and the last minute of its window and nothing beside them', async () => {
    const at = (invoice: number, time: string): string =>
      `${invoice},EDGE,AT THE EDGE,${invoice},${time},1.0,1.0,France`;
    const text = fileOf([
      at(1, '2011-02-28 23:59:59'),
      at(2, '2011-03-01 00:00:00'),
      at(4, '2011-03-02 23:59:59'),
      at(8, '2011-03-03 00:00:00'),
    ]);
    await importText(database.pool, 'edge.csv', text);
    const units = async (from: string, to: string): Promise<number> =>
      (await traceSales(database.pool, scopeOf('EDGE', from, to))).unitsSold;
    expect(await units('2026-03-03', '2026-03-04')).toBe(2 + 4);
    expect(await units('2026-03-03', '2026-03-03')).toBe(2);
    expect(await units('2026-03-02', '2026-03-05')).toBe(1 + 2 + 4 + 8);
  });

  test.each([
    ['a trace', traceSales],
    ['the look before it', requireSold],
  ])('of an item that occurs nowhere, %s says so, and of a known one outside its sales says that', async (_, look) => {
    const unknown = look(database.pool, scopeOf('00000', '2026-03-03', '2026-06-02'));
    await expect(unknown).rejects.toMatchObject({
      detail: {
        code: 'nobody-bought',
        message: 'nobody bought item 00000, sold 2026-03-03 to 2026-06-02',
        expected: 'an item that occurs in the imported sales',
      },
    });
    const outside = look(database.pool, scopeOf('22423', '2024-03-03', '2024-06-02'));
    await expect(outside).rejects.toMatchObject({
      detail: { code: 'nobody-bought', expected: 'a window in which the item was sold' },
    });
    await expect(look(database.pool, scopeOf('22423', '2026-03-03', '2026-06-02'))).resolves.not.toThrow();
  });

  test('of an item that was only credited in its window finds nobody', async () => {
    const text = fileOf([
      'C9,BACK,CAME BACK,-3,2011-03-01 09:00:00,1.0,1.0,France',
      '10,BACK,COUNTED OFF,-2,2011-03-01 09:00:00,0.0,,France',
    ]);
    await importText(database.pool, 'back.csv', text);
    for (const look of [traceSales, requireSold])
      await expect(look(database.pool, scopeOf('BACK', '2026-03-03', '2026-03-04'))).rejects.toMatchObject({
        detail: { code: 'nobody-bought', expected: 'a window in which the item was sold' },
      });
  });
});
