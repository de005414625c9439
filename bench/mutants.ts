import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command } from 'commander';
import ts from 'typescript';
import { runScript, wrongFlag } from '../cli/script.js';
import { processTerminal, table } from '../cli/terminal.js';
import { mutated, mutationsOf, type Mutation } from './mutations.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ROOMS = ['engine', 'store'];
/** Whose tests are asked about a room; what starts a whole stack would take minutes for each mutant. */
const TESTS: Record<string, RegExp> = {
  engine: /^test\/(engine|simulator|playbooks|documents|drills)\/.*\.unit\.test\.ts$/,
  store: /^test\/(store|activities)\/.*\.(unit|int)\.test\.ts$/,
};
/** Copies of the checkout in which mutants run beside each other. */
const LANES = 2;
const SAMPLE = 100;
/** A mutant may make its tests slower, but not by more than this. */
const SLOWER_MAX = 3;
const SPARE_MS = 30_000;

/** `refused` by the compiler; a timeout is a mutant that does not come to an end. Only what survived was seen by nothing. */
type Verdict = 'refused' | 'killed' | 'timeout' | 'survived';
type Judged = Mutation & { verdict: Verdict };
type Options = { json?: boolean; sample: number; seed: number; only: string };

const terminal = processTerminal();
const say = (line: string): void => terminal.err(`${line}\n`);
const running = new Set<ChildProcess>();
const copies: string[] = [];

/** Entry of `npm run mutants`: small faults are put into the code one at a time, and the tests are asked whether they see them. */
async function mutants({ json, sample, seed, only }: Options): Promise<void> {
  const files = tracked().filter((file) => file.endsWith('.ts') && ROOMS.some((room) => file.startsWith(`${room}/`)));
  const all = files.filter((file) => file.startsWith(only)).flatMap((file) => mutationsOf(file, read(file)));
  const drawn = all.map((one) => ({ one, place: placeOf(one, seed) })).sort((a, b) => (a.place < b.place ? -1 : 1));
  const chosen = drawn.slice(0, sample).map(({ one }) => one);
  say(`${chosen.length} of ${all.length} mutants, seed ${seed}`);
  const isAccepted = compiler();
  const accepted = chosen.filter(isAccepted);
  say(`${chosen.length - accepted.length} are refused by the compiler; copying the checkout ${LANES} times …`);
  const judged = new Map<Mutation, Verdict>();
  for (const one of chosen) if (!accepted.includes(one)) judged.set(one, 'refused');
  const lanes = Array.from({ length: LANES }, copyOfCheckout);
  const servers = accepted.some(({ file }) => file.startsWith('store/')) ? await startServers(lanes[0]!) : null;
  try {
    const testsOf = await orderedTests(lanes[0]!, accepted);
    const waiting = accepted.values();
    await Promise.all(
      lanes.map(async (lane) => {
        for (const one of waiting) {
          const verdict = await judge(lane, one, testsOf(one));
          judged.set(one, verdict);
          say(`${judged.size}/${chosen.length} ${verdict.padEnd(8)} ${one.file}:${one.line} ${one.what}`);
        }
      }),
    );
  } finally {
    await servers?.stop();
  }
  report(
    chosen.map((one) => ({ ...one, verdict: judged.get(one)! })),
    { seed, of: all.length, json },
  );
}

function tracked(): string[] {
  return execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean);
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** By the digest of seed and mutant, so that a change of one file leaves the places of all others as they were. */
function placeOf({ file, start, text }: Mutation, seed: number): string {
  return createHash('sha256')
    .update(JSON.stringify([seed, file, start, text]))
    .digest('hex');
}

/** Whether the compiler accepts a mutant in its own file; where it does not, no test has to. */
function compiler(): (one: Mutation) => boolean {
  const config: unknown = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)).config;
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const parse = host.getSourceFile.bind(host);
  const known = new Map<string, ts.SourceFile | undefined>();
  let program: ts.Program | undefined;
  return (one) => {
    const path = join(ROOT, one.file);
    host.readFile = (file) => (file === path ? mutated(read(one.file), one) : ts.sys.readFile(file));
    host.getSourceFile = (file, ...how) => {
      if (file === path) return parse(file, ...how);
      if (!known.has(file)) known.set(file, parse(file, ...how));
      return known.get(file);
    };
    program = ts.createProgram(fileNames, options, host, program);
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].length === 0;
  };
}

function copyOfCheckout(): string {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'recall-mutants-')));
  copies.push(copy);
  for (const file of tracked()) cpSync(join(ROOT, file), join(copy, file));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/** The servers of the tests, once for all mutants: Jest finds them in its environment and starts none of its own. */
async function startServers(copy: string): Promise<{ stop: () => Promise<void> }> {
  say('starting the servers of the tests …');
  const hook = async (name: string): Promise<() => Promise<void>> => {
    const url = pathToFileURL(join(copy, 'test', name)).href;
    return ((await import(url)) as { default: () => Promise<void> }).default;
  };
  await (
    await hook('global-setup.mjs')
  )();
  return { stop: await hook('global-teardown.mjs') };
}

type Tests = { files: string[]; expectedMs: number };

/** For every mutant the tests that reach its file: first those that are named after it, then the quick ones. Throws where one fails without a mutant. */
async function orderedTests(copy: string, chosen: Mutation[]): Promise<(one: Mutation) => Tests> {
  const tests = tracked().filter((file) => file.endsWith('.test.ts'));
  const reach = reachOf();
  const related = (file: string): string[] =>
    tests.filter((test) => TESTS[file.split('/')[0]!]!.test(test) && reach(test).has(file));
  const byFile = new Map(chosen.map(({ file }) => [file, related(file)]));
  const wanted = [...new Set([...byFile.values()].flat())];
  say(`running ${wanted.length} test files without a mutant …`);
  const output = join(copy, 'baseline.json');
  const began = performance.now();
  if (wanted.length > 0 && (await jest(copy, wanted, null, ['--json', '--outputFile', output])) !== 'survived')
    throw new Error('the tests fail without a mutant: run them by `npm test`');
  type Run = { testResults: { name: string; startTime: number; endTime: number }[] };
  const runs = wanted.length > 0 ? (JSON.parse(readFileSync(output, 'utf8')) as Run).testResults : [];
  const took = new Map(runs.map(({ name, startTime, endTime }) => [name, endTime - startTime]));
  say(`they took ${Math.round((performance.now() - began) / 1000)} s`);
  const ms = (test: string): number => took.get(join(copy, test)) ?? 0;
  return ({ file }) => {
    const isNamesake = (test: string): boolean => namesOf(file).some((name) => basename(test).startsWith(`${name}.`));
    const files = byFile.get(file)!.sort((a, b) => Number(isNamesake(b)) - Number(isNamesake(a)) || ms(a) - ms(b));
    return { files, expectedMs: files.reduce((total, test) => total + ms(test), 0) };
  };
}

/** What a test of this file may be called: as the file or, in a folder of one thing, as the folder. */
function namesOf(file: string): string[] {
  return [basename(file, '.ts'), basename(dirname(file))];
}

/** All files that a file imports, and what they import in turn. */
function reachOf(): (file: string) => Set<string> {
  const direct = new Map<string, string[]>();
  const importsOf = (file: string): string[] => {
    const known = direct.get(file);
    if (known) return known;
    const names = ts.preProcessFile(read(file)).importedFiles.map(({ fileName }) => fileName);
    const found = names.filter((name) => /^\.{1,2}\/.*\.js$/.test(name));
    direct.set(
      file,
      found.map((name) => join(dirname(file), name.replace(/\.js$/, '.ts'))),
    );
    return direct.get(file)!;
  };
  return (file) => {
    const reached = new Set([file]);
    for (const one of reached) for (const next of importsOf(one)) reached.add(next);
    return reached;
  };
}

/** Puts the mutant into a copy, runs its tests there until one fails, and takes it out again. */
async function judge(copy: string, one: Mutation, { files, expectedMs }: Tests): Promise<Verdict> {
  if (files.length === 0) return 'survived';
  const path = join(copy, one.file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, mutated(source, one));
  try {
    return await jest(copy, files, SPARE_MS + SLOWER_MAX * expectedMs);
  } finally {
    writeFileSync(path, source);
  }
}

function jest(copy: string, tests: string[], limitMs: number | null, more: string[] = []): Promise<Verdict> {
  const entry = join(copy, 'node_modules', 'jest', 'bin', 'jest.js');
  const order = ['--runInBand', '--bail=1', '--testSequencer', join(copy, 'bench', 'test-order.mjs')];
  const cache = ['--cacheDirectory', join(copy, '.recall', 'jest')];
  const paths = ['--runTestsByPath', ...tests.map((test) => join(copy, test))];
  const nodeOptions = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry, ...order, ...cache, ...more, ...paths], {
      cwd: copy,
      env: { ...process.env, NODE_OPTIONS: nodeOptions },
      stdio: 'ignore',
    });
    running.add(child);
    let isLate = false;
    const late = setTimeout(() => (isLate = child.kill('SIGKILL')), limitMs ?? 2 ** 31 - 1);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(late);
      running.delete(child);
      resolve(isLate ? 'timeout' : code === 0 ? 'survived' : 'killed');
    });
  });
}

function report(judged: Judged[], { seed, of, json }: { seed: number; of: number; json?: boolean }): void {
  const survivors = judged.filter(({ verdict }) => verdict === 'survived');
  const folders = [...new Set(judged.map(({ file }) => dirname(file)))].sort();
  const groups = [...folders.map((folder) => [folder, judged.filter(({ file }) => dirname(file) === folder)] as const)];
  const rows = [...groups, ['all', judged] as const].map(([folder, list]) => ({ folder, ...countsOf(list) }));
  if (json) return terminal.out(`${JSON.stringify({ seed, of, folders: rows, survivors })}\n`);
  const cells = rows.map((row) => [
    row.folder,
    ...[row.mutants, row.refused, row.killed, row.timeout, row.survived].map(String),
    `${(row.score * 100).toFixed(0)} %`,
    row.scoreOfTests === null ? '' : `${(row.scoreOfTests * 100).toFixed(0)} %`,
  ]);
  const head = ['folder', 'mutants', 'refused', 'killed', 'timeout', 'survived', 'score', 'score of the tests'];
  const lines = survivors.map(({ file, line, what }) => `${file}:${line}  ${what}`);
  terminal.out([table(head, cells), '', `survived (${lines.length}):`, ...lines, ''].join('\n'));
}

/** The score is of all mutants, that of the tests of those which the compiler has left to them. */
function countsOf(judged: Judged[]): Record<Verdict | 'mutants' | 'score', number> & { scoreOfTests: number | null } {
  const count = (verdict: Verdict): number => judged.filter((one) => one.verdict === verdict).length;
  const [refused, killed, timeout, survived] = (['refused', 'killed', 'timeout', 'survived'] as const).map(count);
  const [mutantCount, left] = [judged.length, judged.length - refused!];
  const score = mutantCount === 0 ? 1 : (mutantCount - survived!) / mutantCount;
  const scoreOfTests = left === 0 ? null : (left - survived!) / left;
  return {
    mutants: mutantCount,
    refused: refused!,
    killed: killed!,
    timeout: timeout!,
    survived: survived!,
    score,
    scoreOfTests,
  };
}

function parseOptions(args: string[]): Options {
  const count = (text: string): number => {
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw wrongFlag('mutants', `${JSON.stringify(text)} is no number`, 'a whole number');
  };
  return new Command('mutants')
    .description('Small faults in engine/ and store/, one at a time: which of them do the tests see?')
    .option('--json', 'one JSON object alone on standard output')
    .option('--sample <n>', 'how many are drawn', count, SAMPLE)
    .option('--seed <n>', 'another sample', count, 1)
    .option('--only <path>', 'of this folder or file alone, from the root of the checkout', '')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .parse(args, { from: 'user' })
    .opts<Options>();
}

// However it ends: its Jest runs end with it, and its copies go.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

await runScript('mutants', terminal, async (args) => {
  await mutants(parseOptions(args));
  return 0;
});
