import { Readable } from 'node:stream';
import { importContacts } from '../store/import/import-people.js';
import { importSales, type ImportReport } from '../store/import/import-sales.js';
import { parseMapping } from '../store/import/mapping.js';
import { keepRoster, parseRoster } from '../store/roster.js';
import type { PartOf } from './contract/routes.js';
import type { ApiDeps } from './deps.js';

export async function takeSales(
  { pool }: ApiDeps,
  { file, text, mapping }: PartOf<'importSales', 'body'>,
): Promise<ImportReport> {
  return importSales(pool, parseMapping(mapping.text, mapping.file), file, Readable.from([text]));
}

export async function takeContacts({ pool }: ApiDeps, { file, text }: PartOf<'importContacts', 'body'>) {
  return importContacts(pool, file, text);
}

export async function takeRoster({ pool }: ApiDeps, { file, text }: PartOf<'importRoster', 'body'>) {
  const roster = parseRoster(text, file);
  await keepRoster(pool, roster);
  return { file, people: roster.people.length, roles: roster.roles.length };
}
