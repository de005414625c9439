import { Command, CommanderError, Option } from 'commander';
import { clockCommands } from './commands/clock.js';
import { decisionCommands, renewCommand } from './commands/decisions.js';
import { findingCommand } from './commands/findings.js';
import { importCommands, webhookSecretCommand } from './commands/imports.js';
import { ledgerCommands } from './commands/ledger.js';
import { mailCommands } from './commands/mails.js';
import { mailCommand } from './commands/mail-explain.js';
import { noticeCommands } from './commands/notice.js';
import { openCommand } from './commands/open.js';
import { playbookCommands } from './commands/playbook.js';
import { letterCommands } from './commands/letters.js';
import { postCommands } from './commands/post.js';
import { publicCommands } from './commands/public.js';
import { readinessCommand } from './commands/preflight.js';
import { injuryCommand } from './commands/injuries.js';
import { recipientsCommand } from './commands/recipients.js';
import { recallCommands } from './commands/recalls.js';
import type { Context } from './context.js';
import { fail, type Terminal } from './terminal.js';

const EXIT_CODES = `
Exit codes: 0 done · 1 the thing asked about failed · 2 wrong use · 3 a service is not there`;

/** Runs the command with its arguments and gives its exit code. */
export async function run(
  args: string[],
  { terminal, stackFile }: { terminal: Terminal; stackFile?: string },
): Promise<number> {
  let answeredNo = false;
  const context: Context = { terminal, args, stackFile, failed: () => void (answeredNo = true) };
  const json = args.includes('--json');
  try {
    await program(context).parseAsync(args, { from: 'user' });
    return answeredNo ? 1 : 0;
  } catch (failed) {
    if (!(failed instanceof CommanderError)) return fail(terminal, json, failed);
    if (failed.exitCode === 0) return 0;
    const message = failed.code === 'commander.help' ? 'a command is missing' : failed.message.replace(/^error: /, '');
    const remedy = 'see `recall --help` and `recall COMMAND --help`';
    return fail(terminal, json, { detail: { code: 'wrong-use', message, remedy } });
  }
}

/** All commands with their options; what hints and documents name is held against them. */
export function program(context: Context): Command {
  const { terminal } = context;
  const recall = new Command('recall')
    .description('Runs recalls from playbooks.')
    .option('--json', 'answer as JSON on standard output')
    .addOption(
      new Option('--api <url>', 'address of the API; else that of the stack running in this checkout').env(
        'RECALL_API',
      ),
    )
    .addOption(new Option('--key <key>', 'the local key, which --as needs').env('RECALL_LOCAL_KEY').hideHelp())
    .option('--as <person>', 'who does this (development identity: a person of the roster)')
    .addHelpText('after', EXIT_CODES);
  for (const add of [
    openCommand,
    readinessCommand,
    recallCommands,
    findingCommand,
    injuryCommand,
    clockCommands,
    decisionCommands,
    renewCommand,
    importCommands,
    webhookSecretCommand,
    playbookCommands,
    noticeCommands,
    ledgerCommands,
    mailCommands,
    mailCommand,
    letterCommands,
    postCommands,
    recipientsCommand,
    publicCommands,
  ])
    add(recall, context);
  settle(recall, terminal);
  return recall;
}

/** Errors are said by `fail` alone, with the product's exit codes. */
function settle(command: Command, terminal: Terminal): void {
  command
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => undefined });
  for (const below of command.commands) settle(below, terminal);
}
