import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import ExcelJS from 'exceljs';
import { guessMapping } from '../../imports/guess.js';
import { newFindings } from '../../imports/findings.js';
import { sampleOf } from '../../imports/sample.js';
import { sheetText } from '../../imports/sheet.js';
import { checked, salesMapping, SALES_HEADER } from './import-files.js';

async function book(rows: ExcelJS.CellValue[][], others: string[] = []): Promise<Buffer> {
  const written = new ExcelJS.Workbook();
  written.addWorksheet('Sales').addRows(rows);
  for (const name of others) written.addWorksheet(name).addRow(['x']);
  return Buffer.from(await written.xlsx.writeBuffer());
}

const HEADER = SALES_HEADER.split(',');
const row = (...changed: [number, ExcelJS.CellValue][]): ExcelJS.CellValue[] => {
  const cells: ExcelJS.CellValue[] = [
    'I-1',
    5012345678900,
    'Lamp "5"',
    10,
    new Date(Date.UTC(2026, 7, 3, 10)),
    2.5,
    9001,
    'DE',
  ];
  for (const [index, value] of changed) cells[index] = value;
  return cells;
};

describe('a spreadsheet', () => {
  it('is read as it shows itself: numbers whole, dates as days, formulas by what they give, whatever the mapping says of texts', async () => {
    const content = await book([HEADER, row(), row([0, 'I-2'], [3, { formula: '5+6', result: 11 }])]);
    for (const more of ['', "decimal: ','\ndelimiter: semicolon\nencoding: windows-1252\n"]) {
      const found = await checked(salesMapping(more), content, 'a.xlsx');
      expect(found).toMatchObject({ rows: 2, taken: 2, errors: [] });
      expect(found.first).toMatchObject([
        {
          item: '5012345678900',
          quantity: 10,
          soldAt: '2026-08-03T10:00:00.000Z',
          unitPrice: '2.5',
          description: 'Lamp "5"',
        },
        { quantity: 11 },
      ]);
    }
  });

  it('has errors at its own rows, behind empty ones and cells of several lines', async () => {
    const content = await book([HEADER, row([2, 'two\nlines']), [], row([3, 'ten'])]);
    expect((await checked(salesMapping(), content, 'a.xlsx')).errors).toMatchObject([
      { line: 4, column: 'quantity', value: 'ten' },
    ]);
  });

  it('is refused for a number of more digits than it keeps', async () => {
    const content = await book([HEADER, row([1, 12_345_678_901_234_567_000])]);
    expect((await checked(salesMapping(), content, 'a.xlsx')).errors).toMatchObject([{ line: 2, column: 'item' }]);
  });

  it('says which of its sheets are not read', async () => {
    const found = await checked(salesMapping(), await book([HEADER, row()], ['Old']), 'a.xlsx');
    expect(found.warnings).toMatchObject([{ message: 'the file has another sheet, Old: only the first one is read' }]);
  });

  it('keeps letters of several bytes whole, wherever in the file they stand', async () => {
    const texts = Array.from({ length: 20_000 }, (_, n) => `Größe ${n} ✓`);
    const found: string[] = [];
    const content = await book([HEADER, ...texts.map((text, n) => row([0, `I-${n}`], [2, text]))]);
    for await (const piece of sheetText('a.xlsx', Readable.from([content]), {
      ...{ delimiter: ',', decimal: '.' },
      findings: newFindings(),
    }))
      found.push(piece.toString());
    const lines = found.join('').trimEnd().split('\n').slice(1);
    expect(lines.map((line) => line.split(',')[2])).toEqual(texts);
  });

  it.each([
    ['it is cut', async () => (await book([HEADER, row()])).subarray(0, 3_000)],
    ['it is none', async () => Buffer.from('invoice,item\n')],
  ])('is refused where %s', async (_what, content) => {
    expect((await checked(salesMapping(), await content(), 'a.xlsx')).errors).toMatchObject([{ line: 1 }]);
  });

  it('gets a first mapping as a text does', async () => {
    const content = await book([
      ['Rechnungsnr', 'Artikelnr', 'Menge', 'Datum', 'Kundennr', 'Land'],
      ['I', 'X', 1, new Date(0), 9, 'DE'],
    ]);
    const guess = guessMapping('a.xlsx', await sampleOf('a.xlsx', () => Readable.from([content])));
    expect(guess.text).toContain('invoice: Rechnungsnr');
    expect(guess.open).toEqual(['how returns are told (credits)']);
  });
});
