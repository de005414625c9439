import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { errorDetail, type ErrorDetail } from '../../engine/errors.js';
import type { Pool } from '../../store/db.js';
import { importSales, type ImportReport } from '../../store/import/import-sales.js';
import { ownDatabase, testDatabase, type TestDatabase } from './database.js';
import { fileOf, HEADER, importText, MAPPING } from './sales-files.js';
import {
  isCredit,
  isSale,
  linesOf,
  marketOf,
  sampleFiles,
  samplePath,
  sampleText,
  shiftedDay,
  sum,
  type FileLine,
} from './sample-sales.js';
import { eventually } from '../eventually.js';

const GOOD = '536365,22423,CAKESTAND,6,2011-03-01 08:26:00,12.75,17850.0,United Kingdom';

async function rowCount(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select count(*)::integer as count from sale_line');
  return rows[0]!.count;
}

/** What an import counted, without what it warned of: spellings of one code, which a test of their own looks at. */
function counted({ warnings: _warnings, warningCount: _count, ...counts }: ImportReport): Counts {
  return counts;
}
type Counts = Omit<ImportReport, 'warnings' | 'warningCount'>;

/** How many wait to write sales, or for their turn to. */
async function waitingToWrite(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from pg_locks
      where not granted and (relation = 'sale_line'::regclass or locktype = 'advisory')
        and database = (select oid from pg_database where datname = current_database())`,
  );
  return rows[0]!.count;
}

/** What a file of these lines should be reported as, counted from its text. */
function reportOf(file: string, lines: FileLine[]): Omit<Counts, 'added' | 'alreadyThere'> {
  return {
    file,
    rows: lines.length,
    marked: 0,
    corrected: 0,
    corrections: [],
    repeated: lines.length - new Set(lines.map(({ text }) => text)).size,
    sales: lines.filter(isSale).length,
    credits: lines.filter(isCredit).length,
    adjustments: lines.filter((line) => !isCredit(line) && line.quantity <= 0).length,
    withoutCustomer: lines.filter(({ customer }) => customer === '').length,
    late: [],
  };
}

function reversed(lines: FileLine[]): FileLine[] {
  return [...lines].reverse();
}

function csv(lines: FileLine[]): string {
  return fileOf(lines.map(({ text }) => text));
}

describe('the bundled sample', () => {
  const database = ownDatabase();
  const reports = new Map<string, Counts>();
  const texts = new Map<string, FileLine[]>();
  beforeAll(async () => {
    for (const file of sampleFiles()) {
      texts.set(file, linesOf(sampleText(file)));
      reports.set(file, counted(await importSales(database.pool, MAPPING, file, createReadStream(samplePath(file)))));
    }
  });

  const all = (): FileLine[] => [...texts.values()].flat();

  test('is reported file by file as its own text counts: sales, credits, adjustments, repeated lines, no customer', () => {
    expect(reports.size).toBe(9);
    for (const [file, lines] of texts) {
      expect(reports.get(file)).toEqual({ ...reportOf(file, lines), added: lines.length, alreadyThere: 0 });
    }
    // The sample has some of everything, or the comparison above would say little.
    for (const what of ['repeated', 'sales', 'credits', 'adjustments', 'withoutCustomer'] as const)
      expect(sum([...reports.values()].map((report) => report[what]))).toBeGreaterThan(0);
  });

  test('stands in the database with its units by kind and market', async () => {
    const wanted = new Map<string, { lines: number; units: number }>();
    for (const line of all()) {
      const kind = isCredit(line) ? 'credit' : isSale(line) ? 'sale' : 'adjustment';
      const key = `${kind} ${marketOf(line)}`;
      const group = wanted.get(key) ?? { lines: 0, units: 0 };
      wanted.set(key, { lines: group.lines + 1, units: group.units + line.quantity });
    }
    const { rows } = await database.pool.query<{ key: string; lines: number; units: number }>(
      `select kind || ' ' || market as key, count(*)::integer as lines, sum(quantity)::integer as units
         from sale_line group by 1`,
    );
    expect(new Map(rows.map(({ key, ...group }) => [key, group]))).toEqual(wanted);
    expect([...wanted.keys()].filter((key) => key.startsWith('credit')).length).toBeGreaterThan(1);
  });

  test('calls the country that the file calls EIRE by its code', async () => {
    const lines = all().filter(({ country }) => country === 'EIRE').length;
    expect(lines).toBeGreaterThan(0);
    const { rows } = await database.pool.query(
      `select country, market, count(*)::integer as lines from sale_line where country = 'EIRE' or market = 'IE' group by 1, 2`,
    );
    expect(rows).toEqual([{ country: 'EIRE', market: 'IE', lines }]);
  });

  test('keeps every cell of a month, quotes and all, and how often a line stands there', async () => {
    const month = texts.get('2011-03.csv.gz')!;
    const wanted = month.map((line) =>
      JSON.stringify([
        line.invoice,
        line.item,
        line.description,
        line.quantity,
        line.date,
        `${shiftedDay(line)}T${line.date.slice(11)}.000Z`,
        String(Number(line.price)),
        line.customer || null,
        line.country,
      ]),
    );
    const { rows } = await database.pool.query<{ cells: unknown[] }>(
      `select json_build_array(invoice, item, description, quantity, original_at, sold_at, unit_price, customer, country) as cells
         from sale_line where original_at like '2011-03-%'`,
    );
    expect(rows.map(({ cells }) => JSON.stringify(cells)).sort()).toEqual(wanted.sort());
    expect(month.some(({ description }) => description.includes('"'))).toBe(true);
  });

  test('adds nothing when a file of it is imported again', async () => {
    const file = '2011-05.csv.gz';
    const before = await rowCount(database.pool);
    const lines = texts.get(file)!;
    const again = await importSales(database.pool, MAPPING, file, createReadStream(samplePath(file)));
    expect(counted(again)).toEqual({ ...reportOf(file, lines), added: 0, alreadyThere: lines.length });
    expect(await rowCount(database.pool)).toBe(before);
    expect(before).toBe(all().length);
  });
});

describe('files that overlap', () => {
  let database: TestDatabase;
  let lines: FileLine[];
  beforeEach(async () => {
    database = await testDatabase();
    lines = linesOf(sampleText('2011-02.csv.gz'));
  });
  afterEach(() => database.stop());

  /** The line at which the invoice begins that stands at `index`: an export never cuts an invoice in two. */
  const invoiceStart = (index: number): number => lines.findIndex(({ invoice }) => invoice === lines[index]!.invoice);

  test('add only what the other has not, and repeats within the overlap stay as often as they were', async () => {
    const { pool } = database;
    const [from, to] = [invoiceStart(2_000), invoiceStart(25_000)];
    const [first, second] = [lines.slice(0, to), lines.slice(from)];
    expect(reportOf('', lines.slice(from, to)).repeated).toBeGreaterThan(0);
    expect(counted(await importText(pool, 'first.csv', csv(first)))).toEqual({
      ...reportOf('first.csv', first),
      added: first.length,
      alreadyThere: 0,
    });
    expect(counted(await importText(pool, 'second.csv', csv(second)))).toEqual({
      ...reportOf('second.csv', second),
      added: lines.length - to,
      alreadyThere: to - from,
    });
    expect(await rowCount(pool)).toBe(lines.length);
  });

  test('give the same rows when they are imported at once, one of them backwards', async () => {
    const { pool } = database;
    const [from, to] = [invoiceStart(2_000), invoiceStart(25_000)];
    const both = [csv(lines.slice(0, to)), csv(reversed(lines.slice(from)))];
    // Both come to their writing before either may write, so that they write at once however the reading went.
    const gate = await pool.connect();
    await gate.query('begin');
    await gate.query('lock table sale_line in share row exclusive mode');
    const imports = both.map((text, index) => importText(pool, `${index}.csv`, text));
    await eventually('both imports wait to write', async () => (await waitingToWrite(pool)) >= 2);
    await gate.query('commit');
    gate.release();
    const reports = await Promise.all(imports);
    expect(sum(reports.map(({ added }) => added))).toBe(lines.length);
    expect(await rowCount(pool)).toBe(lines.length);
  });
});

test('cells that mean something to the database arrive as they stand in the file', async () => {
  const { pool, stop } = await testDatabase();
  const odd = ['\\N', '\\.', 'tab\there', 'two\nlines', 'back\\slash', "it's; --", '\\t'];
  const lines = odd.map((description, index) => `${index},ODD,"${description}",1,2011-03-01 08:26:00,1.0,,France`);
  await importText(pool, 'odd.csv', fileOf(lines));
  const { rows } = await pool.query<{ description: string }>('select description from sale_line order by invoice');
  expect(rows.map(({ description }) => description)).toEqual(odd);
  await stop();
});

describe('a file that cannot be taken', () => {
  const database = ownDatabase();
  beforeAll(async () => {
    await importText(database.pool, 'before.csv', `${HEADER}\n${GOOD}\n`);
  });

  /** The error that a file gives; nothing of the file may be in the database. */
  async function refusal(name: string, content: string | Buffer): Promise<ErrorDetail> {
    const { pool } = database;
    const source = Readable.from([Buffer.from(content)]);
    const thrown = await importSales(pool, MAPPING, name, source).then(
      () => null,
      (failed: unknown) => failed,
    );
    expect(await rowCount(pool)).toBe(1);
    const detail = errorDetail(thrown);
    if (!detail) throw new Error('the file was taken, or failed without saying why', { cause: thrown });
    expect(detail.remedy).toContain('nothing was imported');
    return detail;
  }

  const other = (line: string): string => line.replace('536365', '536366');
  const withLine = (line: string): string => fileOf([other(GOOD), other(GOOD), line, other(GOOD)]);

  const cells: [what: string, line: string, column: string, value: string][] = [
    ['a quantity that is no whole number', GOOD.replace(',6,', ',6.5,'), 'Quantity', '6.5'],
    ['a quantity in words', GOOD.replace(',6,', ',six,'), 'Quantity', 'six'],
    ['a quantity that is too large for the column', GOOD.replace(',6,', ',9999999999,'), 'Quantity', '9999999999'],
    ['a date in another order', GOOD.replace('2011-03-01', '01/03/2011'), 'InvoiceDate', '01/03/2011 08:26:00'],
    ['a day that the month has not', GOOD.replace('2011-03-01', '2011-02-30'), 'InvoiceDate', '2011-02-30 08:26:00'],
    ['an hour that the day has not', GOOD.replace('08:26', '25:26'), 'InvoiceDate', '2011-03-01 25:26:00'],
    ['a price that may be thousandths', GOOD.replace('12.75', '"12,750"'), 'UnitPrice', '12,750'],
    ['a country that the mapping does not know', GOOD.replace('United Kingdom', 'Atlantis'), 'Country', 'Atlantis'],
  ];
  test.each(cells)('names line and column of %s', async (_what, line, column, value) => {
    expect(await refusal('bad.csv', withLine(line))).toMatchObject({
      code: 'csv-malformed',
      where: `bad.csv:4, column ${column}`,
      message: `${column} is ${JSON.stringify(value)}`,
    });
  });

  test('names line and column of an empty cell', async () => {
    const detail = await refusal('bad.csv', withLine(GOOD.replace(',6,', ',,')));
    expect(detail).toMatchObject({
      code: 'csv-malformed',
      where: 'bad.csv:4, column Quantity',
      message: 'Quantity is empty',
    });
  });

  test('names the line that has too few cells, or too many', async () => {
    for (const line of [GOOD.replace(',United Kingdom', ''), `${GOOD},more`]) {
      expect(await refusal('bad.csv', withLine(line))).toMatchObject({ code: 'csv-malformed', where: 'bad.csv:4' });
    }
  });

  test('counts lines as an editor does where a quoted cell spans several', async () => {
    const long = other(GOOD).replace('CAKESTAND', '"CAKE\nSTAND"');
    const bad = GOOD.replace(',6,', ',six,');
    expect(await refusal('bad.csv', fileOf([long, bad]))).toMatchObject({
      where: 'bad.csv:4, column Quantity',
    });
    expect(await refusal('bad.csv', fileOf([long.replace(',6,', ',six,')]))).toMatchObject({
      where: 'bad.csv:2, column Quantity',
    });
  });

  test('names the columns that its header lacks, or has twice', async () => {
    const without = HEADER.replace('Quantity,', '').replace(',Country', '');
    expect(await refusal('bad.csv', `${without}\n`)).toMatchObject({
      code: 'csv-column-missing',
      where: 'bad.csv:1, column Quantity',
      message: 'the file lacks the column Quantity (and 1 more)',
    });
    expect(await refusal('bad.csv', `${HEADER},Quantity\n${GOOD},7\n`)).toMatchObject({
      code: 'csv-malformed',
      where: 'bad.csv:1, column Quantity',
      message: 'the column Quantity stands twice',
    });
  });

  test('is refused where it is empty', async () => {
    expect(await refusal('empty.csv', '')).toMatchObject({
      code: 'csv-column-missing',
      where: expect.stringMatching(/^empty\.csv:1/),
    });
  });

  test('changes nothing though the broken line is the last of thirty thousand', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => GOOD.replace('536365', String(600_000 + index)));
    const text = fileOf([...many, GOOD.replace(',6,', ',six,')]);
    expect(await refusal('long.csv.gz', gzipSync(text))).toMatchObject({ where: 'long.csv.gz:30002, column Quantity' });
  });

  test('is refused where the compressed file is cut short, or not compressed at all', async () => {
    const whole = gzipSync(sampleText('2011-02.csv.gz').slice(0, 100_000));
    expect(await refusal('cut.csv.gz', whole.subarray(0, whole.length - 500))).toMatchObject({
      code: 'csv-malformed',
      where: 'cut.csv.gz',
    });
    expect(await refusal('plain.csv.gz', `${HEADER}\n${other(GOOD)}\n`)).toMatchObject({
      code: 'csv-malformed',
      where: 'plain.csv.gz',
    });
  });

  test('is refused where a quote is never closed', async () => {
    const detail = await refusal('quote.csv', withLine(GOOD.replace('CAKESTAND', '"CAKESTAND')));
    expect(detail).toMatchObject({ code: 'csv-malformed' });
    expect(detail.where).toMatch(/^quote\.csv:\d+$/);
  });
});
