import { RecallError } from '../engine/errors.js';
import type { RecallId } from '../engine/words.js';
import { OWN_CONTACTS, parseContactsMapping, parseMapping } from '../imports/mapping.js';
import { importContacts, type ContactsReport } from '../store/import/import-people.js';
import { importSales, type ImportReport } from '../store/import/import-sales.js';
import { readRosterDocument, replaceRoster } from '../store/roster.js';
import type { PartOf } from './contract/routes.js';
import type { ApiDeps } from './deps.js';
import { untilRelayed } from './drill-clock.js';
import type { IncomingFile } from './upload.js';

/** Each holds a connection of the pool for as long as its sender takes; the others are for everybody else. */
const AT_ONCE_MAX = 4;
let underWay = 0;
/** For how long an import waits for all recalls to hear of it; what waits longer is told when Temporal is there again. */
const TOLD_MS_MAX = 3_000;

/** Takes its place among the imports that are under way. Throws `service-missing` where they are as many as are taken at once. */
export async function beside<T>(work: () => Promise<T>): Promise<T> {
  if (underWay >= AT_ONCE_MAX) {
    throw new RecallError({
      code: 'service-missing',
      message: `${AT_ONCE_MAX} imports are under way, which is as many as are taken at once`,
      expected: 'one of them to end',
      remedy: 'send it again in a while; nothing was imported',
    });
  }
  underWay += 1;
  try {
    return await work();
  } finally {
    underWay -= 1;
  }
}

/** Takes a file of sales. Recalls that had traced before are told before this answers, if Temporal is there and they are few. */
export async function takeSales(
  deps: ApiDeps,
  { mapping }: PartOf<'importSales', 'upload'>,
  { name, source }: IncomingFile,
): Promise<ImportReport> {
  const read = parseMapping(mapping.text, mapping.file);
  const report = await beside(() => importSales(deps.pool, read, name, source));
  await untilAllRelayed(deps, report.late);
  return report;
}

export async function takeContacts(
  { pool }: ApiDeps,
  { mapping }: PartOf<'importContacts', 'upload'>,
  { name, source }: IncomingFile,
): Promise<ContactsReport> {
  const read = mapping ? parseContactsMapping(mapping.text, mapping.file) : OWN_CONTACTS;
  return beside(() => importContacts(pool, read, name, source));
}

/** Takes a roster. Where it changes who is asked in recalls, they are told before this answers, if Temporal is there and they are few. */
export async function takeRoster(deps: ApiDeps, { file, text }: PartOf<'importRoster', 'body'>) {
  const { roster, warnings } = readRosterDocument(text, file);
  const recalls = await replaceRoster(deps.pool, roster);
  await untilAllRelayed(deps, recalls);
  return { file, people: roster.people.length, roles: roster.roles.length, warnings, recalls };
}

async function untilAllRelayed(deps: ApiDeps, recalls: { recallId: RecallId }[]): Promise<void> {
  const until = Date.now() + TOLD_MS_MAX;
  for (const { recallId } of recalls) await untilRelayed(deps, recallId, until - Date.now());
}
