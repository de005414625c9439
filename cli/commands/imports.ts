import type { Command } from 'commander';
import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import type { SentFile } from '../../api/contract/imports.js';
import type { Given, UploadRoute } from '../../api/contract/routes.js';
import { call, sendFile, type Progress } from '../client.js';
import { apiOf, optionsOf, type Context } from '../context.js';
import { readText, requireFile } from '../files.js';
import { answer, type Terminal } from '../terminal.js';

const SHOWN_EVERY_MS = 200;
const MB = 1_000_000;

/** `recall import sales`, `contacts` and `roster`. A file is taken whole or not at all. */
export function importCommands(recall: Command, context: Context): void {
  const family = recall
    .command('import')
    .description('bring in sales, contacts and the roster; a file is taken whole or not at all');
  const tell = (report: object, command: Command): void =>
    answer(context.terminal, optionsOf(command).json, report, () =>
      Object.entries(report)
        .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('\n'),
    );
  const send = async <N extends UploadRoute>(name: N, given: Given<N>, file: SentFile, command: Command) => {
    const shown = progressOf(context.terminal, file);
    try {
      tell(await sendFile(apiOf(context, optionsOf(command)), name, given, shown.progress), command);
    } finally {
      shown.end();
    }
  };
  family
    .command('sales <file>')
    .description('invoice lines from CSV (also .gz), read by a mapping document')
    .requiredOption('--mapping <file>', 'the mapping document (YAML)')
    .action(async (path: string, _options, command: Command) => {
      const { mapping } = optionsOf<{ mapping: string }>(command);
      const [file, document] = [await fileOf(path), textOf(mapping)];
      await send('importSales', { upload: { mapping: document, file } }, file, command);
    });
  family
    .command('contacts <file>')
    .description('contacts of customers from CSV (also .gz): code, name, customerType, language, email, phone')
    .action(async (path: string, _options, command: Command) => {
      const file = await fileOf(path);
      await send('importContacts', { upload: { file } }, file, command);
    });
  family
    .command('roster <file>')
    .description('people, roles, deputies and absences from YAML')
    .action(async (path: string, _options, command: Command) => {
      tell(await call(apiOf(context, optionsOf(command)), 'importRoster', { body: textOf(path) }), command);
    });
}

function textOf(path: string): { file: string; text: string } {
  return { file: basename(path), text: readText(path) };
}

/** A file that is read while it is sent, and never held as a whole. */
async function fileOf(path: string): Promise<SentFile> {
  requireFile(path);
  return { name: basename(path), content: await openAsBlob(path) };
}

/** How much has gone out, on one line that is written over; nothing where nobody sits at a terminal. */
function progressOf({ err, interactive }: Terminal, { name, content: { size } }: SentFile) {
  if (!interactive) return { progress: () => undefined, end: () => undefined };
  let shownAt = 0;
  const progress: Progress = (bytes) => {
    const isSent = bytes >= size;
    if (!isSent && Date.now() - shownAt < SHOWN_EVERY_MS) return;
    shownAt = Date.now();
    const share = `${(Math.min(bytes, size) / MB).toFixed(1)} of ${(size / MB).toFixed(1)} MB`;
    err(`\r${name}: ${share} sent${isSent ? '; the lines are being added …' : ''}`);
  };
  return { progress, end: () => err('\n') };
}

/** `recall webhook-secret`: what a partner whose system takes notices checks them with. */
export function webhookSecretCommand(recall: Command, context: Context): void {
  recall
    .command('webhook-secret <code>')
    .description('the secret of a partner, by customer code, to be handed to that partner alone (docs/webhook.md)')
    .action(async (code: string, _options, command: Command) => {
      const options = optionsOf(command);
      const found = await call(apiOf(context, options), 'showWebhookSecret', { params: { code } });
      answer(context.terminal, options.json, found, () => found.secret);
    });
}
