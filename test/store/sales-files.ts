import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Pool } from '../../store/db.js';
import { importSales, type ImportReport } from '../../store/import/import-sales.js';
import { parseMapping, type SalesMapping } from '../../store/import/mapping.js';
import { samplePath } from './sample-sales.js';

const DOCUMENT = readFileSync(samplePath('mapping.yaml'), 'utf8');

/** How the sample's files are read. */
export const MAPPING = parseMapping(DOCUMENT, 'mapping.yaml');
/** The first line of each of them. */
export const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

/** How files are read that have two columns more, of lots and of serial numbers. */
export function markedMapping(serial = 'Serial'): SalesMapping {
  const columns = `columns:\n  lot: Lot\n  serial: ${serial}\n`;
  return parseMapping(DOCUMENT.replace('columns:\n', columns), 'mapping.yaml');
}

/** The text of a file of these lines. */
export function fileOf(lines: string[], header = HEADER): string {
  return [header, ...lines, ''].join('\n');
}

/** Imports a file of this text. */
export function importText(pool: Pool, name: string, text: string, mapping = MAPPING): Promise<ImportReport> {
  return importSales(pool, mapping, name, Readable.from([Buffer.from(text)]));
}
