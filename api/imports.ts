import { importContacts } from '../store/import/import-people.js';
import { importSales, type ImportReport } from '../store/import/import-sales.js';
import { parseMapping } from '../store/import/mapping.js';
import { keepRoster, parseRoster } from '../store/roster.js';
import type { PartOf } from './contract/routes.js';
import type { ApiDeps } from './deps.js';
import type { IncomingFile } from './upload.js';

export async function takeSales(
  { pool }: ApiDeps,
  { mapping }: PartOf<'importSales', 'upload'>,
  { name, source }: IncomingFile,
): Promise<ImportReport> {
  return importSales(pool, parseMapping(mapping.text, mapping.file), name, source);
}

export async function takeContacts({ pool }: ApiDeps, { name, source }: IncomingFile) {
  return importContacts(pool, name, source);
}

export async function takeRoster({ pool }: ApiDeps, { file, text }: PartOf<'importRoster', 'body'>) {
  const roster = parseRoster(text, file);
  await keepRoster(pool, roster);
  return { file, people: roster.people.length, roles: roster.roles.length };
}
