import type { Command } from 'commander';
import { RecallError } from '../engine/errors.js';
import { wrongScope, type NewScope, type ScopeKind, type SerialRange } from '../engine/scope.js';
import type { IsoDate } from '../engine/words.js';

/** What of an item is recalled, as flags say it: days of sale, or lots, or serial numbers. */
export type ScopeOptions = { item: string; from?: string; to?: string; lot?: string[]; serial?: string[] };

const EXPECTED = '--from DATE --to DATE, or --lot LOT…, or --serial FROM..TO…';
/** The flag to correct where `wrongScope` finds something wrong. */
const FLAGS = { window: '--to', lots: '--lot', serials: '--serial' } as const satisfies Record<ScopeKind, string>;

/** Adds the flags of a scope to a command. */
export function scopeOptions(command: Command): Command {
  return command
    .requiredOption('--item <code>', 'the product')
    .option('--from <date>', 'sold from this day, YYYY-MM-DD')
    .option('--to <date>', 'sold to this day, that day included')
    .option('--lot <lot...>', 'of these lots, instead of days')
    .option('--serial <range...>', 'with these serial numbers, instead of days: FROM..TO, or one alone');
}

/** The scope that the flags name. Throws `wrong-use` naming the flag. */
export function scopeOf({ item, from, to, lot, serial }: ScopeOptions): NewScope {
  const flags = { '--from': from, '--to': to, '--lot': lot, '--serial': serial };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if (given.length === 0) throw wrong('nothing says what of the item is recalled', '--from', EXPECTED);
  if (given.length > 1 && (lot ?? serial) !== undefined)
    throw wrong(`${given.join(' and ')} exclude each other`, given.at(-1)!, EXPECTED);
  const scope: NewScope = lot
    ? { kind: 'lots', item, lots: lot }
    : serial
      ? { kind: 'serials', item, ranges: serial.map(rangeOf) }
      : { kind: 'window', item, from: dateOf('--from', from), to: dateOf('--to', to) };
  const problem = wrongScope(scope);
  if (problem === null) return scope;
  throw wrong(problem, FLAGS[scope.kind], scope.kind === 'window' ? `a day from ${scope.from} on` : EXPECTED);
}

function dateOf(flag: '--from' | '--to', text: string | undefined): IsoDate {
  if (text === undefined) throw wrong('a window of sale has two ends', flag, EXPECTED);
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  // 30 February would silently become March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text))
    throw wrong(`${JSON.stringify(text)} is no date`, flag, 'YYYY-MM-DD');
  return text as IsoDate;
}

/** `A100..A250`, or one serial number alone. */
function rangeOf(text: string): SerialRange {
  const [from = '', to = from, ...more] = text.split('..');
  if (more.length > 0) throw wrong(`${JSON.stringify(text)} is no range of serial numbers`, '--serial', 'FROM..TO');
  return { from, to };
}

function wrong(message: string, where: string, expected: string): RecallError {
  return new RecallError({ code: 'wrong-use', message, where, expected, remedy: 'correct it; nothing was opened' });
}
