import type { Readable } from 'node:stream';
import type { CellValue, Row } from 'exceljs';
import { RecallError } from '../engine/errors.js';
import { addWarning, REMEDY, type Findings } from './findings.js';
import { firstSheet } from './workbook.js';

/** Of a number of more digits a spreadsheet has kept the first fifteen only. */
const EXACT_MAX = 1e15;
const ROWS_PER_PIECE = 500;
const MARK = '\ufeff';

/** Whether a file is a spreadsheet by its name. */
export function isSheet(fileName: string): boolean {
  return /\.xlsx$/i.test(fileName);
}

/**
 * The first sheet of a spreadsheet as CSV in UTF-8 with its mark, a line for each row, so that line numbers are those of the
 * sheet. Dates are written as ISO 8601, numbers with the decimal mark that the mapping document names, and in E-notation
 * where the spreadsheet has lost digits of them, so that they are refused. Throws `csv-malformed` where it is no spreadsheet.
 */
export async function* sheetText(
  fileName: string,
  source: Readable,
  how: { delimiter: string; decimal: string; findings: Findings },
): AsyncGenerator<Buffer> {
  try {
    for await (const { rows, others } of firstSheet(source)) {
      yield* sheetRows(rows, how);
      for (const name of others)
        addWarning(how.findings, {
          line: 1,
          column: '',
          message: `the file has another sheet, ${name}: only the first one is read`,
        });
    }
  } catch (failed) {
    const reason = failed instanceof Error ? failed.message : String(failed);
    const message = `this cannot be read as a spreadsheet: ${reason}`;
    const expected = 'a spreadsheet as .xlsx';
    throw new RecallError({
      code: 'csv-malformed',
      message,
      where: `${fileName}:1`,
      expected,
      remedy: REMEDY,
      errors: [{ line: 1, column: '', value: '', expected, message }],
    });
  }
}

async function* sheetRows(
  sheet: AsyncIterable<Row>,
  { delimiter, decimal }: { delimiter: string; decimal: string },
): AsyncGenerator<Buffer> {
  let text = MARK;
  let rows = 0;
  let width = 0;
  for await (const row of sheet) {
    // Rows that are empty are not given.
    for (; rows < row.number - 1; rows += 1) text += '\n';
    const values = Array.from({ length: Math.max(width, row.cellCount) }, (_, index) =>
      cellText(row.getCell(index + 1).value, decimal),
    );
    if (width === 0) width = values.length;
    // Cells behind the header are kept where they say something, and are wrong then.
    while (values.length > width && values.at(-1) === '') values.pop();
    const isEmpty = values.every((value) => value === '');
    text += `${isEmpty ? '' : values.map((value) => quoted(value, delimiter)).join(delimiter)}\n`;
    rows += 1;
    if (rows % ROWS_PER_PIECE > 0) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function quoted(text: string, delimiter: string): string {
  return text.includes(delimiter) || text.includes('"') ? `"${text.replaceAll('"', '""')}"` : text;
}

function cellText(value: CellValue, decimal: string): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.replace(/[\r\n]+/g, ' ');
  if (typeof value === 'number') return numberText(value, decimal);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Date) return value.toISOString().slice(0, 19).replace('T', ' ');
  if ('result' in value) return cellText(value.result ?? null, decimal);
  if ('richText' in value) return cellText(value.richText.map(({ text }) => text).join(''), decimal);
  if ('text' in value) return cellText(value.text, decimal);
  if ('error' in value) return value.error;
  return '';
}

function numberText(value: number, decimal: string): string {
  if (Number.isInteger(value)) {
    return Math.abs(value) < EXACT_MAX ? String(value) : value.toExponential(5);
  }
  // To fifteen digits, as a spreadsheet shows them: what lies beyond is how the machine keeps a fraction.
  return String(Number(value.toPrecision(15))).replace('.', decimal);
}
