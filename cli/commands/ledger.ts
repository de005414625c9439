import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { verifyLedger } from '../../trust/chain.js';
import { download } from '../client.js';
import { apiOf, optionsOf, type Context } from '../context.js';
import { readExactText } from '../files.js';
import { answer } from '../terminal.js';

/** `recall ledger export`, `recall ledger verify`. */
export function ledgerCommands(recall: Command, context: Context): void {
  const { terminal } = context;
  const ledger = recall.command('ledger').description('the record of a recall');
  ledger
    .command('export <recall>')
    .description('every event and fact, one JSON line each, on standard output or into a file')
    .option('--out <file>', 'write to a file')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ out?: string }>(command);
      const exported = await download(apiOf(context, options), 'exportLedger', { params: { recall: id } });
      const text = exported.toString('utf8');
      if (options.out === undefined) return terminal.out(text);
      writeFileSync(options.out, text);
      const entries = text.split('\n').filter((line) => line !== '').length;
      answer(
        terminal,
        options.json,
        { file: options.out, entries },
        () => `written: ${options.out} (${entries} entries)`,
      );
    });
  ledger
    .command('verify <file>')
    .description('checks an export from nothing but its lines')
    .action((file: string, _options, command: Command) => {
      const options = optionsOf(command);
      const verified = verifyLedger(readExactText(file).split('\n'));
      if (!verified.verified) context.failed();
      const { events, facts, broken } = verified;
      answer(terminal, options.json, { file, ...verified }, () =>
        broken === null
          ? `${file}: verified, ${events} events and ${facts} facts`
          : `${file}:${broken.line}: NOT verified: ${broken.why}`,
      );
    });
}
