import { createHash } from 'node:crypto';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { SaleKind, SaleLine } from '../../engine/sales.js';
import { epochMs, instantOf, type IsoInstant, type Market } from '../../engine/words.js';
import { brokenCell, checkedHeader, csvError, STRICT } from './csv.js';
import type { SalesMapping } from './mapping.js';

const WEEK_MS = 7 * 86_400_000;
const NAIVE_TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/;
const WHOLE_NUMBER = /^-?\d{1,9}$/;
const DECIMAL_NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * `content` tells a line from every other: two of the same content are one line that came twice, or a line that the file
 * repeats. `unmarked` is what it would be without lot and serial number, null where the line carries neither.
 */
export type ReadLine = SaleLine & { content: string; unmarked: string | null };
type MappedLine = Omit<ReadLine, 'occurrence'>;

/**
 * Reads a sales file line by line; one whose name ends in `.gz` is decompressed. The first broken line ends the reading
 * with file, line and column (`csv-malformed`, `csv-column-missing`); the source is closed however the reading ends.
 */
export async function* readSales(mapping: SalesMapping, fileName: string, source: Readable): AsyncGenerator<ReadLine> {
  const seen = new Map<string, number>();
  const wanted = Object.values(mapping.columns).filter((column) => column !== undefined);
  let hasHeader = false;
  let lastLine = 1;
  const parser = parse<MappedLine, Record<string, string>>({
    ...STRICT,
    columns: (header: string[]) => {
      hasHeader = true;
      return checkedHeader(fileName, header, wanted);
    },
    on_record: (record, { lines }) => {
      const line = lastLine + 1;
      lastLine = lines;
      return mapLine(mapping, record, fileName, line);
    },
  });
  // What ends the pipeline ends the iteration below too, which throws it.
  const ended = (): void => undefined;
  if (fileName.endsWith('.gz')) pipeline(source, createGunzip(), parser, ended);
  else pipeline(source, parser, ended);
  try {
    for await (const mapped of parser as AsyncIterable<MappedLine>) {
      const occurrence = (seen.get(mapped.content) ?? 0) + 1;
      seen.set(mapped.content, occurrence);
      yield { ...mapped, occurrence };
    }
    if (!hasHeader) checkedHeader(fileName, [], wanted);
  } catch (failed) {
    throw csvError(fileName, failed);
  }
}

function mapLine(mapping: SalesMapping, record: Record<string, string>, fileName: string, line: number): MappedLine {
  const { columns } = mapping;
  const wrong = (column: string, expected: string) =>
    brokenCell(`${fileName}:${line}`, column, record[column]!.trim(), expected);
  const cell = (column: string, form: RegExp, expected: string): string => {
    const value = record[column]!.trim();
    if (form.test(value)) return value;
    throw wrong(column, expected);
  };
  const invoice = cell(columns.invoice, /./, 'an invoice number');
  const item = cell(columns.item, /./, 'an item code');
  const quantity = Number(cell(columns.quantity, WHOLE_NUMBER, 'a whole number of at most nine digits'));
  const unitPrice = cell(columns.unitPrice, DECIMAL_NUMBER, 'a number such as 2.55');
  const country = cell(columns.country, /./, 'a country name');
  const market = Object.hasOwn(mapping.countries, country) ? mapping.countries[country] : undefined;
  if (market === undefined) throw wrong(columns.country, 'a country name that the mapping document knows');
  const soldAt = naiveInstant(record[columns.soldAt]!.trim());
  if (soldAt === null) throw wrong(columns.soldAt, 'a date and time such as 2011-03-01 08:26:00');
  const description = record[columns.description]!.trim();
  const customer = customerOf(mapping, record[columns.customer]!.trim());
  const mark = (column: string | undefined): string | null => (column && record[column]!.trim()) || null;
  const [lot, serial] = [mark(columns.lot), mark(columns.serial)];
  // Of the values as they are kept, so that an export with other or reordered columns gives the same.
  const unmarked = [invoice, item, description, quantity, soldAt, unitPrice, customer ?? '', country].join('\u001f');
  const marks = [lot && `lot ${lot}`, serial && `serial ${serial}`].filter((part) => part !== null);
  const content = [unmarked, ...marks].join('\u001f');
  if (content.includes('\0')) throw wrong(columns.description, 'text without NUL characters in the whole line');
  return {
    line,
    invoice,
    item,
    description,
    quantity,
    soldAt: instantOf(epochMs(soldAt) + mapping.shiftWeeks * WEEK_MS),
    originalAt: record[columns.soldAt]!.trim(),
    unitPrice,
    customer,
    country,
    market: market as Market,
    kind: kindOf(mapping, invoice, quantity),
    lot,
    serial,
    content: hashOf(content),
    unmarked: marks.length === 0 ? null : hashOf(unmarked),
  };
}

function hashOf(content: string): string {
  return createHash('md5').update(content).digest('hex');
}

/** A naive local time read as UTC, or null where it is none; 30 February would silently become March. */
function naiveInstant(text: string): IsoInstant | null {
  if (!NAIVE_TIME.test(text)) return null;
  const instant = `${text.replace(' ', 'T')}.000Z` as IsoInstant;
  const ms = Date.parse(instant);
  return !Number.isNaN(ms) && instantOf(ms) === instant ? instant : null;
}

function customerOf({ customerSuffix }: SalesMapping, given: string): string | null {
  if (given === '') return null;
  return given.endsWith(customerSuffix) ? given.slice(0, given.length - customerSuffix.length) : given;
}

function kindOf(mapping: SalesMapping, invoice: string, quantity: number): SaleKind {
  if (invoice.startsWith(mapping.creditPrefix)) return 'credit';
  return quantity > 0 ? 'sale' : 'adjustment';
}
