import type { Command } from 'commander';
import { createHash } from 'node:crypto';
import { mkdirSync, openAsBlob, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { counted } from '../../engine/counted.js';
import { RecallError } from '../../engine/errors.js';
import type { RecallId } from '../../engine/words.js';
import { call, download } from '../client.js';
import { apiOf, apiOfPerson, optionsOf, type Context } from '../context.js';
import { requireFile } from '../files.js';
import { answer, table, timeWords } from '../terminal.js';

/** `recall letters`: batches for the print shop, and what became of them. */
export function letterCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const family = recall
    .command('letters')
    .description('letters to recipients: batches for the print shop, and what became of them');
  family
    .command('list <recall>', { isDefault: true })
    .description('the batches of a recall, with how many letters have left and come back')
    .action(async (id: RecallId, _options, command: Command) => {
      const options = optionsOf(command);
      const batches = await call(apiOf(context, options), 'listLetters', { params: { recall: id } });
      answer(terminal, options.json, batches, () => {
        if (batches.length === 0) return 'no letters';
        const rows = batches.map(({ batch, at, letters, pages, dispatched, dispatchedOn, returned }) => [
          batch,
          timeWords(at),
          String(letters),
          String(pages),
          dispatchedOn === null ? 'not yet' : `${dispatched}, on ${dispatchedOn}`,
          String(returned),
        ]);
        return table(['batch', 'made', 'letters', 'pages', 'left', 'came back'], rows);
      });
    });
  family
    .command('save <recall> <batch>')
    .description(
      'writes the PDF of a batch, its manifest and its cover sheet, for the print shop; they hold names and addresses',
    )
    .requiredOption('--out <folder>', 'the folder')
    .action(async (id: RecallId, batch: string, _options, command: Command) => {
      const options = optionsOf<{ out: string }>(command);
      const api = apiOf(context, options);
      const listed = (await call(api, 'listLetters', { params: { recall: id } })).find((one) => one.batch === batch);
      if (!listed) throw noBatch(id, batch);
      mkdirSync(options.out, { recursive: true });
      const written: string[] = [];
      for (const name of [`${batch}.pdf`, `${batch}.csv`, `${batch}-cover.pdf`]) {
        const bytes = await download(api, 'readDocument', { params: { recall: id, name } });
        if (name === `${batch}.pdf` && createHash('sha256').update(bytes).digest('hex') !== listed.sha256)
          throw new RecallError({ code: 'not-found', message: `${name} is not what the ledger says`, where: name });
        writeFileSync(join(options.out, name), bytes);
        written.push(join(options.out, name));
      }
      answer(terminal, options.json, { written, sha256: listed.sha256 }, () =>
        written.map((path) => `written: ${path}`).join('\n'),
      );
    });
  for (const [news, route, columns] of [
    ['dispatched', 'importDispatched', 'notice and date'],
    ['returned', 'importReturned', 'notice, date and reason'],
  ] as const)
    family
      .command(`${news} <recall> <file>`)
      .description(`takes a CSV with the columns ${columns}, a line for each letter; whole or not at all (--as PERSON)`)
      .action(async (id: RecallId, path: string, _options, command: Command) => {
        const options = optionsOf(command);
        requireFile(path);
        const file = { name: basename(path), content: await openAsBlob(path) };
        const taken = await call(apiOfPerson(context, options), route, { params: { recall: id }, upload: { file } });
        answer(
          terminal,
          options.json,
          taken,
          () => `${counted(taken.rows, 'letter')}, of which ${taken.news} ${taken.news === 1 ? 'was' : 'were'} news`,
        );
      });
}

function noBatch(id: RecallId, batch: string): RecallError {
  return new RecallError({
    code: 'not-found',
    message: `${id} has no batch ${batch}`,
    where: batch,
    expected: 'the name of a batch',
    remedy: `see \`recall letters ${id}\``,
  });
}
