import { Option, type Command } from 'commander';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { PROOF_BYTES_MAX, type Public } from '../../api/contract/public.js';
import { OUTLET_KINDS, type OutletKind } from '../../engine/outlet-kinds.js';
import type { IsoDate, RecallId } from '../../engine/words.js';
import { call, download } from '../client.js';
import { apiOf, apiOfPerson, optionsOf, type Context } from '../context.js';
import { readBytes } from '../files.js';
import { answer, timeWords } from '../terminal.js';

/** Of the request around the file in base64, which is a third more than the file. */
const FILE_BYTES_MAX = Math.floor((PROOF_BYTES_MAX / 4) * 3) - 64 * 1024;

/** `recall public`: what everybody can read of a recall, its documents, and who else has published it. */
export function publicCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const published = recall
    .command('public')
    .description('what is published of a recall: pages, posters, press texts, alerts; and outlets with their proofs');
  published
    .command('list <recall>')
    .description('what is published, by document, and the outlets')
    .action(async (id: RecallId, _options, command: Command) => {
      const options = optionsOf(command);
      const api = apiOf(context, options);
      const found = await call(api, 'showPublic', { params: { recall: id } });
      answer(terminal, options.json, found, () => publicWords(id, found, api.url));
    });
  published
    .command('save <recall>')
    .description('writes the documents of the newest publication into a folder, under their names')
    .requiredOption('--out <folder>', 'the folder; it is made where it is missing')
    .action(async (id: RecallId, _options, command: Command) => {
      const options = optionsOf<{ out: string }>(command);
      const api = apiOf(context, options);
      const { publications } = await call(api, 'showPublic', { params: { recall: id } });
      const documents = publications.at(-1)?.documents ?? [];
      mkdirSync(options.out, { recursive: true });
      for (const { name } of documents)
        writeFileSync(join(options.out, name), await download(api, 'readDocument', { params: { recall: id, name } }));
      answer(terminal, options.json, { written: options.out, documents }, () =>
        documents.length === 0
          ? `nothing is published of ${id}`
          : `written: ${documents.length} files in ${options.out}`,
      );
    });
  outletCommands(published, context);
}

function outletCommands(published: Command, context: Context): void {
  const { terminal } = context;
  const outlet = published
    .command('outlet')
    .description('who was asked to publish the notice, and proofs that they have');
  outlet
    .command('add <recall>')
    .description('adds a newspaper, a station, a shop … that is asked to publish it (--as PERSON)')
    .requiredOption('--name <name>', 'what it is called; the ledger has the hash of it')
    .addOption(new Option('--kind <kind>', 'what it is').choices([...OUTLET_KINDS]).makeOptionMandatory())
    .action(async (id: RecallId, _options, command: Command) => {
      const options = optionsOf<{ name: string; kind: OutletKind }>(command);
      const { name, kind } = options;
      const sent = { params: { recall: id }, body: { name, kind } };
      const added = await call(apiOfPerson(context, options), 'addOutlet', sent);
      answer(terminal, options.json, added, () => `outlet ${added.outlet} of ${id}: ${name} (${kind})`);
    });
  outlet
    .command('prove <recall> <outlet>')
    .description('keeps the evidence that an outlet, by its number, has published it (--as PERSON)')
    .requiredOption('--date <date>', 'on which day, such as 2026-09-12')
    .requiredOption('--file <file>', 'a page, a picture or a recording, kept by its hash; 6 MB at most')
    .action(async (id: RecallId, number: string, _options, command: Command) => {
      const options = optionsOf<{ date: IsoDate; file: string }>(command);
      const { date } = options;
      const file = {
        name: basename(options.file),
        base64: readBytes(options.file, FILE_BYTES_MAX).toString('base64'),
      };
      const sent = { params: { recall: id, outlet: number }, body: { date, file } };
      const proved = await call(apiOfPerson(context, options), 'proveOutlet', sent);
      answer(
        terminal,
        options.json,
        proved,
        () => `proof ${proved.proofs} of outlet ${proved.outlet}: ${proved.file.name}, SHA-256 ${proved.file.sha256}`,
      );
    });
}

function publicWords(id: RecallId, { publications, outlets }: Public, url: string): string {
  const published = publications.flatMap(({ n, publishedAt, languages, documents }) => [
    `publication ${n}, ${timeWords(publishedAt)}, in ${languages.join(', ')}`,
    ...documents.map(({ name, sha256 }) => `  ${name}  ${sha256}`),
  ]);
  const asked = outlets.map(
    ({ outlet, name, kind, proofs }) =>
      `outlet ${outlet}, ${name ?? 'its name has been erased'} (${kind}): ${proofs.length === 0 ? 'no proof yet' : proofs.map((one) => `published ${one.date}, ${one.file.name}`).join('; ')}`,
  );
  if (published.length === 0) return [`nothing is published of ${id}`, ...asked].join('\n');
  return [`page: ${url}/public/recalls/${id}`, ...published, ...asked].join('\n');
}
