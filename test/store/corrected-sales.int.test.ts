import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseMapping } from '../../imports/mapping.js';
import type { ImportReport } from '../../store/import/import-sales.js';
import { ownDatabase } from './database.js';
import { fileOf, HEADER, importText, MAPPING, markedMapping } from './sales-files.js';

const database = ownDatabase();
let n = 0;

type Sold = { invoice: string; units: number; customer?: string; day?: string; price?: string; item?: string };

/** Each test has a source of its own, as if nothing had been imported before. */
function ownSource(): (...sold: Sold[]) => Promise<ImportReport> {
  n += 1;
  const mapping = { ...MAPPING, mapping: `source-${n}` };
  return (...sold) =>
    importText(
      database.pool,
      'sales.csv',
      fileOf(
        sold.map(
          ({ invoice, units, customer = '17850', day = '2011-03-01', price = '2.50', item = 'FAN' }) =>
            `${invoice},${item},A FAN,${units},${day} 08:26:00,${price},${customer},Germany`,
        ),
      ),
      mapping,
    );
}

/** What is counted of the invoice, in its order. */
async function unitsOf(invoice: string): Promise<number[]> {
  const { rows } = await database.pool.query<{ quantity: number }>(
    'select quantity from sale_line where invoice = $1 and source = $2 order by quantity',
    [invoice, `source-${n}`],
  );
  return rows.map(({ quantity }) => quantity);
}

const counts = ({ rows, added, alreadyThere, corrected }: ImportReport): number[] =>
  [rows, added, alreadyThere, corrected]; // prettier-ignore

describe('a later file of the same source', () => {
  test('corrects a quantity, and says what was and what is', async () => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 }, { invoice: 'B', units: 1 });
    const report = await take({ invoice: 'A', units: 7 }, { invoice: 'B', units: 1 });
    expect(counts(report)).toEqual([2, 1, 1, 1]);
    expect(report.corrections).toEqual([{ invoice: 'A', item: 'FAN', customer: '17850', was: 5, is: 7 }]);
    expect([await unitsOf('A'), await unitsOf('B')]).toEqual([[7], [1]]);
  });

  test('withdraws a line by no units', async () => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 });
    const report = await take({ invoice: 'A', units: 0 });
    expect(report.corrections).toEqual([{ invoice: 'A', item: 'FAN', customer: '17850', was: 5, is: 0 }]);
    expect(await unitsOf('A')).toEqual([0]);
  });

  test('adds a line to an invoice whose lines it repeats, and takes none away that it does not hold', async () => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 });
    expect(counts(await take({ invoice: 'A', units: 5 }, { invoice: 'A', units: 7 }))).toEqual([2, 1, 1, 0]);
    expect(counts(await take({ invoice: 'A', units: 7 }, { invoice: 'C', units: 1 }))).toEqual([2, 1, 1, 0]);
    expect(await unitsOf('A')).toEqual([5, 7]);
  });

  test('corrects one of several lines, and repeats stay as often as the file has them', async () => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 }, { invoice: 'A', units: 5 }, { invoice: 'A', units: 2 });
    const report = await take({ invoice: 'A', units: 5 }, { invoice: 'A', units: 9 }, { invoice: 'A', units: 2 });
    expect(report.corrections).toMatchObject([{ was: 5, is: 9 }]);
    expect(await unitsOf('A')).toEqual([2, 5, 9]);
  });

  test.each([
    ['of another invoice', { invoice: 'Z' }],
    ['of another item', { item: 'LAMP' }],
    ['for another customer', { customer: '1' }],
    ['of another day, as numbers of invoices come again', { day: '2012-03-01' }],
  ])('adds a sale %s', async (_what, other) => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 });
    expect(counts(await take({ invoice: 'A', units: 7, ...other }))).toEqual([1, 1, 0, 0]);
  });

  test('corrects a price alone without counting the sale twice', async () => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 });
    const report = await take({ invoice: 'A', units: 5, price: '2.75' });
    expect([report.corrections, await unitsOf('A')]).toEqual([[{ invoice: 'A', item: 'FAN', customer: '17850', was: 5, is: 5 }], [5]]); // prettier-ignore
    // Money is a number, however it is written.
    expect(counts(await take({ invoice: 'A', units: 5, price: '2.7500' }))).toEqual([1, 0, 1, 0]);
  });

  test('splits a sale by its lots without counting it twice, and one that comes without lots takes none away', async () => {
    ownSource();
    const mapping = { ...markedMapping(), mapping: `source-${n}` };
    const plain = { ...MAPPING, mapping: `source-${n}` };
    const line = (units: number): string => `A,FAN,A FAN,${units},2011-03-01 08:26:00,2.50,17850,Germany`;
    await importText(database.pool, 'plain.csv', fileOf([line(5)]), plain);
    const lots = fileOf([`${line(3)},L1,`, `${line(2)},L2,`], `${HEADER},Lot,Serial`);
    const report = await importText(database.pool, 'lots.csv', lots, mapping);
    expect([report.corrections, await unitsOf('A')]).toEqual([[{ invoice: 'A', item: 'FAN', customer: '17850', was: 5, is: 5 }], [2, 3]]); // prettier-ignore
    // Without its lot a line may be another one: too many are told rather than too few.
    expect(counts(await importText(database.pool, 'plain.csv', fileOf([line(6)]), plain))).toEqual([1, 1, 0, 0]);
    expect(await unitsOf('A')).toEqual([2, 3, 6]);
  });

  test('leaves alone what another source says', async () => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 });
    const mapping = parseMapping('mapping: other\ncolumns: { invoice: I, item: S, quantity: Q, soldAt: D, customer: C }\n', 'm'); // prettier-ignore
    const text = 'I,S,Q,D,C\nA,FAN,7,2011-03-01,17850\n';
    expect(counts(await importText(database.pool, 'other.csv', text, mapping))).toEqual([1, 1, 0, 0]);
    expect(await unitsOf('A')).toEqual([5]);
  });
});

describe('the earlier file again', () => {
  test('changes nothing, in whatever order its lines are', async () => {
    const take = ownSource();
    const earlier: Sold[] = [{ invoice: 'A', units: 5 }, { invoice: 'B', units: 1 }]; // prettier-ignore
    await take(...earlier);
    await take({ invoice: 'A', units: 7 });
    expect(counts(await take(...earlier))).toEqual([2, 0, 2, 0]);
    expect(counts(await take(...earlier.toReversed()))).toEqual([2, 0, 2, 0]);
    expect(await unitsOf('A')).toEqual([7]);
  });

  test('is not known where it holds more; then it is the later one, and somebody is asked to look', async () => {
    const take = ownSource();
    await take({ invoice: 'A', units: 5 });
    await take({ invoice: 'A', units: 7 });
    const report = await take({ invoice: 'A', units: 5 }, { invoice: 'B', units: 1 });
    expect(report.corrections).toMatchObject([{ was: 7, is: 5 }]);
    expect(report.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('1 lines are here again that a later file had replaced'),
    ]);
  });
});

test('what is counted of a sale is what the last file that speaks of it says, whichever files came before', async () => {
  const version = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
  const sorted = (units: number[]): number[] => [...units].sort((a, b) => a - b);
  const holds = (all: number[], some: number[]): boolean =>
    some.every((one) => some.filter((two) => two === one).length <= all.filter((two) => two === one).length);
  await fc.assert(
    fc.asyncProperty(fc.array(version, { minLength: 1, maxLength: 4 }), async (versions) => {
      const take = ownSource();
      let counted: number[] = [];
      const seen = new Set<string>();
      for (const units of versions) {
        await take(...units.map((one) => ({ invoice: 'P', units: one })));
        const isNews = !seen.has(String(sorted(units)));
        seen.add(String(sorted(units)));
        // Part of what is counted says nothing new.
        if (isNews && !holds(counted, units)) counted = units;
      }
      expect(await unitsOf('P')).toEqual(sorted(counted));
    }),
    { numRuns: 30 },
  );
});
