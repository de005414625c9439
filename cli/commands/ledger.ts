import type { Command } from 'commander';
import { writeFileSync } from 'node:fs';
import { RecallError } from '../../engine/errors.js';
import { LINE_CHARS_MAX, verifyLedger, type Verification } from '../../trust/chain.js';
import { call, download } from '../client.js';
import { apiOf, apiOfPerson, optionsOf, type Context } from '../context.js';
import { linesOf, readDocument } from '../files.js';
import { answer, requireYes } from '../terminal.js';

/** `recall ledger export`, `recall ledger erase`, `recall ledger verify`. */
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
    .command('erase <recall>')
    .description('erases the rows of an entry, which name recipients, for good; the record says who had that done')
    .requiredOption('--link <n>', 'the link of the entry, as the export has it')
    .option('--yes', 'do not ask')
    .action(async (id: string, _options, command: Command) => {
      const options = optionsOf<{ link: string; yes?: boolean }>(command);
      const api = apiOfPerson(context, options);
      await requireYes(terminal, options.yes, `Erase the rows of entry ${options.link} of ${id} for good?`);
      const body = { link: Number(options.link) };
      const erased = await call(api, 'eraseRows', { params: { recall: id }, body });
      answer(terminal, options.json, erased, () => `erased: ${erased.rows} rows of entry ${options.link}`);
    });
  ledger
    .command('verify <file>')
    .description('checks an export from nothing but its lines')
    .option(
      '--expect <hash>',
      'a hash known from elsewhere, such as that of the last entry: it must occur in the chain',
    )
    .action((file: string, _options, command: Command) => {
      const options = optionsOf<{ expect?: string }>(command);
      const expect = options.expect === undefined ? null : hashOf(options.expect);
      const verified = readDocument(file, (path) => verifyLedger(linesOf(path, LINE_CHARS_MAX), { expect }));
      if (!verified.verified) context.failed();
      answer(terminal, options.json, { file, ...verified }, () => verdictWords(file, verified));
    });
}

function hashOf(text: string): string {
  const hash = text.trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hash)) return hash;
  throw new RecallError({
    code: 'wrong-use',
    message: 'no hash',
    where: '--expect',
    expected: '64 hexadecimal digits',
    remedy: 'copy it whole from the report, the mail or the checkpoint that names it',
  });
}

function verdictWords(file: string, { verified, events, facts, findings, more }: Verification): string {
  if (verified) return `${file}: verified, ${events} events and ${facts} facts`;
  const lines = findings.map(({ line, why }) => `${file}:${line}: NOT verified: ${why}`);
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
