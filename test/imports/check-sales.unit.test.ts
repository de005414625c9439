import { describe, expect, it } from '@jest/globals';
import { checked, SALES_HEADER, salesMapping, salesText } from './import-files.js';

const LAMP = 'I-1,5012345678900,Lamp,10,2026-08-03 10:00:00,2.50,9001,United Kingdom';
const one = async (line: string, more = ''): Promise<Record<string, unknown>> => {
  const found = await checked(salesMapping(more), salesText(line));
  expect(found.errors).toEqual([]);
  return found.first[0] as Record<string, unknown>;
};
const errorOf = async (line: string, more = '') => {
  const found = await checked(salesMapping(more), salesText(LAMP.replace('2.50', '2'), line));
  expect(found.taken).toBe(0);
  return found.errors.map(({ line: at, column, value }) => [at, column, value]);
};

describe('a delivery to Northern Ireland', () => {
  it.each([
    ['United Kingdom', 'BT1 1AA', 'XI'],
    ['GB', 'bt701aa', 'XI'],
    ['United Kingdom', 'B1 1BT', 'GB'],
    ['United Kingdom', 'BTX 1AA', 'GB'],
    ['United Kingdom', '', 'GB'],
    ['Germany', 'BT1 1AA', 'DE'],
    ['Northern Ireland', '', 'XI'],
  ])('is told by its postcode where the file has one: %s, %s', async (country, postcode, market) => {
    const text = salesText(LAMP.replace('United Kingdom', country)).trimEnd().split('\n');
    const withPostcode = [`${text[0]},postcode`, `${text[1]},${postcode}`].join('\n');
    const found = await checked(salesMapping('', ['postcode']), withPostcode);
    expect(found.errors).toEqual([]);
    expect(found.first[0]).toMatchObject({ country, market });
  });
});

describe('a file of sales', () => {
  it('has columns that nobody reads: they are named, each beside the field that it may be meant for', async () => {
    const text = `${SALES_HEADER},Lot No,Doc Type,Lager\n${LAMP},L-1,CR,7\n`;
    expect((await checked(salesMapping(), text)).warnings).toEqual([
      { line: 1, column: 'Lot No', message: 'not read: Lot No (is it lot?), Doc Type (is it credits?), Lager' },
    ]);
    expect((await checked(salesMapping(), salesText(LAMP))).warnings).toEqual([]);
  });

  it('is told with its counts, its first rows, and what stands between its cells', async () => {
    const text = salesText(LAMP, 'I-2,X,Pen,4,04.08.2026 10:00,"1,5",,Germany')
      .replaceAll(',', ';')
      .replace('"1;5"', '"1,5"');
    const found = await checked(salesMapping(), text);
    expect(found).toMatchObject({
      rows: 2,
      taken: 2,
      errors: [],
      warnings: [],
      written: { encoding: 'utf-8', delimiter: ';' },
      counts: { sales: 2, unitsSold: 14, withoutCustomer: 1 },
    });
    expect(found.first[1]).toMatchObject({
      soldAt: '2026-08-04T10:00:00.000Z',
      unitPrice: '1.5',
      market: 'DE',
      customer: null,
    });
  });

  it('says everything that is wrong with it in one answer, and not the first of it', async () => {
    const wrong = 'I-3,5.01235E+12,Lamp,six,2026-02-30,2.50,9003,Atlantis';
    expect(await errorOf(wrong)).toEqual([
      [3, 'item', '5.01235E+12'],
      [3, 'quantity', 'six'],
      [3, 'country', 'Atlantis'],
      [3, 'soldAt', '2026-02-30'],
    ]);
    const many = await checked(salesMapping(), salesText(...Array.from({ length: 150 }, () => wrong)));
    expect([many.errors.length, many.errorCount, many.rows]).toEqual([100, 600, 150]);
  });

  it('is refused where a spreadsheet left an error or a shortened number in the place of a code', async () => {
    const line = (item: string, customer: string) => `I-3,${item},Lamp,1,2026-08-03,2.50,${customer},Germany`;
    for (const error of ['#N/A', '#NV', '#REF!', '#DIV/0!', '########', '5.01235E+12', '5.01235E12']) {
      expect(await errorOf(line(error, '9003'))).toEqual([[3, 'item', error]]);
      expect(await errorOf(line('X', error))).toEqual([[3, 'customer', error]]);
    }
    for (const code of ['#5', '#', '1E10', 'N/A-7', '#NA'])
      expect(await one(line(code, '9003'))).toMatchObject({ item: code });
  });

  it.each([
    ['a line that is short', 'I-3,X,Pen', [[3, '', 'I-3,X,Pen']]],
    ['a line that is long', `${LAMP},x`, [[3, '', `${LAMP},x`]]],
    [
      'a quote in the middle of a cell',
      'I-3,X "5",Pen,1,2026-08-03,1,9,DE',
      [[3, 5, 'I-3,X "5",Pen,1,2026-08-03,1,9,DE']],
    ],
  ])('is refused for %s, and what stands below it is read', async (_what, line, wanted) => {
    const found = await checked(salesMapping(), salesText(LAMP, line, LAMP.replace(',10,', ',ten,')));
    const places = found.errors.map(({ line: at, column, value }) => [at, column, value]);
    expect(places).toEqual([...wanted, [4, 'quantity', 'ten']]);
  });

  it('is read with its columns in any order, case and spelling, with blank lines and columns that nobody asked for', async () => {
    const text =
      'Country, SOLD-AT ,unit_price,Item,Description,Quantity,Customer,Invoice,Salesman\nde,2026-08-03,1,X,Pen,5,9,I-1,Kim\n\n';
    const found = await checked(salesMapping(), text);
    expect(found).toMatchObject({ rows: 1, taken: 1, errors: [] });
    expect(found.first[0]).toMatchObject({ market: 'DE', quantity: 5, item: 'X' });
  });

  it('names the columns that are missing or stand twice', async () => {
    const missing = await checked(salesMapping(), 'invoice,item\n');
    expect(missing.errors.map(({ column }) => column)).toEqual([
      'quantity',
      'soldAt',
      'customer',
      'description',
      'unitPrice',
      'country',
    ]);
    const twice = await checked(salesMapping(), `${SALES_HEADER},Item\n`);
    expect(twice.errors).toMatchObject([{ line: 1, column: 'Item' }]);
  });

  it.each([
    ['NUL', 'I-1,X\0', 'file.csv', 2, 6],
    ['a spreadsheet under another name', 'PK\u0003\u0004', 'file.csv', 1, 1],
  ])('is refused for %s', async (_what, content, name, line, column) => {
    const text = name === 'file.csv' && content.startsWith('PK') ? content : `${SALES_HEADER}\n${content}`;
    expect((await checked(salesMapping(), text, name)).errors).toMatchObject([{ line, column }]);
  });
});

describe('an encoding', () => {
  const words = `I-1,X,Süßstoff,1,2026-08-03,1,9,DE`;
  it('is that of the mark, or the one that is named; a byte that it does not have is refused with its place', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(salesText(words), 'utf16le')]);
    expect((await checked(salesMapping(), utf16)).first[0]).toMatchObject({ description: 'Süßstoff' });
    const latin = Buffer.from(salesText(words), 'latin1');
    const named = await checked(salesMapping('encoding: windows-1252\n'), latin);
    expect(named.first[0]).toMatchObject({ description: 'Süßstoff' });
    expect(named.written.encoding).toBe('windows-1252');
    expect((await checked(salesMapping(), latin)).errors).toMatchObject([
      { line: 2, column: 8, message: 'this is not UTF-8' },
    ]);
    const none = Buffer.from(salesText(words.replace('ß', '\u0081')), 'latin1');
    expect((await checked(salesMapping('encoding: windows-1252\n'), none)).errors).toMatchObject([
      { line: 2, column: 9 },
    ]);
  });
});

describe('numbers', () => {
  const withQuantity = (quantity: string): string => `I-1,X,Pen,"${quantity}",2026-08-03,1,9,DE`;
  it.each([
    ['1000', '', 1000],
    ['1.000', "decimal: ','\nthousands: '.'\n", 1000],
    ['1,000', 'thousands: ","\n', 1000],
    ["12'000", 'thousands: "\'"\n', 12_000],
    ['1 000', 'thousands: " "\n', 1000],
    ['10,00', '', 10],
    ['5-', '', -5],
  ])('%s are read with the marks that the mapping names (%j)', async (quantity, more, wanted) => {
    expect(await one(withQuantity(quantity), more)).toMatchObject({ quantity: wanted });
  });
  it.each([
    ['1,000', ''],
    ['1.000', "decimal: ','\n"],
    ['2.5', ''],
    ['1e3', ''],
  ])('%s are refused where they say two things or none (%j)', async (quantity, more) => {
    expect(await errorOf(withQuantity(quantity), more)).toEqual([[3, 'quantity', quantity]]);
  });
  it('of kilograms and packs are units where the mapping says how many', async () => {
    expect(await one(withQuantity('2,5'), 'constants: { unit: kg }\nunits: { kg: 1000 }\n')).toMatchObject({
      quantity: 2500,
    });
    expect(await one(withQuantity('2'), 'constants: { pack: 12 }\n')).toMatchObject({ quantity: 24 });
    expect(await errorOf(withQuantity('0,0001'), 'constants: { unit: kg }\nunits: { kg: 1000 }\n')).toHaveLength(1);
  });
  it('of money are one number however they are written', async () => {
    expect((await one(LAMP)).unitPrice).toBe((await one(LAMP.replace('2.50', '2.5'))).unitPrice);
  });
});

describe('dates', () => {
  const withDate = (date: string): string => `I-1,X,Pen,1,${date},1,9,DE`;
  it.each([
    ['2026-08-03', '', '2026-08-03T00:00:00.000Z'],
    ['03.08.2026 10:00', '', '2026-08-03T10:00:00.000Z'],
    ['08/03/2026', 'dates: MM/dd/yyyy\n', '2026-08-03T00:00:00.000Z'],
    ['3/8/2026 2:05 PM', 'dates: dd/MM/yyyy\n', '2026-08-03T14:05:00.000Z'],
    ['46237.5', 'dates: excel-serial\n', '2026-08-03T12:00:00.000Z'],
    ['2026-08-03T22:30:00Z', 'zone: Europe/Berlin\n', '2026-08-04T00:30:00.000Z'],
  ])('%s are read (%j)', async (date, more, soldAt) => {
    expect(await one(withDate(date), more)).toMatchObject({ soldAt });
  });
  it.each([
    ['03/08/2026', ''],
    ['31.02.2026', ''],
    ['13/01/2026', 'dates: MM/dd/yyyy\n'],
    ['2026-08-03 24:00', ''],
  ])('%s are refused (%j)', async (date, more) => {
    expect(await errorOf(withDate(date), more)).toEqual([[3, 'soldAt', date]]);
  });
});

describe('a credit', () => {
  const line = (quantity: string, invoice = 'CR-1'): string => `${invoice},X,Pen,${quantity},2026-08-03,1,9,DE`;
  it.each([
    ['credits: { prefix: CR }\n', '4', 'CR-1'],
    ['credits: { prefix: CR }\n', '-4', 'CR-1'],
    ['credits: { sign: negative }\n', '-4', 'I-9'],
    ['credits: { column: description, values: [Pen] }\n', '4', 'I-9'],
  ])('reduces whatever its sign (%j, %s)', async (more, quantity, invoice) => {
    expect(await one(line(quantity, invoice), more)).toMatchObject({ kind: 'credit', quantity: -4 });
  });
  it('that the mapping does not tell is asked about', async () => {
    const below = await checked(salesMapping('credits: { prefix: GS }\n'), salesText(line('-4')));
    expect(below.warnings).toMatchObject([{ line: 2, column: 'quantity' }]);
    const alike = await checked(salesMapping(), salesText(LAMP, line('4')));
    expect(alike.warnings).toMatchObject([{ line: 3, column: 'invoice' }]);
  });
});

describe('codes of one file', () => {
  const sold = (item: string): string => `I-1,${item},Pen,1,2026-08-03,1,9,DE`;
  it.each([
    ['04006381333931', '4006381333931'],
    ['036000291452', '0036000291452'],
    ['400638133393', '4006381333931'],
    ['ab-12', 'AB12'],
    ['ab12', 'ab\u200b12'],
  ])('%s and %s are named as siblings, and taken', async (first, other) => {
    const found = await checked(salesMapping(), salesText(sold(first), sold(other), sold(other)));
    expect(found).toMatchObject({ taken: 3, warnings: [{ line: 3, column: 'item' }], warningCount: 1 });
  });
  it('that are two products are not', async () => {
    const found = await checked(
      salesMapping(),
      salesText(sold('22633'), sold('22634'), sold('4006381333931'), sold('4006381333948')),
    );
    expect(found.warnings).toEqual([]);
  });
});
