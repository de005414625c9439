import { Argument, Option, type Command } from 'commander';
import { createReadStream, existsSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { RecallError, type FoundError, type FoundWarning } from '../../engine/errors.js';
import { checkRosterFile, checkTable, type Checked } from '../../imports/check.js';
import { guessMapping, type Guess } from '../../imports/guess.js';
import { OWN_CONTACTS, parseContactsMapping, parseMapping } from '../../imports/mapping.js';
import { sampleOf } from '../../imports/sample.js';
import { optionsOf, type Context, type GlobalOptions } from '../context.js';
import { readText, requireFile } from '../files.js';
import { answer, foundWords, table } from '../terminal.js';

const KINDS = ['sales', 'contacts', 'roster'] as const;
type Kind = (typeof KINDS)[number];

/** `recall import check` and `recall import map`: both without a server. */
export function checkCommands(family: Command, context: Context): void {
  const { terminal } = context;
  family
    .command('check')
    .addArgument(new Argument('<kind>', 'what it is').choices(KINDS))
    .argument('<file>')
    .description('what an import of a file would take, and everything that is odd with it; needs no server')
    .option('--mapping <file>', 'the mapping document (YAML); else a first one is made up, or the columns are our own')
    .action(async (kind: Kind, path: string, _options, command: Command) => {
      const options = optionsOf<{ mapping?: string } & GlobalOptions>(command);
      requireFile(path);
      const { checked, guess } = await check(kind, path, options.mapping);
      if (checked.errorCount > 0) context.failed();
      answer(terminal, options.json, { ...checked, ...(guess && { mapping: guess.text, open: guess.open }) }, () =>
        checkedWords(checked, guess),
      );
    });
  family
    .command('map <file>')
    .description('looks at a file and writes a first mapping document with comments; needs no server')
    .addOption(new Option('--kind <kind>', 'what it is, where its columns do not say').choices(['sales', 'contacts']))
    .option('--out <file>', 'write it there; else it is printed')
    .action(async (path: string, _options, command: Command) => {
      const { kind, out, json } = optionsOf<{ kind?: 'sales' | 'contacts'; out?: string } & GlobalOptions>(command);
      requireFile(path);
      if (out !== undefined && existsSync(out)) throw corrected(out);
      const guess = await guessOf(path, kind ?? null);
      if (out !== undefined) writeFileSync(out, guess.text);
      answer(terminal, json, { kind: guess.kind, mapping: guess.text, open: guess.open, out: out ?? null }, () =>
        out === undefined ? guess.text.trimEnd() : `${out}: a first mapping of ${guess.kind}`,
      );
      if (guess.open.length > 0) terminal.err(`${openWords(guess.open)}\n`);
    });
}

/** A mapping document that is there may have been corrected by hand. */
function corrected(where: string): RecallError {
  return new RecallError({
    code: 'wrong-use',
    message: 'there is a file already, and somebody may have corrected it',
    where,
    expected: 'the name of a file that is not there yet',
    remedy: 'name another one, or take it away first; nothing was written',
  });
}

async function check(
  kind: Kind,
  path: string,
  mappingPath: string | undefined,
): Promise<{ checked: Checked; guess: Guess | null }> {
  const file = basename(path);
  if (kind === 'roster') return { checked: checkRosterFile(readText(path), file), guess: null };
  const source = () => createReadStream(path);
  if (mappingPath !== undefined) {
    const text = readText(mappingPath);
    const read =
      kind === 'sales'
        ? { kind, mapping: parseMapping(text, mappingPath) }
        : { kind, mapping: parseContactsMapping(text, mappingPath) };
    return { checked: await checkTable(read, file, source()), guess: null };
  }
  if (kind === 'contacts')
    return { checked: await checkTable({ kind, mapping: OWN_CONTACTS }, file, source()), guess: null };
  const guess = await guessOf(path, kind);
  const mapping = parseMapping(guess.text, 'the first mapping');
  return { checked: await checkTable({ kind, mapping }, file, source()), guess };
}

async function guessOf(path: string, kind: 'sales' | 'contacts' | null): Promise<Guess> {
  const file = basename(path);
  return guessMapping(file, await sampleOf(file, () => createReadStream(path)), kind);
}

function checkedWords(checked: Checked, guess: Guess | null): string {
  const { kind, file, rows, taken, errorCount, setAsideCount, warningCount, written, counts, first } = checked;
  const how = [
    written.encoding,
    written.delimiter === null ? null : `${JSON.stringify(written.delimiter)} between cells`,
  ].filter((one) => one !== null);
  const lines = [`${file}: ${kind}${how.length > 0 ? `, ${how.join(', ')}` : ''}`];
  if (guess) lines.push('read by a first mapping that was made up; recall import map writes it to a file');
  const sums = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  lines.push(
    `${rows} rows, ${taken} would be taken, ${setAsideCount} would be set aside, ${errorCount} errors, ${warningCount} warnings`,
  );
  if (sums.length > 0) lines.push(sums.join(', '));
  if (first.length > 0) lines.push('', 'the first ones as they are understood:', firstWords(first));
  lines.push(...found('errors: the file is refused for them', checked.errors, errorCount));
  lines.push(...found('set aside', checked.setAside, setAsideCount));
  lines.push(...found('warnings: taken as it stands; is it meant?', checked.warnings, warningCount));
  if (guess && guess.open.length > 0) lines.push('', openWords(guess.open));
  return lines.join('\n');
}

function openWords(open: string[]): string {
  return ['the file does not say, and somebody has to:', ...open.map((one) => `  - ${one}`)].join('\n');
}

function firstWords(rows: object[]): string {
  const names = Object.keys(rows[0]!).filter((name) => rows.some((row) => wordOf(row, name) !== ''));
  return table(
    names,
    rows.map((row) => names.map((name) => wordOf(row, name))),
  );
}

function wordOf(row: object, name: string): string {
  const value: unknown = (row as Record<string, unknown>)[name];
  if (value === null || value === undefined) return '';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

function found(title: string, list: (FoundError | FoundWarning)[], count: number): string[] {
  if (count === 0) return [];
  const more = count > list.length ? [`  and ${count - list.length} more`] : [];
  return ['', title, ...list.map(foundWords), ...more];
}
