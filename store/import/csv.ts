import { CsvError } from 'csv-parse';
import { RecallError } from '../../engine/errors.js';
import { cut } from '../../engine/text.js';

const NOTHING_DONE = 'nothing was imported';

/** csv-parse's own strictness, and a bound for the record that an unclosed quote would make of the rest of a file. */
export const STRICT = { bom: true, max_record_size: 1_000_000 } as const;

/** The header of a file that has every wanted column, each once; csv-parse would silently keep the last of two equal ones. */
export function checkedHeader(fileName: string, header: string[], wanted: string[]): string[] {
  const missing = wanted.filter((column) => !header.includes(column));
  const twice = header.filter((column, index) => header.indexOf(column) !== index);
  if (missing.length === 0 && twice.length === 0) return header;
  throw new RecallError({
    code: 'csv-column-missing',
    message:
      missing.length > 0
        ? `the file lacks the column ${missing.join(', ')}`
        : `the column ${twice.join(', ')} stands twice`,
    where: `${fileName}:1`,
    expected: `the columns ${wanted.join(', ')}`,
    remedy: `export the file with these columns; ${NOTHING_DONE}`,
  });
}

/** The error for one cell. */
export function brokenCell(where: string, column: string, value: string, expected: string): RecallError {
  return new RecallError({
    code: 'csv-malformed',
    message: value === '' ? `${column} is empty` : `${column} is ${JSON.stringify(cut(value, 40))}`,
    where: `${where}, column ${column}`,
    expected,
    remedy: `correct the line and import the file again; ${NOTHING_DONE}`,
  });
}

/** What a person can act on of whatever ended the reading of a file: a broken line, or a file that is not whole. */
export function csvError(fileName: string, failed: unknown): RecallError {
  if (failed instanceof RecallError) return failed;
  const message = failed instanceof Error ? failed.message : String(failed);
  const remedy = `correct the file and import it again; ${NOTHING_DONE}`;
  if (!(failed instanceof CsvError)) {
    const expected = 'a readable file that is whole: compressed by gzip where its name ends in .gz, plain where not';
    return new RecallError({ code: 'csv-malformed', message, where: fileName, expected, remedy });
  }
  const where = typeof failed.lines === 'number' ? `${fileName}:${failed.lines}` : fileName;
  const expected =
    'comma-separated values with one header line, quotes closed, and as many cells in each line as in the header';
  return new RecallError({ code: 'csv-malformed', message, where, expected, remedy });
}
