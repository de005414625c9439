import { createHash } from 'node:crypto';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { RecallError } from '../../engine/errors.js';
import type { SaleKind, SaleLine } from '../../engine/sales.js';
import { epochMs, instantOf, type IsoInstant, type Market } from '../../engine/words.js';
import type { SalesMapping } from './mapping.js';

const WEEK_MS = 7 * 86_400_000;
const NAIVE_TIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}$/;

export type ReadLine = SaleLine & { content: string };

/** Reads a sales file line by line; gzip is recognised. The first broken line ends it with file, line and column. */
export async function* readSales(mapping: SalesMapping, fileName: string, source: Readable): AsyncGenerator<ReadLine> {
  const seen = new Map<string, number>();
  const parser = parse({ columns: (header: string[]) => columnsOf(mapping, fileName, header), info: false, bom: true });
  const input = fileName.endsWith('.gz') ? pipeline(source, createGunzip(), () => undefined) : source;
  input.on('error', (failed) => parser.destroy(failed));
  input.pipe(parser);
  let line = 1;
  try {
    for await (const record of parser as AsyncIterable<Record<string, string>>) {
      line += 1;
      const mapped = mapLine(mapping, record, `${fileName}:${line}`);
      const occurrence = (seen.get(mapped.content) ?? 0) + 1;
      seen.set(mapped.content, occurrence);
      yield { ...mapped, line, occurrence };
    }
  } catch (failed) {
    throw failed instanceof RecallError ? failed : brokenCsv(fileName, failed);
  }
}

function columnsOf(mapping: SalesMapping, fileName: string, header: string[]): string[] {
  const wanted = Object.values(mapping.columns);
  const missing = wanted.filter((column) => !header.includes(column));
  const twice = header.filter((column, index) => header.indexOf(column) !== index);
  if (missing.length === 0 && twice.length === 0) return header;
  throw new RecallError({
    code: 'csv-column-missing',
    message: missing.length > 0 ? `the file lacks the column ${missing.join(', ')}` : `the column ${twice.join(', ')} stands twice`,
    where: `${fileName}:1`,
    expected: `the columns ${wanted.join(', ')}`,
    remedy: 'export the file with these columns, or adapt the mapping document; nothing was imported',
  });
}

function mapLine(mapping: SalesMapping, record: Record<string, string>, where: string): Omit<ReadLine, 'line' | 'occurrence'> {
  const { columns } = mapping;
  const [invoice, item, soldAt, country] = [columns.invoice, columns.item, columns.soldAt, columns.country].map((column) =>
    filled(record, column, where),
  ) as [string, string, string, string];
  const quantity = Number(record[columns.quantity]);
  if (!Number.isInteger(quantity) || record[columns.quantity]!.trim() === '') {
    throw brokenCell(where, columns.quantity, record[columns.quantity]!, 'a whole number');
  }
  if (!NAIVE_TIME.test(soldAt) || Number.isNaN(Date.parse(`${soldAt.replace(' ', 'T')}Z`))) {
    throw brokenCell(where, columns.soldAt, soldAt, 'a date and time such as 2011-03-01 08:26:00');
  }
  const market = mapping.countries[country];
  if (market === undefined) throw brokenCell(where, columns.country, country, 'a country name that the mapping document knows');
  const given = record[columns.customer]!.trim();
  const customer = given === '' ? null : given.endsWith(mapping.customerSuffix) ? given.slice(0, given.length - mapping.customerSuffix.length) : given;
  const naive = `${soldAt.replace(' ', 'T')}.000Z` as IsoInstant;
  return {
    invoice,
    item,
    description: record[columns.description]!.trim(),
    quantity,
    soldAt: instantOf(epochMs(naive) + mapping.shiftWeeks * WEEK_MS),
    originalAt: soldAt,
    unitPrice: record[columns.unitPrice]!.trim(),
    customer,
    country,
    market: market as Market,
    kind: kindOf(mapping, invoice, quantity),
    content: createHash('md5').update(Object.values(record).join('\u001f')).digest('hex'),
  };
}

function kindOf(mapping: SalesMapping, invoice: string, quantity: number): SaleKind {
  if (invoice.startsWith(mapping.creditPrefix)) return 'credit';
  return quantity > 0 ? 'sale' : 'adjustment';
}

function filled(record: Record<string, string>, column: string, where: string): string {
  const value = record[column]?.trim();
  if (value) return value;
  throw brokenCell(where, column, '', 'a value');
}

function brokenCell(where: string, column: string, value: string, expected: string): RecallError {
  return new RecallError({
    code: 'csv-malformed',
    message: value === '' ? `${column} is empty` : `${column} is ${JSON.stringify(value.slice(0, 40))}`,
    where: `${where}, column ${column}`,
    expected,
    remedy: 'correct the line and import the file again; nothing was imported',
  });
}

function brokenCsv(fileName: string, failed: unknown): RecallError {
  const line = failed instanceof CsvError && typeof failed.lines === 'number' ? failed.lines : '?';
  return new RecallError({
    code: 'csv-malformed',
    message: failed instanceof Error ? failed.message : String(failed),
    where: `${fileName}:${line}`,
    expected: 'comma-separated values with one header line, quotes closed, and as many cells as the header in each line',
    remedy: 'correct the line and import the file again; nothing was imported',
  });
}
