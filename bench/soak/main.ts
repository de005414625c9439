import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { runScript, wrongFlag } from '../../cli/script.js';
import { processTerminal, table } from '../../cli/terminal.js';
import { soakFuzz, type Fuzzed } from './fuzz.js';
import { soakKills, type Kill, type Soaked } from './kills.js';
import { soakNotices, type NoticesSoaked } from './notices.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COUNT_MAX = 1_000_000;

type Options = { json?: boolean; kills?: number; fuzz?: number; notices?: number; seed: number; minutes: number };

const KILLS = 30;
const NOTICE_KILLS = 50;
const FAULTS_SHOWN_MAX = 20;
const terminal = processTerminal();

/** Entry of `npm run soak`: exit code 0 where nothing differs and nothing was met wrongly, 1 where something was. */
async function soak({ json, kills, fuzz, notices, seed, minutes }: Options): Promise<number> {
  const say = (line: string): void => terminal.err(`${line}\n`);
  const dir = join(ROOT, '.recall', 'runs', `soak-${Date.now()}-${process.pid}`);
  const wanted = kills ?? (fuzz === undefined ? KILLS : 0);
  const inDir = (name: string): string => {
    const own = join(dir, name);
    mkdirSync(own, { recursive: true });
    return own;
  };
  if (notices !== undefined) {
    const of = { dir: inDir('notices'), notices, kills: kills ?? NOTICE_KILLS, seed, say };
    const soaked = await soakNotices(of);
    const isGood = soaked.differences.length === 0;
    if (isGood) rmSync(dir, { recursive: true, force: true });
    else say(`logs: ${dir}`);
    terminal.out(json ? `${JSON.stringify({ good: isGood, notices: soaked })}\n` : `${noticeWords(soaked)}\n`);
    return isGood ? 0 : 1;
  }
  const fuzzed = fuzz === undefined ? null : await soakFuzz({ dir: inDir('fuzz'), inputs: fuzz, seed, say });
  const soaked =
    wanted === 0 ? null : await soakKills({ dir: inDir('kills'), kills: wanted, seed, minutesMax: minutes, say });
  const good = (soaked?.differences ?? []).length === 0 && (fuzzed === null || wrongIn(fuzzed).length === 0);
  // Where something is wrong, its logs stay.
  if (good) rmSync(dir, { recursive: true, force: true });
  else say(`logs: ${dir}`);
  if (json) terminal.out(`${JSON.stringify({ good, kills: soaked, fuzz: fuzzed })}\n`);
  else terminal.out(`${[...(fuzzed ? fuzzWords(fuzzed) : []), ...(soaked ? killWords(soaked) : [])].join('\n')}\n`);
  return good ? 0 : 1;
}

function killWords({ kills, drills, differences }: Soaked): string[] {
  return [words(kills), `${drills} drills, ${kills.length} kills: ${verdict(differences)}`];
}

function noticeWords({ notices, kills, arrived, cameBack, inDoubt, differences }: NoticesSoaked): string {
  const names = [...new Set(kills.map(({ victim }) => victim))].sort();
  const rows = names.map((name) => {
    const of = kills.filter(({ victim }) => victim === name);
    return [name, String(of.length), String(of.filter(({ claimed }) => (claimed ?? 0) > 0).length)];
  });
  return [
    table(['killed', 'times', 'with notices claimed'], rows),
    `${notices} recipients; far ends noted ${arrived.email} mails, ${arrived.webhook} webhooks and ${arrived.sms} text messages, of which ${arrived.twice} came again; ${inDoubt} times in doubt; ${cameBack} came back`,
    `${kills.length} kills: ${verdict(differences)}`,
  ].join('\n');
}

/** Here what takes long is wrong too. */
function wrongIn({ faults, slow }: Fuzzed): Fuzzed['faults'] {
  return [...faults, ...slow];
}

function fuzzWords(fuzzed: Fuzzed): string[] {
  const { inputs, longestWaitMs, waitsOver } = fuzzed;
  const faults = wrongIn(fuzzed);
  const rows = Object.entries(inputs).map(([kind, count]) => {
    return [kind, String(count), String(faults.filter((one) => one.kind === kind).length)];
  });
  const shown = faults
    .slice(0, FAULTS_SHOWN_MAX)
    .map(({ kind, input, came }) => `${kind}: ${came}\n  ${input.slice(0, 300)}`);
  return [
    table(['input', 'sent', 'met wrongly'], rows),
    ...shown,
    `A second client waited ${longestWaitMs} ms at most, and ${waitsOver} times more than 250 ms.`,
    faults.length === 0 ? 'All were met as they should be.' : `${faults.length} were NOT met as they should be.`,
  ];
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
    throw wrongFlag('soak', `${JSON.stringify(text)} is no count`, `a whole number up to ${COUNT_MAX}`);
  };
  const command = new Command('soak')
    .description(
      'Drills one after the other while processes are killed, each of which has to give the ledger of one that is left alone; and inputs that nobody should send.',
    )
    .option('--json', 'one JSON object alone on standard output')
    .option('--kills <n>', `kills in all, ${KILLS} where nothing else is asked for`, count)
    .option('--fuzz <n>', 'inputs that nobody should send, before the kills', count)
    .option(
      '--notices <n>',
      `recipients of one campaign by mail, webhook and text message, during which ${NOTICE_KILLS} kills are made; nothing else is run`,
      count,
    )
    .option('--seed <n>', 'of the drills and of the kills', count, 1)
    .option('--minutes <n>', 'no drill begins after so many', count, 120)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  return command.parse(args, { from: 'user' }).opts<Options>();
}

await runScript('soak', terminal, async (args) => soak(parseOptions(args)));
