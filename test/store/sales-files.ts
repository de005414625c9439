import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { SaleLine } from '../../engine/sales.js';
import type { Pool } from '../../store/db.js';
import { importContacts } from '../../store/import/import-people.js';
import { importSales, type ImportReport } from '../../store/import/import-sales.js';
import { newFindings, requireFaultless } from '../../imports/findings.js';
import { OWN_CONTACTS, parseMapping, type SalesMapping } from '../../imports/mapping.js';
import { createSalesReader, type ReadLine } from '../../imports/read-sales.js';
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

/** The lines of a file of this text as the reader gives them. */
export function readLines(mapping: SalesMapping, name: string, text: string): ReadLine[] {
  const lines: ReadLine[] = [];
  const findings = newFindings();
  const { read, end } = createSalesReader(mapping, name, { findings, onLine: (line) => lines.push(line) });
  read(Buffer.from(text));
  end();
  requireFaultless(name, findings);
  return lines;
}

/** The same with repeats numbered, as the store keeps them. */
export function linesOfText(mapping: SalesMapping, name: string, text: string): SaleLine[] {
  const seen = new Map<string, number>();
  return readLines(mapping, name, text).map((line) => {
    const occurrence = (seen.get(line.content) ?? 0) + 1;
    seen.set(line.content, occurrence);
    return { ...line, occurrence };
  });
}

/** Imports contacts of this text. */
export function importContactsText(pool: Pool, name: string, text: string): ReturnType<typeof importContacts> {
  return importContacts(pool, OWN_CONTACTS, name, Readable.from([Buffer.from(text)]));
}

/** Imports a file of this text. */
export function importText(pool: Pool, name: string, text: string, mapping = MAPPING): Promise<ImportReport> {
  return importSales(pool, mapping, name, Readable.from([Buffer.from(text)]));
}
