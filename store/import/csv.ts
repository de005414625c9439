import { RecallError } from '../../engine/errors.js';
import { cut, normalized, placeIn } from '../../engine/text.js';
import { createTextReader } from '../../engine/utf8.js';

const NOTHING_DONE = 'nothing was imported';
const EXPECTED =
  'comma-separated values with one header line, quotes closed, and as many cells in each line as in the header';
/** A bound for the record that an unclosed quote makes of the rest of a file. */
const RECORD_LENGTH_MAX = 1_000_000;
const COLUMNS_MAX = 1_000;

/** A cell in quotes, in which commas and line ends may stand and a quote is doubled, or one without; and what ends it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n)/y;
/** A quote that closes is not doubled. */
const CLOSED = /"[^"]*(?:""[^"]*)*"(?!")/y;

/** The cells of a record, as many as its header has, and the line at which it begins. */
export type TakeRecord = (cells: string[], line: number) => void;
export type CsvReader = { read: (bytes: Uint8Array) => void; end: () => void };

/**
 * Reads CSV (RFC 4180, strictly) piece by piece; its texts are normalised. `onHeader` gives what takes the records below the
 * header. Throws what is wrong with file and line, and column where it is in a line.
 */
export function createCsvReader(fileName: string, onHeader: (header: string[]) => TakeRecord): CsvReader {
  const source = createTextReader(fileName);
  let rest = '';
  let line = 1;
  let take: TakeRecord | null = null;
  let width = 0;

  const wrong = (message: string, where: string): RecallError =>
    new RecallError({
      code: 'csv-malformed',
      message,
      where,
      expected: EXPECTED,
      remedy: `correct the file and import it again; ${NOTHING_DONE}`,
    });
  const taken = (cells: string[]): void => {
    if (take === null) {
      width = cells.length;
      if (width > COLUMNS_MAX) throw wrong(`the header has more than ${COLUMNS_MAX} columns`, `${fileName}:1`);
      take = onHeader(cells);
    } else if (cells.length === width) take(cells, line);
    else throw wrong(`the line has ${cells.length} cells and the header ${width}`, `${fileName}:${line}`);
  };

  /** Takes the records of a text that ends with a line; gives where a record begins that goes on behind it. */
  const records = (text: string): number => {
    let quote = text.indexOf('"');
    for (let from = 0; from < text.length;) {
      const end = text.indexOf('\n', from);
      if (quote >= 0 && quote < from) quote = text.indexOf('"', from);
      if (quote < 0 || quote > end) {
        const plain = text.slice(from, text[end - 1] === '\r' && end > from ? end - 1 : end);
        if (plain.includes('\r')) {
          const column = plain.indexOf('\r') + 1;
          throw wrong('a carriage return stands without a line feed', `${fileName}:${line}:${column}`);
        }
        taken(plain.split(','));
        line += 1;
        from = end + 1;
        continue;
      }
      const cells: string[] = [];
      let ends = ',';
      CELL.lastIndex = from;
      while (ends === ',') {
        const start = CELL.lastIndex;
        const found = CELL.exec(text);
        if (found === null) {
          CLOSED.lastIndex = start;
          if (text[start] === '"' && !CLOSED.test(text)) return from;
          const place = placeIn(text.slice(from, start + 1), start - from);
          const column = `${fileName}:${line + place.line - 1}:${place.column}`;
          throw wrong('a quote or a carriage return stands where none may', column);
        }
        cells.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'));
        ends = found[3]!;
      }
      const next = CELL.lastIndex;
      taken(cells);
      for (let at = end; at >= 0 && at < next; at = text.indexOf('\n', at + 1)) line += 1;
      from = next;
    }
    return text.length;
  };

  const readText = (text: string): void => {
    const pending = rest + text;
    const whole = pending.lastIndexOf('\n') + 1;
    const block = normalized(pending.slice(0, whole));
    rest = block.slice(records(block)) + pending.slice(whole);
    if (rest.length > RECORD_LENGTH_MAX) {
      const message = `a record is longer than ${RECORD_LENGTH_MAX} characters; is a quote not closed?`;
      throw wrong(message, `${fileName}:${line}`);
    }
  };

  return {
    read: (bytes) => readText(source.read(bytes)),
    end() {
      source.end();
      if (rest !== '') readText(rest.endsWith('\n') ? '' : '\n');
      if (rest !== '') throw wrong('a quote is not closed', `${fileName}:${line}`);
      if (take === null) onHeader([]);
    },
  };
}

/** Where each of the wanted columns stands in a header that has all of them, and each column once. */
export function columnsOf(fileName: string, header: string[], wanted: string[]): (column: string) => number {
  const missing = wanted.filter((column) => !header.includes(column));
  const twice = header.filter((column, index) => header.indexOf(column) !== index);
  if (missing.length === 0 && twice.length === 0) return (column) => header.indexOf(column);
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
