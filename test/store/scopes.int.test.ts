import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SaleLine } from '../../engine/sales.js';
import { inScope, wrongScope, type NewScope } from '../../engine/scope.js';
import type { IsoDate } from '../../engine/words.js';
import { siblingCodes } from '../../store/sibling-codes.js';
import { scopePredicate } from '../../store/trace/scope-predicate.js';
import { requireSold, traceSales } from '../../store/trace/trace-sales.js';
import { keptTrace } from './consignees.js';
import { ownDatabase } from './database.js';
import { fileOf, HEADER, importText, linesOfText, markedMapping } from './sales-files.js';
import { tracedBy } from './trace-oracle.js';

const MAPPING = markedMapping();

const database = ownDatabase();

/** Imports lines, each with all of its cells, and gives them as the reader gives them. */
async function importLines(name: string, cells: (string | number)[][]): Promise<SaleLine[]> {
  const text = fileOf(
    cells.map((line) => line.join(',')),
    `${HEADER},Lot,Serial`,
  );
  await importText(database.pool, name, text, MAPPING);
  return linesOfText(MAPPING, name, text);
}

const day = fc.constantFrom('2011-03-01', '2011-03-02', '2011-03-03');
const instant = fc.tuple(day, fc.constantFrom('00:00:00', '12:00:00', '23:59:59')).map(([on, at]) => `${on} ${at}`);
const lot = fc.constantFrom('', 'L1', 'L2', 'l2', 'L 3');
const numbered = fc
  .tuple(fc.constantFrom('', 'A', 'A-', 'B'), fc.nat({ max: 30 }), fc.integer({ min: 1, max: 3 }))
  .map(([prefix, number, width]) => `${prefix}${String(number).padStart(width, '0')}`);
const serial = fc.oneof(
  { weight: 4, arbitrary: numbered },
  fc.constantFrom('', 'A1:', 'A1X', 'AA', 'AC', 'AÉ', 'A😀', 'a10'),
);
const sold = fc.record({
  what: fc.constantFrom('sale', 'sale', 'sale', 'credit', 'adjustment'),
  quantity: fc.integer({ min: 1, max: 9 }),
  at: instant,
  customer: fc.constantFrom('', '1.0', '2.0', '3.0'),
  country: fc.constantFrom('France', 'Germany', 'United Kingdom'),
  lot,
  serial,
});
const sales = fc.array(sold, { minLength: 1, maxLength: 40 });
const date = fc.constantFrom('2026-03-02', '2026-03-03', '2026-03-04', '2026-03-05') as fc.Arbitrary<IsoDate>;
const range = fc.oneof(fc.record({ from: numbered, to: numbered }), fc.record({ from: serial, to: serial }));
/** Scopes of every kind, of which nothing is wrong. */
const scopes = fc
  .tuple(
    fc.record({ from: date, to: date }),
    fc.uniqueArray(lot.filter(Boolean), { minLength: 1 }),
    fc.array(
      range.filter((one) => wrongScope({ kind: 'serials', item: 'x', ranges: [one] }) === null),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([days, lots, ranges]) => (item: string): NewScope[] => [
    { kind: 'window', item, ...days },
    { kind: 'lots', item, lots },
    { kind: 'serials', item, ranges },
  ])
  .filter((of) => of('x').every((scope) => wrongScope(scope) === null));

test('whatever was sold, the store finds for every kind of scope what each line says of itself', async () => {
  let run = 0;
  const traced = { window: 0, lots: 0, serials: 0 };
  const property = fc.asyncProperty(sales, scopes, async (some, scopesOf) => {
    run += 1;
    const item = `ITEM${run}`;
    const cells = some.map(({ what, quantity, at, customer, country, ...marks }, index) => {
      const invoice = `${what === 'credit' ? 'C' : ''}${run}-${index}`;
      return [invoice, item, 'X', what === 'sale' ? quantity : -quantity, at, '1.0', customer, country, marks.lot, marks.serial]; // prettier-ignore
    });
    const lines = await importLines(`${item}.csv`, cells);
    for (const scope of scopesOf(item)) {
      const values: unknown[] = [];
      const predicate = scopePredicate(scope, values);
      const held = await database.pool.query<{ invoice: string }>(
        `select invoice from sale_line where ${predicate}`,
        values,
      );
      const wanted = lines.filter((line) => inScope(scope, line)).map(({ invoice }) => invoice);
      expect(held.rows.map(({ invoice }) => invoice).sort()).toEqual(wanted.sort());
      const oracle = tracedBy(lines, scope);
      if (oracle === null) {
        const nobody = { detail: { code: 'nobody-bought' } };
        await expect(traceSales(database.pool, scope)).rejects.toMatchObject(nobody);
        await expect(requireSold(database.pool, scope)).rejects.toMatchObject(nobody);
        continue;
      }
      traced[scope.kind] += 1;
      expect(await keptTrace(database.pool, scope)).toEqual(oracle);
      expect(await traceSales(database.pool, scope)).toEqual(oracle.result);
      await requireSold(database.pool, scope);
    }
  });
  await fc.assert(property, { numRuns: 60 });
  // Of every kind something was sold, or this would say nothing of it; how often is left to chance.
  for (const kind of ['window', 'lots', 'serials'] as const) expect(traced[kind]).toBeGreaterThan(0);
});

describe('of an item of which some sales carry no lot or no serial number', () => {
  const line = (invoice: string, quantity: number, lotCell: string, serialCell: string): (string | number)[] =>
    [invoice, 'HALF', 'X', quantity, '2011-03-01 09:00:00', '1.0', '1.0', 'France', lotCell, serialCell]; // prettier-ignore
  beforeAll(async () => {
    await importLines('half.csv', [
      line('1', 2, 'L1', 'S01'),
      line('2', 3, '', 'S02'),
      line('3', 4, 'L2', ''),
      line('4', 5, '', ''),
      line('C5', -1, '', ''),
      line('6', 7, 'l1', 's01'),
      [...line('7', 8, 'L1', 'S01').with(1, 'half')],
      [...line('8', 9, 'L9', 'S99').with(1, 'half')],
    ]);
  });
  const lots = (...named: string[]): NewScope => ({ kind: 'lots', item: 'HALF', lots: named });
  const serials = (from: string, to: string): NewScope => ({ kind: 'serials', item: 'HALF', ranges: [{ from, to }] });

  test('a trace says how many lines and units of it may be affected all the same', async () => {
    const byLot = await traceSales(database.pool, lots('L1', 'L2'));
    expect(byLot).toMatchObject({ saleLines: 2, unitsSold: 6, unmarked: { lacks: 'lot', lines: 2, units: 8 } });
    const bySerial = await traceSales(database.pool, serials('S01', 'S02'));
    expect(bySerial).toMatchObject({
      saleLines: 2,
      unitsSold: 5,
      unmarked: { lacks: 'serial', lines: 2, units: 9 },
    });
  });

  test('where nobody bought, the error says it too, and which lots are expected', async () => {
    await expect(traceSales(database.pool, lots('L7'))).rejects.toMatchObject({
      detail: {
        code: 'nobody-bought',
        where: 'item HALF, lot L7',
        message: expect.stringMatching(/^nobody bought item HALF, lot L7; 2 sale lines with 8 units .* carry no lot/),
        expected: 'lots of which the item was sold, written as in the sales',
        remedy: expect.stringContaining('--lot'),
      },
    });
    await expect(requireSold(database.pool, serials('S70', 'S80'))).rejects.toMatchObject({
      detail: {
        message: expect.stringContaining('9 units of the item carry no serial number'),
        expected: 'serial numbers under which the item was sold, written as in the sales',
        remedy: expect.stringContaining('--serial'),
      },
    });
    const unknown = traceSales(database.pool, { ...lots('L1'), item: 'NONE' });
    await expect(unknown).rejects.toMatchObject({ detail: { expected: 'an item that occurs in the imported sales' } });
  });

  test('other spellings of item, lot and serial number are named, and nothing that lies outside the scope', async () => {
    const alike = [
      { item: 'HALF', lines: 1, units: 7 },
      { item: 'half', lines: 1, units: 8 },
    ];
    expect(await siblingCodes(database.pool, lots('L1', 'L2'))).toEqual(alike);
    expect(await siblingCodes(database.pool, serials('S01', 'S02'))).toEqual(alike);
    expect(await siblingCodes(database.pool, lots('L2'))).toEqual([]);
  });

  test('a serial number is found however it is written, but for its zeros', async () => {
    const item = 'ODD';
    const row = (units: number, serial: string): (string | number)[] =>
      [String(units), item, 'X', units, '2011-03-01 09:00:00', '1.0', '1.0', 'France', '', serial]; // prettier-ignore
    const alike = ['sx-0100', 'SX 0150', 'SX\u2011 0\u200b199', ' ＳＸ0200 ', 'SX_0250'].map((serial, at) =>
      row(2 ** at, serial),
    );
    await importLines('odd.csv', [...alike, row(100, 'SX-150'), row(200, 'SX-0251'), row(400, 'SX/0120')]);
    const scope: NewScope = { kind: 'serials', item, ranges: [{ from: 'SX/0100', to: 'SX/0250' }] };
    expect(await siblingCodes(database.pool, scope)).toEqual([{ item, lines: 5, units: 31 }]);
  });
});
