import { hash } from 'node:crypto';
import type { SaleKind, SaleLine } from '../../engine/sales.js';
import { instantOf, type IsoInstant, type Market } from '../../engine/words.js';
import { brokenCell, columnsOf, createCsvReader, type CsvReader } from './csv.js';
import type { SalesMapping } from './mapping.js';

const WEEK_MS = 7 * 86_400_000;
const NAIVE_TIME = /^(\d{4}-\d{2}-\d{2})[ T]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)$/;
const WHOLE_NUMBER = /^-?\d{1,9}$/;
const DECIMAL_NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
/** More days than any file has sales of; what holds more of them was made to fill memory. */
const DAYS_MAX = 10_000;

/**
 * `content` tells a line from every other: two of the same content are one line that came twice, or a line that the file
 * repeats. `unmarked` is what it would be without lot and serial number, null where the line carries neither.
 */
export type ReadLine = Omit<SaleLine, 'occurrence'> & { content: string; unmarked: string | null };

type Column = keyof SalesMapping['columns'];
/** What the lines of one file have in common. */
type Sheet = {
  mapping: SalesMapping;
  fileName: string;
  /** Where the cells of a column stand, -1 where the file does not have it. */
  index: Record<Column, number>;
  dayOf: (day: string) => string | null;
};

/**
 * Reads a sales file piece by piece and gives its lines. The first broken line ends the reading with file, line and column
 * (`csv-malformed`, `csv-column-missing`).
 */
export function createSalesReader(
  mapping: SalesMapping,
  fileName: string,
  onLine: (line: ReadLine) => void,
): CsvReader {
  const { columns } = mapping;
  return createCsvReader(fileName, (header) => {
    const wanted = Object.values(columns).filter((column) => column !== undefined);
    const at = columnsOf(fileName, header, wanted);
    const index = {
      invoice: at(columns.invoice),
      item: at(columns.item),
      description: at(columns.description),
      quantity: at(columns.quantity),
      soldAt: at(columns.soldAt),
      unitPrice: at(columns.unitPrice),
      customer: at(columns.customer),
      country: at(columns.country),
      lot: columns.lot === undefined ? -1 : at(columns.lot),
      serial: columns.serial === undefined ? -1 : at(columns.serial),
    };
    const sheet: Sheet = { mapping, fileName, index, dayOf: shiftedDays(mapping.shiftWeeks) };
    return (cells, line) => onLine(mapLine(sheet, cells, line));
  });
}

/** Makes no function of its own: it runs for every line. */
function mapLine(sheet: Sheet, cells: string[], line: number): ReadLine {
  const { mapping, index } = sheet;
  const invoice = cells[index.invoice]!.trim();
  if (invoice === '') throw wrong(sheet, cells, line, 'invoice', 'an invoice number');
  const item = cells[index.item]!.trim();
  if (item === '') throw wrong(sheet, cells, line, 'item', 'an item code');
  const quantity = cells[index.quantity]!.trim();
  if (!WHOLE_NUMBER.test(quantity))
    throw wrong(sheet, cells, line, 'quantity', 'a whole number of at most nine digits');
  const unitPrice = cells[index.unitPrice]!.trim();
  if (!DECIMAL_NUMBER.test(unitPrice)) throw wrong(sheet, cells, line, 'unitPrice', 'a number such as 2.55');
  const country = cells[index.country]!.trim();
  if (country === '') throw wrong(sheet, cells, line, 'country', 'a country name');
  const market = Object.hasOwn(mapping.countries, country) ? mapping.countries[country] : undefined;
  if (market === undefined)
    throw wrong(sheet, cells, line, 'country', 'a country name that the mapping document knows');
  const originalAt = cells[index.soldAt]!.trim();
  const written = NAIVE_TIME.exec(originalAt);
  const day = written === null ? null : sheet.dayOf(written[1]!);
  if (day === null) throw wrong(sheet, cells, line, 'soldAt', 'a date and time such as 2011-03-01 08:26:00');
  const time = written![2]!;
  const description = cells[index.description]!.trim();
  const customer = customerOf(mapping, cells[index.customer]!.trim());
  const lot = index.lot < 0 ? null : cells[index.lot]!.trim() || null;
  const serial = index.serial < 0 ? null : cells[index.serial]!.trim() || null;
  const units = Number(quantity);
  // Of the values as they are kept, so that an export with other or reordered columns gives the same.
  const unmarked = `${invoice}\u001f${item}\u001f${description}\u001f${units}\u001f${written![1]!}T${time}.000Z\u001f${unitPrice}\u001f${customer ?? ''}\u001f${country}`;
  const isMarked = lot !== null || serial !== null;
  const marks = `${lot === null ? '' : `\u001flot ${lot}`}${serial === null ? '' : `\u001fserial ${serial}`}`;
  return {
    line,
    invoice,
    item,
    description,
    quantity: units,
    soldAt: `${day}T${time}.000Z` as IsoInstant,
    originalAt,
    unitPrice,
    customer,
    country,
    market: market as Market,
    kind: kindOf(mapping, invoice, units),
    lot,
    serial,
    content: hash('md5', isMarked ? unmarked + marks : unmarked),
    unmarked: isMarked ? hash('md5', unmarked) : null,
  };
}

function wrong({ mapping, fileName, index }: Sheet, cells: string[], line: number, column: Column, expected: string) {
  const value = cells[index[column]]!.trim();
  return brokenCell(`${fileName}:${line}`, mapping.columns[column]!, value, expected);
}

/** Days moved by whole weeks; null where the calendar has no such day: 30 February would silently become March. */
function shiftedDays(shiftWeeks: number): (day: string) => string | null {
  const known = new Map<string, string | null>();
  return (day) => {
    const found = known.get(day);
    if (found !== undefined) return found;
    if (known.size >= DAYS_MAX) known.clear();
    const ms = Date.parse(`${day}T00:00:00.000Z`);
    const isDay = !Number.isNaN(ms) && instantOf(ms).startsWith(day);
    const moved = isDay ? instantOf(ms + shiftWeeks * WEEK_MS) : '';
    // Before the year 0 and after 9999 days are written in another way.
    const shifted = /^\d{4}-\d{2}-\d{2}/.exec(moved)?.[0] ?? null;
    known.set(day, shifted);
    return shifted;
  };
}

function customerOf({ customerSuffix }: SalesMapping, given: string): string | null {
  if (given === '') return null;
  return given.endsWith(customerSuffix) ? given.slice(0, given.length - customerSuffix.length) : given;
}

function kindOf(mapping: SalesMapping, invoice: string, quantity: number): SaleKind {
  if (invoice.startsWith(mapping.creditPrefix)) return 'credit';
  return quantity > 0 ? 'sale' : 'adjustment';
}
