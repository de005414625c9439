import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { fail, processTerminal, table } from '../../cli/terminal.js';
import { RecallError } from '../../engine/errors.js';
import { soakKills, type Kill } from './kills.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COUNT_MAX = 1_000_000;

type Options = { json?: boolean; kills: number; seed: number; minutes: number };

const terminal = processTerminal();

/** Entry of `npm run soak`: exit code 0 where nothing differs, 1 where something does. */
async function soak({ json, kills, seed, minutes }: Options): Promise<number> {
  const say = (line: string): void => terminal.err(`${line}\n`);
  const dir = join(ROOT, '.recall', 'runs', `soak-${Date.now()}-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  const soaked = await soakKills({ dir, kills, seed, minutesMax: minutes, say });
  const good = soaked.differences.length === 0;
  // Where something differs, its logs stay.
  if (good) rmSync(dir, { recursive: true, force: true });
  else say(`logs: ${dir}`);
  if (json) terminal.out(`${JSON.stringify(soaked)}\n`);
  else
    terminal.out(
      `${words(soaked.kills)}\n${soaked.drills} drills, ${soaked.kills.length} kills: ${verdict(soaked.differences)}\n`,
    );
  return good ? 0 : 1;
}

function verdict(differences: string[]): string {
  return differences.length === 0 ? 'nothing differs' : `${differences.length} DIFFER\n${differences.join('\n')}`;
}

/** Kills by process, and how many of them struck while an effect was pending. */
function words(kills: Kill[]): string {
  const names = [...new Set(kills.map(({ victim }) => victim))].sort();
  const rows = names.map((name) => {
    const of = kills.filter(({ victim }) => victim === name);
    return [name, String(of.length), String(of.filter(({ pending }) => pending !== null).length)];
  });
  return table(['killed', 'times', 'with an effect pending'], rows);
}

function parseOptions(args: string[]): Options {
  const count = (text: string): number => {
    if (/^\d{1,7}$/.test(text) && Number(text) <= COUNT_MAX) return Number(text);
    throw wrong(`${JSON.stringify(text)} is no count`, `a whole number up to ${COUNT_MAX}`);
  };
  const command = new Command('soak')
    .description(
      'Drills one after the other while processes are killed; each has to give the ledger of one that is left alone.',
    )
    .option('--json', 'one JSON object alone on standard output')
    .option('--kills <n>', 'kills in all', count, 30)
    .option('--seed <n>', 'of the drills and of the kills', count, 1)
    .option('--minutes <n>', 'no drill begins after so many', count, 120)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  return command.parse(args, { from: 'user' }).opts<Options>();
}

function wrong(message: string, expected: string): RecallError {
  return new RecallError({
    code: 'wrong-use',
    message,
    where: 'npm run soak --',
    expected,
    remedy: 'correct the flag',
  });
}

async function main(args: string[]): Promise<number> {
  const json = args.includes('--json');
  try {
    return await soak(parseOptions(args));
  } catch (failed) {
    if (!(failed instanceof CommanderError)) return fail(terminal, json, failed);
    if (failed.exitCode === 0) return 0;
    return fail(terminal, json, wrong(failed.message.replace(/^error: /, ''), 'see npm run soak -- --help'));
  }
}

process.exitCode = await main(process.argv.slice(2));
// What still holds the process, such as a connection in flight, has nothing more to say.
process.exit();
