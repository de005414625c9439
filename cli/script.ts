import { CommanderError } from 'commander';
import { RecallError } from '../engine/errors.js';
import { fail, type Terminal } from './terminal.js';

/** What is wrong with a flag of `npm run SCRIPT --`. */
export function wrongFlag(script: string, message: string, expected: string): RecallError {
  const where = `npm run ${script} --`;
  return new RecallError({ code: 'wrong-use', message, where, expected, remedy: 'correct the flag' });
}

/**
 * Runs an npm script with the arguments of this process, and ends the process with its exit code: what still holds it, such
 * as a request in flight, has nothing more to say. What goes wrong is told as every command tells it.
 */
export async function runScript(
  script: string,
  terminal: Terminal,
  run: (args: string[]) => Promise<number>,
): Promise<never> {
  const args = process.argv.slice(2);
  process.exit(await run(args).catch((failed: unknown) => exitOf(script, terminal, args.includes('--json'), failed)));
}

function exitOf(script: string, terminal: Terminal, json: boolean, failed: unknown): number {
  if (!(failed instanceof CommanderError)) return fail(terminal, json, failed);
  if (failed.exitCode === 0) return 0;
  const expected = `see npm run ${script} -- --help`;
  return fail(terminal, json, wrongFlag(script, failed.message.replace(/^error: /, ''), expected));
}
