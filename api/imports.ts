import { Readable } from 'node:stream';
import { z } from 'zod';
import { importContacts } from '../store/import/import-people.js';
import { keepRoster, parseRoster } from '../store/roster.js';
import { importSales } from '../store/import/import-sales.js';
import { parseMapping } from '../store/import/mapping.js';
import { customersWithoutContact } from '../store/import/customers.js';
import type { ApiDeps } from './deps.js';

export const fileSchema = z.object({ file: z.string().min(1).max(300), text: z.string() });
export const salesSchema = fileSchema.extend({ mapping: fileSchema });

export async function takeSales(
  { pool }: ApiDeps,
  { file, text, mapping }: z.output<typeof salesSchema>,
): Promise<object> {
  return importSales(pool, parseMapping(mapping.text, mapping.file), file, Readable.from([text]));
}

export async function takeContacts({ pool }: ApiDeps, { file, text }: z.output<typeof fileSchema>): Promise<object> {
  return importContacts(pool, file, text);
}

export async function takeRoster({ pool }: ApiDeps, { file, text }: z.output<typeof fileSchema>): Promise<object> {
  const roster = parseRoster(text, file);
  await keepRoster(pool, roster);
  return { file, people: roster.people.length, roles: roster.roles.length };
}

/** Customers in the sales of whom no contact is on file: what a contacts file should bring. */
export async function missingContacts({ pool }: ApiDeps): Promise<object[]> {
  return customersWithoutContact(pool);
}
