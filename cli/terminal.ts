import { createInterface } from 'node:readline/promises';
import Table from 'cli-table3';
import { dueWords } from '../engine/time-words.js';
import type { IsoInstant } from '../engine/words.js';
import {
  ERRORS,
  errorDetail,
  RecallError,
  type ErrorDetail,
  type FoundError,
  type FoundWarning,
} from '../engine/errors.js';

export type Terminal = {
  out: (text: string) => void;
  err: (text: string) => void;
  /** A person sits there and can be asked. */
  interactive: boolean;
  confirm: (question: string) => Promise<boolean>;
};

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    async confirm(question) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      try {
        return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
      } finally {
        lines.close();
      }
    },
  };
}

/** The answer of a command: as JSON on one line, or in words. */
export function answer(terminal: Terminal, json: boolean | undefined, value: unknown, words: () => string): void {
  terminal.out(json ? `${JSON.stringify(value)}\n` : `${words()}\n`);
}

/** Says what went wrong and gives the exit code: 1 the thing asked about failed, 2 wrong use, 3 a service is not there. */
export function fail(terminal: Terminal, json: boolean, failed: unknown): number {
  const detail: ErrorDetail = errorDetail(failed) ?? {
    code: 'engine-fault',
    message: failed instanceof Error ? failed.message : String(failed),
    remedy: 'this is a bug of the command; run it again, and report it with what you typed',
  };
  if (json) terminal.out(`${JSON.stringify({ error: detail })}\n`);
  terminal.err(errorWords(detail));
  return ERRORS[detail.code]?.exit ?? 1;
}

export function errorWords({ message, where, expected, remedy, errors = [] }: ErrorDetail): string {
  const lines = [
    ['where', where],
    ['expected', expected],
    ['remedy', remedy],
  ].filter(([, text]) => text);
  const others = errors.slice(1).map(foundWords);
  return [`error: ${message}`, ...lines.map(([name, text]) => `  ${name}: ${text}`), ...others, ''].join('\n');
}

/** One of the things that were found in a file, with its place. */
export function foundWords(found: FoundError | FoundWarning): string {
  const column = found.column === '' ? '' : `, column ${found.column}`;
  return `  line ${found.line}${column}: ${found.message}${'expected' in found ? ` (expected: ${found.expected})` : ''}`;
}

/** Rows under a heading, padded, without lines between them. */
export function table(head: string[], rows: string[][]): string {
  const none = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
  const chars = Object.fromEntries(
    [...none, 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'].map((name) => [name, '']),
  );
  const drawn = new Table({
    head,
    chars: { ...chars, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...rows);
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** An instant as people read it, with its offset from UTC: `2026-09-10 10:00:00+02:00`. Zone of the machine unless named. */
export function timeWords(instant: string | null | undefined, zone?: string): string {
  if (instant === null || instant === undefined) return '-';
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}${offset}`;
}

/** When something is due, and how that lies to the recall's time: `2026-09-10 10:00:00+02:00, overdue by 2 hours`. */
export function dueAtWords(dueAt: IsoInstant, now: IsoInstant): string {
  return `${timeWords(dueAt)}, ${dueWords(dueAt, now)}`;
}

/** A person's id with their name beside it, where that is known. */
export function personWords(id: string, names: Record<string, string>): string {
  return names[id] === undefined ? id : `${id} (${names[id]})`;
}

/** What cannot be taken back is confirmed by a person at a terminal, or by --yes where there is none. */
export async function requireYes(
  terminal: Terminal,
  yes: boolean | undefined,
  question: string,
  { expected, remedy } = { expected: '--yes, because there is no terminal', remedy: 'add --yes' },
): Promise<void> {
  if (yes) return;
  if (!terminal.interactive)
    throw new RecallError({
      code: 'wrong-use',
      message: 'nobody is there to confirm',
      where: '--yes',
      expected,
      remedy,
    });
  if (!(await terminal.confirm(question))) {
    throw new RecallError({
      code: 'refused',
      message: 'not confirmed: nothing was done',
      remedy: 'run the command again',
    });
  }
}
