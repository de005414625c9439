import { Readable } from 'node:stream';
import { checkTable, type Checked, type TableKind } from '../../imports/check.js';
import { OWN_CONTACTS, parseContactsMapping, parseMapping } from '../../imports/mapping.js';

/** A mapping of sales whose columns are called as the fields are, with more lines of the document, and more columns. */
export function salesMapping(more = '', moreColumns: string[] = []): TableKind {
  const columns = [...'invoice item quantity soldAt customer description unitPrice country'.split(' '), ...moreColumns];
  const document = `mapping: field\n${more}columns:\n${columns.map((name) => `  ${name}: ${name}\n`).join('')}`;
  return { kind: 'sales', mapping: parseMapping(document, 'mapping.yaml') };
}

/** Contacts in the product's own columns, or by a mapping document. */
export function contactsMapping(document?: string): TableKind {
  return { kind: 'contacts', mapping: document ? parseContactsMapping(document, 'mapping.yaml') : OWN_CONTACTS };
}

/** What an import of these bytes would take. */
export function checked(table: TableKind, content: string | Buffer, name = 'file.csv'): Promise<Checked> {
  return checkTable(table, name, Readable.from([Buffer.from(content)]));
}

export const SALES_HEADER = 'invoice,item,description,quantity,soldAt,unitPrice,customer,country';
export const CONTACTS_HEADER = 'code,name,customerType,language,email,phone';

/** A file of sales of these lines. */
export function salesText(...lines: string[]): string {
  return [SALES_HEADER, ...lines, ''].join('\n');
}

/** A file of contacts of these lines. */
export function contactsText(...lines: string[]): string {
  return [CONTACTS_HEADER, ...lines, ''].join('\n');
}
