import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Given } from '../../api/contract/routes.js';
import { call } from '../client.js';
import { apiOf, optionsOf, type Context } from '../context.js';
import { readDocument } from '../files.js';
import { answer } from '../terminal.js';

type Import = 'importSales' | 'importContacts' | 'importRoster';

/** `recall import sales`, `contacts` and `roster`. A file is taken whole or not at all. */
export function importCommands(recall: Command, context: Context): void {
  const family = recall
    .command('import')
    .description('bring in sales, contacts and the roster; a file is taken whole or not at all');
  const send = async <N extends Import>(name: N, given: Given<N>, command: Command): Promise<void> => {
    const options = optionsOf(command);
    const report = await call(apiOf(context, options), name, given);
    answer(context.terminal, options.json, report, () =>
      Object.entries(report)
        .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
        .join('\n'),
    );
  };
  family
    .command('sales <file>')
    .description('invoice lines from CSV (also .gz), read by a mapping document')
    .requiredOption('--mapping <file>', 'the mapping document (YAML)')
    .action(async (file: string, _options, command: Command) => {
      const { mapping } = optionsOf<{ mapping: string }>(command);
      await send('importSales', { body: { ...textOf(file), mapping: textOf(mapping) } }, command);
    });
  family
    .command('contacts <file>')
    .description('contacts of customers from CSV: code, name, customerType, language, email, phone')
    .action((file: string, _options, command: Command) => send('importContacts', { body: textOf(file) }, command));
  family
    .command('roster <file>')
    .description('people, roles, deputies and absences from YAML')
    .action((file: string, _options, command: Command) => send('importRoster', { body: textOf(file) }, command));
}

/** A file by name and content; one that ends in .gz is unpacked. */
function textOf(file: string): { file: string; text: string } {
  const bytes = readDocument(file, (path) => readFileSync(path));
  const name = basename(file);
  return { file: name.replace(/\.gz$/, ''), text: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8') };
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
