import { RecallError, type FoundError } from '../engine/errors.js';
import { cut, normalized, placeIn } from '../engine/text.js';
import { createFileText } from './decode.js';
import { REMEDY } from './findings.js';

const EXPECTED = 'one header line, quotes closed, and as many cells in each line as in the header';
/** A bound for the record that an unclosed quote makes of the rest of a file. */
const RECORD_LENGTH_MAX = 1_000_000;
const COLUMNS_MAX = 1_000;
const VALUE_LENGTH_MAX = 100;

/** What stands between cells: a cell in quotes, in which anything may stand and a quote is doubled, or one without; and what ends it. */
const CELLS = {
  ',': /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n)/y,
  ';': /(?:"([^"]*(?:""[^"]*)*)"|([^";\r\n]*))(;|\r?\n)/y,
  '\t': /(?:"([^"]*(?:""[^"]*)*)"|([^"\t\r\n]*))(\t|\r?\n)/y,
  '|': /(?:"([^"]*(?:""[^"]*)*)"|([^"|\r\n]*))(\||\r?\n)/y,
} as const;
export type Delimiter = keyof typeof CELLS;
export const DELIMITERS = Object.keys(CELLS) as [Delimiter, ...Delimiter[]];
/** A quote that closes is not doubled. */
const CLOSED = /"[^"]*(?:""[^"]*)*"(?!")/y;
/** Excel's own way to say what stands between cells, in a line before the header. */
const SAID = /^"?sep=([,;\t|])"?\r?\n/i;

/** The cells of a record, as many as its header has, and the line at which it begins. */
export type TakeRecord = (cells: string[], line: number) => void;
export type TableReader = {
  read: (bytes: Uint8Array) => void;
  end: () => void;
  /** How the file is written, and how many rows it has below its header, as far as it has been read. */
  written: () => { encoding: string | null; delimiter: Delimiter | null; rows: number };
};
export type TableSink = {
  /** Takes the header and gives what takes the records below it; null where nothing can be made of them. */
  onHeader: (header: string[]) => TakeRecord | null;
  /** A line that is none of this table, and what stands there. It is left out, and the next one is read. */
  onWrong: (error: FoundError, text: string) => void;
};
/** How a file is written, where somebody has said so. */
export type Written = { encoding?: string | undefined; delimiter?: Delimiter | undefined };

/**
 * Reads CSV (RFC 4180, strictly, with whatever stands between its cells) piece by piece; its texts are normalised. What
 * stands between cells is found in the header where nobody has said it. Throws where the rest of the file cannot be read.
 */
export function createCsvReader(fileName: string, { onHeader, onWrong }: TableSink, said: Written = {}): TableReader {
  const source = createFileText(fileName, said.encoding ?? null);
  let delimiter: Delimiter | null = said.delimiter ?? null;
  let rest = '';
  let line = 1;
  let hasHeader = false;
  let take: TakeRecord | null = null;
  let width = 0;
  let rows = 0;

  const wrong = (message: string, column: number | string, text: string, at = line): void =>
    onWrong({ line: at, column, value: cut(text, VALUE_LENGTH_MAX), expected: EXPECTED, message }, text);
  const malformed: typeof wrong = (...what) => {
    if (hasHeader) rows += 1;
    wrong(...what);
  };
  const taken = (cells: string[]): void => {
    if (hasHeader) {
      rows += 1;
      if (cells.length === width) take?.(cells, line);
      else wrong(`the line has ${cells.length} cells and the header ${width}`, '', cells.join(delimiter!));
      return;
    }
    hasHeader = true;
    width = cells.length;
    if (width > COLUMNS_MAX) throw unreadable(fileName, line, `the header has more than ${COLUMNS_MAX} columns`);
    take = onHeader(cells);
  };

  /** Takes the records of a text that ends with a line; gives where a record begins that goes on behind it. */
  const records = (text: string, between: Delimiter): number => {
    const cell = CELLS[between];
    let quote = text.indexOf('"');
    for (let from = 0; from < text.length;) {
      const end = text.indexOf('\n', from);
      if (quote >= 0 && quote < from) quote = text.indexOf('"', from);
      if (quote < 0 || quote > end) {
        const plain = text.slice(from, text[end - 1] === '\r' && end > from ? end - 1 : end);
        if (plain.includes('\r'))
          malformed('a carriage return stands without a line feed', plain.indexOf('\r') + 1, plain);
        // An empty line says nothing, and stands at the end of many files.
        else if (plain !== '' || !hasHeader) taken(plain.split(between));
        line += 1;
        from = end + 1;
        continue;
      }
      const cells: string[] = [];
      let ends: string = between;
      let next = from;
      cell.lastIndex = from;
      while (ends === between) {
        const start = cell.lastIndex;
        const found = cell.exec(text);
        if (found === null) {
          CLOSED.lastIndex = start;
          if (text[start] === '"' && !CLOSED.test(text)) return from;
          const place = placeIn(text.slice(from, start + 1), start - from);
          // What this record was to be nobody knows; the next line may begin another.
          next = text.indexOf('\n', start) + 1 || text.length;
          const message = 'a quote or a carriage return stands where none may';
          malformed(message, place.column, text.slice(from, next).trimEnd(), line + place.line - 1);
          ends = '';
          break;
        }
        cells.push(found[1] === undefined ? found[2]! : found[1].replaceAll('""', '"'));
        ends = found[3]!;
        next = cell.lastIndex;
      }
      if (ends !== '') taken(cells);
      for (let at = end; at >= 0 && at < next; at = text.indexOf('\n', at + 1)) line += 1;
      from = next;
    }
    return text.length;
  };

  const readText = (text: string): void => {
    const pending = rest + text;
    const whole = pending.lastIndexOf('\n') + 1;
    let block = normalized(pending.slice(0, whole));
    if (delimiter === null && whole > 0) {
      const own = SAID.exec(block);
      delimiter = (own?.[1] as Delimiter | undefined) ?? delimiterOf(block);
      if (own) {
        block = block.slice(own[0].length);
        line += 1;
      }
    }
    rest = (delimiter === null ? block : block.slice(records(block, delimiter))) + pending.slice(whole);
    if (rest.length > RECORD_LENGTH_MAX) {
      const message = `a record is longer than ${RECORD_LENGTH_MAX} characters; is a quote not closed?`;
      throw unreadable(fileName, line, message);
    }
  };

  return {
    read: (bytes) => readText(source.read(bytes)),
    end() {
      readText(source.end());
      if (rest !== '') readText(rest.endsWith('\n') ? '' : '\n');
      if (rest !== '') malformed('a quote is not closed', '', rest.trimEnd());
      if (!hasHeader) onHeader([]);
    },
    written: () => ({ encoding: source.encoding(), delimiter, rows }),
  };
}

/** What stands most often between the words of a header, outside its quotes. */
function delimiterOf(text: string): Delimiter {
  const counts: Record<string, number> = {};
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '\n') break;
    else counts[character] = (counts[character] ?? 0) + 1;
  }
  return DELIMITERS.reduce((best, one) => ((counts[one] ?? 0) > (counts[best] ?? 0) ? one : best));
}

function unreadable(fileName: string, line: number, message: string): RecallError {
  return new RecallError({
    code: 'csv-malformed',
    message,
    where: `${fileName}:${line}`,
    expected: EXPECTED,
    remedy: REMEDY,
    errors: [{ line, column: '', value: '', expected: EXPECTED, message }],
  });
}
