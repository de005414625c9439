import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorDetail } from '../../engine/errors.js';
import type { ImportReport } from '../../store/import/import-sales.js';
import { ownDatabase } from './database.js';
import { fileOf, HEADER, importText, MAPPING, markedMapping, readLines } from './sales-files.js';
import { eventually } from '../eventually.js';

const MARKED = markedMapping('Serial No');

type Sold = { invoice: string; lot?: string; serial?: string };

const database = ownDatabase();

/** An export of these sales, all of one item, with the columns of lot and serial number or without. */
function exportOf(sales: Sold[], hasMarks: boolean): string {
  const lines = sales.map(({ invoice, lot = '', serial = '' }) => {
    const line = `${invoice},22423,CAKESTAND,6,2011-03-01 08:26:00,12.75,17850.0,United Kingdom`;
    return hasMarks ? `${line},${lot},${serial}` : line;
  });
  return fileOf(lines, hasMarks ? `${HEADER},Lot,Serial No` : HEADER);
}

function importPlain(...sales: Sold[]): Promise<ImportReport> {
  return importText(database.pool, 'plain.csv', exportOf(sales, false));
}

function importMarked(...sales: Sold[]): Promise<ImportReport> {
  return importText(database.pool, 'marked.csv', exportOf(sales, true), MARKED);
}

/** Lot and serial number of every line of the invoice. */
async function marksOf(invoice: string): Promise<string[]> {
  const { rows } = await database.pool.query<{ marks: string }>(
    `select coalesce(lot, '-') || '/' || coalesce(serial, '-') as marks from sale_line where invoice = $1`,
    [invoice],
  );
  return rows.map(({ marks }) => marks).sort();
}

const counts = ({ rows, added, alreadyThere, marked, repeated }: ImportReport): number[] =>
  [rows, added, alreadyThere, marked, repeated]; // prettier-ignore

test('a mapping may name the columns of lot and serial number, and a file that lacks a named column is refused', async () => {
  await importMarked({ invoice: 'N1', lot: ' L1 ', serial: 'S1' }, { invoice: 'N1', lot: '', serial: ' ' });
  expect(await marksOf('N1')).toEqual(['-/-', 'L1/S1']);
  const lacking = exportOf([{ invoice: 'N2' }], false);
  const thrown = await importText(database.pool, 'lacking.csv', lacking, MARKED).catch((failed: unknown) => failed);
  expect(errorDetail(thrown)).toMatchObject({
    code: 'csv-column-missing',
    message: 'the file lacks the column Lot (and 1 more)',
  });
});

test('a line that carries neither keeps the identity that lines had before there were lots', () => {
  const contents = (hasMarks: boolean, sold: Sold): [string, string | null] => {
    const [line] = readLines(hasMarks ? MARKED : MAPPING, 'x.csv', exportOf([sold], hasMarks));
    return [line!.content, line!.unmarked];
  };
  const values = ['I1', '22423', 'CAKESTAND', 6, '2011-03-01T08:26:00.000Z', '12.75', '17850', 'United Kingdom'];
  const plain = createHash('md5').update(values.join('\u001f')).digest('hex');
  expect(contents(false, { invoice: 'I1' })).toEqual([plain, null]);
  expect(contents(true, { invoice: 'I1' })).toEqual([plain, null]);
  const others = [{ lot: 'X' }, { serial: 'X' }, { lot: 'X', serial: 'X' }, { lot: 'Y' }];
  const marked = others.map((marks) => contents(true, { invoice: 'I1', ...marks }));
  expect(marked.map(([, unmarked]) => unmarked)).toEqual(others.map(() => plain));
  expect(new Set([plain, ...marked.map(([content]) => content)]).size).toBe(others.length + 1);
});

test('lines that differ in lot or serial number only are no repeats of each other', async () => {
  const sales = [{ invoice: 'R1', lot: 'L1' }, { invoice: 'R1', lot: 'L2' }, { invoice: 'R1', lot: 'L1' }, { invoice: 'R1', serial: 'L1' }]; // prettier-ignore
  expect(counts(await importMarked(...sales))).toEqual([4, 4, 0, 0, 1]);
  expect(await marksOf('R1')).toEqual(['-/L1', 'L1/-', 'L1/-', 'L2/-']);
  expect(counts(await importMarked(...sales.toReversed()))).toEqual([4, 0, 4, 0, 1]);
});

test('sales that were here without their lots get them when they come with them, and are not counted twice', async () => {
  const three = [{ invoice: 'M1' }, { invoice: 'M1' }, { invoice: 'M1' }];
  expect(counts(await importPlain(...three))).toEqual([3, 3, 0, 0, 2]);
  const known = [{ invoice: 'M1', lot: 'L1' }, { invoice: 'M1', lot: 'L2' }, { invoice: 'M1' }, { invoice: 'M2', lot: 'L1' }]; // prettier-ignore
  expect(counts(await importMarked(...known))).toEqual([4, 1, 1, 2, 0]);
  expect(await marksOf('M1')).toEqual(['-/-', 'L1/-', 'L2/-']);
  // Neither the one nor the other adds anything from now on.
  expect(counts(await importMarked(...known))).toEqual([4, 0, 4, 0, 0]);
  expect(counts(await importPlain(...three, { invoice: 'M2' }))).toEqual([4, 0, 4, 0, 2]);
  expect(await marksOf('M1')).toEqual(['-/-', 'L1/-', 'L2/-']);
  expect(await marksOf('M2')).toEqual(['L1/-']);
});

test('more lines without lots than are known with them are new lines', async () => {
  await importMarked({ invoice: 'P1', lot: 'L1' });
  expect(counts(await importPlain({ invoice: 'P1' }, { invoice: 'P1' }))).toEqual([2, 1, 1, 0, 1]);
  expect(await marksOf('P1')).toEqual(['-/-', 'L1/-']);
});

test('however often whole invoices come, with lots or without, in whatever order, each of their lines is here once', async () => {
  let run = 0;
  const mark = fc.constantFrom(undefined, 'L1', 'L2');
  const invoices = fc.array(fc.array(fc.record({ lot: mark, serial: mark }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 3,
  });
  const imports = fc.array(
    fc.record({ hasMarks: fc.boolean(), from: fc.nat(2), backwards: fc.boolean() }),
    { minLength: 1, maxLength: 5 }, // prettier-ignore
  );
  const property = fc.asyncProperty(invoices, imports, async (bought, exports) => {
    run += 1;
    const nameOf = (index: number): string => `F${run}-${index}`;
    for (const { hasMarks, from, backwards } of exports) {
      const sales = bought.flatMap((lines, index) =>
        index < from ? [] : lines.map((marks) => ({ invoice: nameOf(index), ...marks })),
      );
      const inOrder = backwards ? sales.toReversed() : sales;
      await (hasMarks ? importMarked(...inOrder) : importPlain(...inOrder));
    }
    for (const [index, lines] of bought.entries()) {
      const seen = exports.filter(({ from }) => index >= from);
      const marks = lines.map(({ lot = '-', serial = '-' }) => `${lot}/${serial}`).sort();
      const expected = seen.some(({ hasMarks }) => hasMarks) ? marks : lines.map(() => '-/-');
      expect(await marksOf(nameOf(index))).toEqual(seen.length === 0 ? [] : expected);
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test('a file with lots and one without them that are imported at once leave each line once', async () => {
  const { pool } = database;
  const waiting = async (): Promise<number> => {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::integer as count from pg_locks join pg_stat_activity using (pid)
        where not granted and datname = current_database()`,
    );
    return rows[0]!.count;
  };
  const untilWaiting = (wanted: number): Promise<true> =>
    eventually(`${wanted} imports wait to write`, async () => (await waiting()) >= wanted);
  for (const first of ['plain', 'marked'] as const) {
    // One has come to its writing, and may not write before the other has come as far as it gets.
    const gate = await pool.connect();
    await gate.query('begin');
    await gate.query('lock table sale_line in share row exclusive mode');
    const invoice = `C-${first}`;
    const imports = {
      plain: () => importPlain({ invoice }),
      marked: () => importMarked({ invoice, lot: 'L1' }),
    };
    const one = imports[first]();
    await untilWaiting(1);
    const other = imports[first === 'plain' ? 'marked' : 'plain']();
    await untilWaiting(2);
    await gate.query('commit');
    gate.release();
    await Promise.all([one, other]);
    expect(await marksOf(invoice)).toEqual(['L1/-']);
  }
});
