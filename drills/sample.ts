import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { caseFileSchema, type GivenCaseFile } from '../api/contract/opening.js';
import { readCaseFile } from '../cli/case-file.js';
import { caseFor, DEFAULT_SCOPE, type SampleScope } from '../samples/case.js';
import { contactsCsv } from '../samples/contacts.js';
import { parseWorld } from '../simulator/world/parse.js';
import type { World } from '../simulator/world/schema.js';
import { ask, type Door } from './door.js';

const SAMPLES = fileURLToPath(new URL('../samples', import.meta.url));
const SALES = join(SAMPLES, 'online-retail');
/** A case file of the sample says who knew what when, too. */
const sampleCaseSchema = caseFileSchema.extend({
  awareness: z.object({ firstSignal: z.string(), reportableInformation: z.string() }),
});

/** Imports sales, contacts made up for this seed, and the roster, through the product's own door. */
export async function importSample(
  door: Door,
  { seed, partnersUrl, print }: { seed: number; partnersUrl: string; print: (line: string) => void },
): Promise<void> {
  const text = (file: string): string => readFileSync(join(SAMPLES, file), 'utf8');
  const mapping = { file: 'mapping.yaml', text: text('online-retail/mapping.yaml') };
  const months = monthFiles();
  const all = months.length;
  let rows = 0;
  let done = 0;
  const importNext = async (): Promise<void> => {
    for (let name = months.shift(); name !== undefined; name = months.shift()) {
      const file = { name, content: new Blob([readFileSync(join(SALES, name))]) };
      const imported = await ask(door, 'importSales', { upload: { mapping, file } });
      rows += imported.rows;
      done += 1;
      print(`imported sales: ${rows} lines (${done} of ${all} months)`);
    }
  };
  // While the database takes one month, the API reads the next.
  await Promise.all([importNext(), importNext()]);
  const customers = await ask(door, 'listMissingContacts', {});
  const contacts = { name: 'contacts.csv', content: new Blob([contactsCsv(customers, seed, partnersUrl)]) };
  const told = await ask(door, 'importContacts', { upload: { file: contacts } });
  print(`imported contacts: ${told.rows}, of which ${told.withoutEmail} have no e-mail address`);
  await ask(door, 'importRoster', { body: { file: 'roster.yaml', text: text('roster.yaml') } });
}

/** What the notices say, with the instants of awareness: of the default item, or of any other. */
export function sampleCase(
  scope: SampleScope,
  seed: number,
): {
  caseFile: GivenCaseFile;
  awareness: { firstSignal: string; reportableInformation: string };
} {
  const isDefault = scope.item === DEFAULT_SCOPE.item;
  const file = isDefault ? 'case.yaml' : 'case-generic.yaml';
  const { awareness, ...written } = readCaseFile(join(SALES, file), sampleCaseSchema);
  const name = isDefault ? null : nameInSales(scope.item);
  return { caseFile: caseFor(written, { scope, seed, name }), awareness };
}

/** Invoice, item, description and quantity of a sale; what begins with C is a credit note, what is below zero an adjustment. */
const SALE = /^[^C,][^,]*,([^,]*),("(?:[^"]|"")*"|[^,]*),\d/;

/** The name that most sales of an item give it, null where none does. Only sales name the product: other lines hold remarks. */
function nameInSales(item: string): string | null {
  const counts = new Map<string, number>();
  for (const file of monthFiles()) {
    for (const line of salesText(file).split('\n')) {
      const [, code, cell] = SALE.exec(line) ?? [];
      if (code !== item || cell === undefined) continue;
      const name = (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell).trim();
      if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort(([a, times], [b, others]) => others - times || (a < b ? -1 : 1));
  return most?.[0] ?? null;
}

function monthFiles(): string[] {
  return readdirSync(SALES)
    .filter((name) => name.endsWith('.csv.gz'))
    .sort();
}

function salesText(file: string): string {
  return gunzipSync(readFileSync(join(SALES, file))).toString('utf8');
}

export function sampleWorld(): World {
  return parseWorld(readFileSync(join(SAMPLES, 'world.yaml'), 'utf8'), 'samples/world.yaml');
}
