import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { runScript, wrongFlag } from '../cli/script.js';
import { processTerminal, table } from '../cli/terminal.js';
import { decisionToEffect } from './decision-to-effect.js';
import { freezes, FREEZE_SIZES } from './freeze.js';
import { histories, HISTORY_SIZES } from './history.js';
import { importRates } from './imports.js';
import { isMet, isRowMet, type Figure, type Row } from './figures.js';
import { mailDoor } from './mail-door.js';
import { noticeRates } from './notices/notices.js';
import { reads, READ_SIZES } from './reads.js';
import { simulatorRuns } from './simulator.js';
import { warmDemo } from './warm-demo.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAIRS = 500;
const PAIRS_MIN = 200;
const FIGURES = [
  'decision',
  'demo',
  'simulator',
  'imports',
  'mail-door',
  'freeze',
  'notices',
  'history',
  'reads',
] as const;
type FigureName = (typeof FIGURES)[number];

type Options = { json?: boolean; pairs: number; size?: number; profile?: boolean; wanted: readonly FigureName[] };

const terminal = processTerminal();

/** Entry of `npm run bench`: figures held to their limits. Exit code 0 where all are met, 1 where one is not. */
async function bench({ json, pairs, size, profile = false, wanted }: Options): Promise<number> {
  const say = (line: string): void => terminal.err(`${line}\n`);
  const dir = join(ROOT, '.recall', 'runs', `bench-${Date.now()}-${process.pid}`);
  mkdirSync(dir, { recursive: true });
  const measure: Record<FigureName, () => Figure | Promise<Figure>> = {
    decision: () => decisionToEffect({ dir, pairs, say }),
    demo: () => warmDemo(say),
    simulator: () => simulatorRuns(say),
    imports: () => importRates({ dir, say }),
    'mail-door': () => mailDoor({ dir, say }),
    freeze: () => freezes({ dir, say }, size === undefined ? FREEZE_SIZES : [size]),
    history: () => histories({ dir, say }, size === undefined ? HISTORY_SIZES : [size]),
    reads: () => reads({ dir, say }, size === undefined ? READ_SIZES : [size]),
    notices: () => noticeRates({ dir, say, isProfiled: profile, ...(size !== undefined && { sizes: [size] }) }),
  };
  const figures: Figure[] = [];
  for (const name of wanted) figures.push(await measure[name]());
  // Where something failed, its logs stay.
  rmSync(dir, { recursive: true, force: true });
  const met = figures.every(isMet);
  if (json) terminal.out(`${JSON.stringify({ met, figures: figures.map((one) => ({ ...one, met: isMet(one) })) })}\n`);
  else terminal.out(`${words(figures)}\n${met ? 'All limits are met.' : 'NOT all limits are met.'}\n`);
  return met ? 0 : 1;
}

function words(figures: Figure[]): string {
  const rows = figures.flatMap(({ name, rows: of }) => of.map((row) => [name, ...cells(row)]));
  return [
    table(['figure', 'what', 'measured', '95 % of resamples', 'limit', 'met'], rows),
    '',
    ...figures.map(({ name, note }) => `${name}: ${note}`),
  ].join('\n');
}

function cells(row: Row): string[] {
  const { what, unit, value, limit, spread, is } = row;
  const number = (of: number): string => `${of.toFixed(2)}${unit && ` ${unit}`}`;
  const verdict = limit === null ? '' : isRowMet(row) ? 'yes' : 'NO';
  return [
    what,
    number(value),
    spread?.map(number).join(' to ') ?? '',
    limit === null ? '' : `${is === 'least' ? 'at least ' : ''}${number(limit)}`,
    verdict,
  ];
}

function parseOptions(args: string[]): Options {
  const count = (text: string): number => {
    if (/^\d{1,6}$/.test(text) && Number(text) >= PAIRS_MIN) return Number(text);
    throw wrongFlag('bench', `${JSON.stringify(text)} is no number of pairs`, `a whole number, at least ${PAIRS_MIN}`);
  };
  const sized = (text: string): number => {
    if (/^[1-9]\d{2,6}$/.test(text)) return Number(text);
    throw wrongFlag('bench', `${JSON.stringify(text)} is no size`, 'a whole number from 100 to below ten million');
  };
  const figure = (text: string): FigureName => {
    const found = FIGURES.find((name) => name === text);
    if (found) return found;
    throw wrongFlag('bench', `${JSON.stringify(text)} is no figure`, FIGURES.join(', '));
  };
  const command = new Command('bench')
    .description('How long things take, held to limits; the decision against a peer of the same run.')
    .option('--json', 'one JSON object alone on standard output')
    .option('--pairs <n>', 'decisions measured on each side', count, PAIRS)
    .option('--size <n>', 'recipients of one campaign, in place of the usual sizes', sized)
    .option('--profile', 'of notices: where the time of our turns goes, by function and statement, on standard error')
    .argument('[figure]', `one figure alone: ${FIGURES.join(', ')}`, figure)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  const { json, pairs, size, profile } = command.parse(args, { from: 'user' }).opts<Omit<Options, 'wanted'>>();
  const [only] = command.processedArgs as [FigureName | undefined];
  return {
    json,
    pairs,
    ...(size !== undefined && { size }),
    ...(profile && { profile }),
    wanted: only ? [only] : FIGURES,
  };
}

await runScript('bench', terminal, async (args) => bench(parseOptions(args)));
