import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { z } from 'zod';
import { contactsCsv } from '../samples/contacts.js';
import { parseWorld } from '../simulator/world/parse.js';
import type { World } from '../simulator/world/schema.js';
import { ask, type Door } from './door.js';

const SAMPLES = fileURLToPath(new URL('../samples', import.meta.url));
const SALES = join(SAMPLES, 'online-retail');
/** What the demo recalls unless it is told otherwise. */
export const DEFAULT_SCOPE = { item: '22423', from: '2026-03-03', to: '2026-06-02' };

const caseSchema = z.looseObject({
  awareness: z.object({ firstSignal: z.string(), reportableInformation: z.string() }),
});

type Imported = { file: string; rows: number; added: number };

/** Imports sales, contacts made up for this seed, and the roster, through the product's own door. */
export async function importSample(door: Door, seed: number, print: (line: string) => void): Promise<void> {
  const text = (file: string): string => readFileSync(join(SAMPLES, file), 'utf8');
  const mapping = { file: 'mapping.yaml', text: text('online-retail/mapping.yaml') };
  const months = readdirSync(SALES)
    .filter((name) => name.endsWith('.csv.gz'))
    .sort();
  const all = months.length;
  let rows = 0;
  let done = 0;
  const importNext = async (): Promise<void> => {
    for (let name = months.shift(); name !== undefined; name = months.shift()) {
      const sales = gunzipSync(readFileSync(join(SALES, name))).toString('utf8');
      const json = { file: name.replace(/\.gz$/, ''), text: sales, mapping };
      const imported = await ask<Imported>(door, 'POST', '/imports/sales', { json });
      rows += imported.rows;
      done += 1;
      print(`imported sales: ${rows} lines (${done} of ${all} months)`);
    }
  };
  // While the database takes one month, the API reads the next.
  await Promise.all([importNext(), importNext()]);
  const customers = await ask<{ code: string; market: string }[]>(door, 'GET', '/imports/missing-contacts');
  const contacts = { file: 'contacts.csv', text: contactsCsv(customers, seed) };
  const told = await ask<{ rows: number; withoutEmail: number }>(door, 'POST', '/imports/contacts', { json: contacts });
  print(`imported contacts: ${told.rows}, of which ${told.withoutEmail} have no e-mail address`);
  await ask(door, 'POST', '/imports/roster', { json: { file: 'roster.yaml', text: text('roster.yaml') } });
}

/** What the notices say, with the instants of awareness: of the default item, or of any other. */
export function sampleCase(item: string): {
  caseFile: unknown;
  awareness: { firstSignal: string; reportableInformation: string };
} {
  const file = item === DEFAULT_SCOPE.item ? 'case.yaml' : 'case-generic.yaml';
  const { awareness, ...caseFile } = caseSchema.parse(parse(readFileSync(join(SALES, file), 'utf8')));
  return { caseFile, awareness };
}

export function sampleWorld(): World {
  return parseWorld(readFileSync(join(SAMPLES, 'world.yaml'), 'utf8'), 'samples/world.yaml');
}
