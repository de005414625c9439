import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { withTransaction, type Pool } from '../db.js';
import type { SalesMapping } from './mapping.js';
import { replaceUnmarked } from './marked-lines.js';
import { readSales, type ReadLine } from './read-sales.js';

export type ImportReport = {
  file: string;
  rows: number;
  added: number;
  alreadyThere: number;
  /** Lines that were here without lot and serial number, and have come again with them. */
  marked: number;
  /** Lines that repeat an earlier line of the file exactly; they are kept. */
  repeated: number;
  sales: number;
  credits: number;
  adjustments: number;
  withoutCustomer: number;
};

const COLUMNS =
  'content, occurrence, invoice, item, description, quantity, sold_at, original_at, unit_price, customer, country, market, kind, lot, serial, unmarked';

/** Imports a sales file in one transaction. What is here already, from this file or one that overlaps it, is not added again. */
export async function importSales(
  pool: Pool,
  mapping: SalesMapping,
  file: string,
  source: Readable,
): Promise<ImportReport> {
  const report: ImportReport = {
    file,
    rows: 0,
    added: 0,
    alreadyThere: 0,
    marked: 0,
    repeated: 0,
    sales: 0,
    credits: 0,
    adjustments: 0,
    withoutCustomer: 0,
  };
  await withTransaction(pool, async (client) => {
    await client.query('create temporary table incoming (like sale_line including defaults) on commit drop');
    await client.query('alter table incoming alter source drop not null');
    const copy = client.query(copyFrom(`copy incoming (${COLUMNS}) from stdin`));
    await pipeline(Readable.from(copyLines(readSales(mapping, file, source), report)), copy);
    report.marked = await replaceUnmarked(client, mapping);
    const { rowCount } = await client.query(
      // In one order always, or two files that overlap and are imported at once would wait for each other's lines.
      `insert into sale_line (source, ${COLUMNS}) select $1, ${COLUMNS} from incoming order by content, occurrence on conflict do nothing`,
      [mapping.mapping],
    );
    report.added = (rowCount ?? 0) - report.marked;
  });
  return { ...report, alreadyThere: report.rows - report.added - report.marked };
}

async function* copyLines(lines: AsyncGenerator<ReadLine>, report: ImportReport): AsyncGenerator<string> {
  let batch = '';
  for await (const line of lines) {
    count(report, line);
    batch += `${cells(line).map(escaped).join('\t')}\n`;
    if (batch.length > 65_536) {
      yield batch;
      batch = '';
    }
  }
  if (batch !== '') yield batch;
}

function count(report: ImportReport, { occurrence, kind, customer }: ReadLine): void {
  report.rows += 1;
  if (occurrence > 1) report.repeated += 1;
  if (kind === 'sale') report.sales += 1;
  else if (kind === 'credit') report.credits += 1;
  else report.adjustments += 1;
  if (customer === null) report.withoutCustomer += 1;
}

function cells(line: ReadLine): (string | number | null)[] {
  const {
    content,
    occurrence,
    invoice,
    item,
    description,
    quantity,
    soldAt,
    originalAt,
    unitPrice,
    customer,
    country,
    market,
    kind,
    lot,
    serial,
    unmarked,
  } = line;
  return [
    content,
    occurrence,
    invoice,
    item,
    description,
    quantity,
    soldAt,
    originalAt,
    unitPrice,
    customer,
    country,
    market,
    kind,
    lot,
    serial,
    unmarked,
  ];
}

/** Text format of COPY: backslash, tab and line ends are escaped, null is \N. */
function escaped(cell: string | number | null): string {
  if (cell === null) return '\\N';
  return String(cell).replace(
    /[\\\t\n\r]/g,
    (found) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' })[found]!,
  );
}
