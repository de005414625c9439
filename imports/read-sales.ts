import { hash } from 'node:crypto';
import type { SaleKind, SaleLine } from '../engine/sales.js';
import { instantOf, type IsoInstant, type Market } from '../engine/words.js';
import { nearField } from './column-names.js';
import { columnsOf } from './columns.js';
import { countryCode, deliveredIn } from './countries.js';
import { createCsvReader, type TableReader, type TakeRecord } from './csv.js';
import { siblingWatch } from './sibling-watch.js';
import { addError, addWarning, cellError, type Findings } from './findings.js';
import type { SalesMapping } from './mapping.js';
import { plainNumber, spoiled, writtenTime, type NumberMarks, type WrittenTime } from './values.js';

const WEEK_MS = 7 * 86_400_000;
/** More days, or names of countries, than any file has; what holds more of them was made to fill memory. */
const KNOWN_MAX = 10_000;
const UNITS_MAX = 999_999_999;

/**
 * `content` tells a line from every other: two of the same content are one line that came twice, or a line that the file
 * repeats. `unmarked` is what it would be without lot and serial number, null where the line carries neither.
 */
export type ReadLine = Omit<SaleLine, 'occurrence'> & { content: string; unmarked: string | null };

type Column =
  | 'invoice'
  | 'order'
  | 'item'
  | 'quantity'
  | 'soldAt'
  | 'customer'
  | 'description'
  | 'unitPrice'
  | 'country'
  | 'postcode'
  | 'lot'
  | 'serial'
  | 'pack'
  | 'unit'
  | 'creditType';
/** What the lines of one file have in common. */
type Sheet = {
  mapping: SalesMapping;
  findings: Findings;
  /** Where the cells of a column stand, -1 where the file does not have it. */
  index: Record<Column, number>;
  header: string[];
  marks: NumberMarks;
  dayOf: (day: string) => string | null;
  timeOf: (text: string) => WrittenTime | null;
  marketOf: (country: string) => Market | null;
  creditValues: ReadonlySet<string>;
  /** How many lines below zero are no credits by the mapping, and how many above it look like credits where none are told. */
  below: Odd;
  alike: Odd;
};
/** Lines that may not be meant: how many, and the first of them. */
type Odd = { lines: number; first: number };

/** How invoices of credits begin in many systems, and what their lines say. */
const CREDIT_NUMBER = /^(?:CR|CN|CM|GS|RT|RET|SRN)[- _/]?\d/i;
const CREDIT_WORDS = /\b(?:returns?|returned|refund|credit note|gutschrift|retoure|storno|avoir|reso|devolución)\b/i;

/**
 * Reads a sales file piece by piece and gives its lines. What is wrong is added to the findings, and the line left out;
 * throws where the rest of the file cannot be read.
 */
export function createSalesReader(
  mapping: SalesMapping,
  fileName: string,
  { onLine, findings }: { onLine: (line: ReadLine, cells: string[]) => void; findings: Findings },
): TableReader {
  const { columns, credits, decimal, thousands, dates, zone } = mapping;
  const [below, alike] = [
    { lines: 0, first: 0 },
    { lines: 0, first: 0 },
  ];
  const onHeader = (header: string[]): TakeRecord => {
    const wanted = Object.entries(columns).map(([field, column]) => ({ field: field as Column, column }));
    if (credits !== null && 'column' in credits) wanted.push({ field: 'creditType', column: credits.column });
    const lacking = FIELDS.filter((field) => !wanted.some((one) => one.field === field));
    const near = (name: string): string | null => {
      const field = nearField(name, 'sales', lacking);
      return field === 'creditType' ? 'credits' : field;
    };
    const found = columnsOf(fileName, header, wanted, findings, near);
    const index = { ...NOWHERE, ...found };
    const sheet: Sheet = {
      mapping,
      findings,
      index,
      header,
      marks: { decimal, thousands },
      dayOf: shiftedDays(mapping.shiftWeeks),
      timeOf: (text) => writtenTime(text, dates, zone),
      marketOf: knownMarkets(mapping.countries),
      creditValues: new Set(credits !== null && 'values' in credits ? credits.values : []),
      below,
      alike,
    };
    return (cells, line) => {
      const read = mapLine(sheet, cells, line);
      if (read === null) return;
      watchItem(read.item, line);
      onLine(read, cells);
    };
  };
  const watchItem = siblingWatch(columns.item, findings);
  const reader = createCsvReader(fileName, { onHeader, onWrong: (error) => addError(findings, error) }, mapping);
  return {
    ...reader,
    end() {
      reader.end();
      if (alike.lines > 0) {
        const message = `${alike.lines} lines look like credits, the first in this line, and are counted as sales: the mapping document names no credits. If they are, say how credits are told (credits: prefix, or column and values)`;
        addWarning(findings, { line: alike.first, column: columns.invoice, message });
      }
      if (below.lines === 0) return;
      const message = `${below.lines} lines below zero are no credits by the mapping document, the first in this line: they reduce nothing. If they are returns, say so under credits (sign: negative)`;
      addWarning(findings, { line: below.first, column: columns.quantity, message });
    },
  };
}

const NOWHERE: Record<Column, number> = {
  invoice: -1,
  order: -1,
  item: -1,
  quantity: -1,
  soldAt: -1,
  customer: -1,
  description: -1,
  unitPrice: -1,
  country: -1,
  postcode: -1,
  lot: -1,
  serial: -1,
  pack: -1,
  unit: -1,
  creditType: -1,
};
const FIELDS = Object.keys(NOWHERE) as Column[];

/** Makes no function of its own: it runs for every line. Null for a line that is wrong, of which all is said. */
function mapLine(sheet: Sheet, cells: string[], line: number): ReadLine | null {
  const { mapping, index, findings } = sheet;
  const before = findings.errorCount;
  const invoice = codeIn(sheet, cells, line, 'invoice', 'an invoice number');
  const item = codeIn(sheet, cells, line, 'item', 'an item code');
  const packed = index.pack < 0 ? (mapping.constants.pack ?? 1) : packIn(sheet, cells, line);
  const each = packed * unitIn(sheet, cells, line);
  const given = unitsOf(plainNumber(cellIn(cells, index.quantity), sheet.marks), each);
  if (given === null) wrong(sheet, cells, line, 'quantity', QUANTITY_EXPECTED);
  const unitPrice = index.unitPrice < 0 ? '' : plainNumber(cellIn(cells, index.unitPrice), sheet.marks);
  if (unitPrice === null) wrong(sheet, cells, line, 'unitPrice', PRICE_EXPECTED);
  const country = index.country < 0 ? (mapping.constants.country ?? '') : cellIn(cells, index.country);
  const market = country === '' && index.country < 0 ? ('ZZ' as Market) : sheet.marketOf(country);
  if (market === null)
    wrong(
      sheet,
      cells,
      line,
      'country',
      country === '' ? 'a country name' : 'a country name that the mapping document knows',
    );
  const originalAt = cellIn(cells, index.soldAt);
  const written = sheet.timeOf(originalAt);
  const day = written === null ? null : sheet.dayOf(written.day);
  if (day === null) wrong(sheet, cells, line, 'soldAt', dateExpected(mapping));
  const customer = customerIn(sheet, cells, line);
  const lot = index.lot < 0 ? null : codeIn(sheet, cells, line, 'lot', null) || null;
  const serial = index.serial < 0 ? null : codeIn(sheet, cells, line, 'serial', null) || null;
  if (findings.errorCount !== before || given === null || written === null) return null;
  if (day === null || unitPrice === null || market === null) return null;
  const description = cellIn(cells, index.description);
  const kind = kindOf(sheet, cells, invoice, given);
  // What is taken back is written with either sign.
  const units = kind === 'credit' ? -Math.abs(given) : given;
  if (kind === 'adjustment' && units < 0 && customer !== null && sheet.below.lines++ === 0) sheet.below.first = line;
  if (kind === 'sale' && mapping.credits === null && (CREDIT_NUMBER.test(invoice) || CREDIT_WORDS.test(description)))
    if (sheet.alike.lines++ === 0) sheet.alike.first = line;
  // Of the values as they are kept, so that an export with other or reordered columns gives the same.
  const unmarked = `${invoice}\u001f${item}\u001f${description}\u001f${units}\u001f${written.day}T${written.time}.000Z\u001f${unitPrice}\u001f${customer ?? ''}\u001f${country}${index.order < 0 ? '' : `\u001forder ${cellIn(cells, index.order)}`}`;
  const isMarked = lot !== null || serial !== null;
  const marks = `${lot === null ? '' : `\u001flot ${lot}`}${serial === null ? '' : `\u001fserial ${serial}`}`;
  return {
    line,
    invoice,
    item,
    description,
    quantity: units,
    soldAt: `${day}T${written.time}.000Z` as IsoInstant,
    originalAt,
    unitPrice,
    customer,
    country,
    market: index.postcode < 0 ? market : deliveredIn(market, cellIn(cells, index.postcode)),
    kind,
    lot,
    serial,
    content: hash('md5', isMarked ? unmarked + marks : unmarked),
    unmarked: isMarked ? hash('md5', unmarked) : null,
  };
}

const QUANTITY_EXPECTED =
  'a whole number of units, of at most nine digits; what comes in fractions or packs says so in the mapping document (units)';
const PRICE_EXPECTED =
  'a number such as 2.55; where a comma stands before three digits, the mapping document says which it is (decimal)';

function dateExpected({ dates }: SalesMapping): string {
  if (dates === 'excel-serial') return 'a date as spreadsheets count them, such as 46237.5';
  if (dates === null)
    return 'a date such as 2011-03-01 08:26:00, 2011-03-01 or 01.03.2011; another form is named by dates in the mapping document';
  return 'a date in the form that the mapping document names';
}

function cellIn(cells: string[], index: number): string {
  return index < 0 ? '' : cells[index]!.trim();
}

/** A code, which no spreadsheet may have destroyed; `expected` is null where it may be missing. */
function codeIn(sheet: Sheet, cells: string[], line: number, column: Column, expected: string | null): string {
  const text = cells[sheet.index[column]]!.trim();
  const wanted = text === '' ? expected : spoiled(text);
  if (wanted !== null) wrong(sheet, cells, line, column, wanted);
  return text;
}

function packIn(sheet: Sheet, cells: string[], line: number): number {
  const text = plainNumber(cellIn(cells, sheet.index.pack), sheet.marks);
  if (text !== null && /^[1-9]\d{0,5}$/.test(text)) return Number(text);
  wrong(sheet, cells, line, 'pack', 'how many units one is: a whole number from 1 on');
  return 1;
}

/** How many units one is of what the quantity counts. */
function unitIn(sheet: Sheet, cells: string[], line: number): number {
  const { index, mapping } = sheet;
  const name = index.unit < 0 ? mapping.constants.unit : cellIn(cells, index.unit);
  if (name === undefined) return 1;
  if (Object.hasOwn(mapping.units, name)) return mapping.units[name]!;
  wrong(
    sheet,
    cells,
    line,
    'unit',
    `one of ${Object.keys(mapping.units).join(', ')}: units in the mapping document says how many units each is`,
  );
  return 1;
}

/** So many units, exactly; null where they are not whole, or more than is kept. */
function unitsOf(quantity: string | null, each: number): number | null {
  if (quantity === null) return null;
  const [whole, fraction = ''] = quantity.split('.');
  const units = (Number(whole + fraction) * each) / 10 ** fraction.length;
  return Number.isInteger(units) && Math.abs(units) <= UNITS_MAX ? units : null;
}

function customerIn(sheet: Sheet, cells: string[], line: number): string | null {
  const given = codeIn(sheet, cells, line, 'customer', null);
  const { customerSuffix } = sheet.mapping;
  if (given === '') return null;
  if (customerSuffix === '' || !given.endsWith(customerSuffix)) return given;
  return given.slice(0, given.length - customerSuffix.length);
}

function wrong(
  { findings, index, header }: Sheet,
  cells: string[],
  line: number,
  column: Column,
  expected: string,
): void {
  const at = index[column];
  addError(findings, cellError(line, at < 0 ? column : header[at]!.trim(), cellIn(cells, at), expected));
}

/** Days moved by whole weeks; null where the calendar has no such day: 30 February would silently become March. */
function shiftedDays(shiftWeeks: number): (day: string) => string | null {
  return remembered((day) => {
    const ms = Date.parse(`${day}T00:00:00.000Z`);
    const isDay = !Number.isNaN(ms) && instantOf(ms).startsWith(day);
    const moved = isDay ? instantOf(ms + shiftWeeks * WEEK_MS) : '';
    // Before the year 0 and after 9999 days are written in another way.
    return /^\d{4}-\d{2}-\d{2}/.exec(moved)?.[0] ?? null;
  });
}

/** The market of a country by the mapping document, or else by its code or its name in one of many languages. */
function knownMarkets(countries: SalesMapping['countries']): (country: string) => Market | null {
  return remembered((country) => {
    if (Object.hasOwn(countries, country)) return countries[country] as Market;
    return country === '' ? null : countryCode(country);
  });
}

function remembered<T>(find: (text: string) => T | null): (text: string) => T | null {
  const known = new Map<string, T | null>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= KNOWN_MAX) known.clear();
    const fresh = find(text);
    known.set(text, fresh);
    return fresh;
  };
}

function kindOf({ mapping, index, creditValues }: Sheet, cells: string[], invoice: string, quantity: number): SaleKind {
  const { credits } = mapping;
  if (credits !== null) {
    const isCredit =
      'prefix' in credits
        ? invoice.startsWith(credits.prefix)
        : 'sign' in credits
          ? quantity < 0
          : creditValues.has(cellIn(cells, index.creditType));
    if (isCredit) return 'credit';
  }
  return quantity > 0 ? 'sale' : 'adjustment';
}
