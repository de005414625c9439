// Entry of every npm script: makes sure of Node, packages and servers, then runs what was asked for.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, ensureTemporal, report, ROOT, runEntry, SetupError } from './setup.mjs';

const ENTRIES = {
  demo: 'drills/demo.ts',
  start: 'workers/start.ts',
  recall: 'cli/main.ts',
  bench: 'bench/main.ts',
  mutants: 'bench/mutants.ts',
  soak: 'bench/soak/main.ts',
};
const NEEDS_TEMPORAL = ['demo', 'start', 'bench', 'mutants', 'soak'];
const NODE_MIN = [20, 19];

const [command, ...args] = process.argv.slice(2);
try {
  process.exitCode = await main();
} catch (failed) {
  process.exitCode = report(failed, args.includes('--json'));
}

async function main() {
  requireNode();
  const entry = ENTRIES[command];
  if (!entry && command !== 'test' && command !== 'check') throw unknown();
  await ensurePackages();
  if (command === 'test') return test(args);
  if (command === 'check') return check();
  const env = { ...process.env };
  if (NEEDS_TEMPORAL.includes(command)) env.RECALL_TEMPORAL = await ensureTemporal();
  // Paths that a person names count from where they are; what runs the command is found from anywhere.
  env.TSX_TSCONFIG_PATH = join(ROOT, 'tsconfig.json');
  const cwd = command === 'recall' ? process.cwd() : ROOT;
  return runEntry(process.execPath, ['--import', import.meta.resolve('tsx'), join(ROOT, entry), ...args], env, cwd);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  throw new SetupError({
    code: 'service-missing',
    message: `Node ${process.versions.node} is too old`,
    where: process.execPath,
    expected: 'Node 20.19 or newer',
    remedy: 'install a newer Node and run the command again',
  });
}

function unknown() {
  return new SetupError({
    code: 'wrong-use',
    message: `unknown command: ${command ?? '(none)'}`,
    where: 'tools/run.mjs',
    expected: [...Object.keys(ENTRIES), 'test', 'check'].join(', '),
    remedy: 'run one of the npm scripts',
  });
}

/** Runs Jest; the last line on stdout is always `N passed, N failed`. */
async function test(given) {
  const wanted = given.filter((argument) => argument !== '--unit');
  const unit = given.includes('--unit') ? ['--selectProjects', 'unit'] : [];
  const runs = join(ROOT, '.recall');
  mkdirSync(runs, { recursive: true });
  const counts = join(runs, `test-counts-${process.pid}.json`);
  // The option takes every word after it for a project, so it goes last.
  const code = await jest([...wanted, ...unit], { RECALL_TEST_COUNTS: counts });
  const { passed, failed } = countsFrom(counts);
  // A run that ended badly without a failed test (its set-up, an unknown option) must not read as a success.
  process.stdout.write(`${passed} passed, ${code === 0 ? failed : Math.max(failed, 1)} failed\n`);
  return code;
}

function countsFrom(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(file, { force: true });
  }
}

function jest(jestArgs, env = {}) {
  const nodeOptions = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim();
  const entry = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  return runEntry(process.execPath, [entry, ...jestArgs], { ...process.env, NODE_OPTIONS: nodeOptions, ...env });
}

/** Types, lint, format and the rules between rooms. All of them run, so that one look shows everything. */
async function check() {
  const tool = (name, ...toolArgs) => runEntry(join(ROOT, 'node_modules', '.bin', name), toolArgs, process.env);
  const checks = {
    types: () => tool('tsc', '--noEmit'),
    lint: () => tool('oxlint', '--type-aware', '--deny-warnings'),
    format: () => tool('prettier', '--check', '--log-level', 'warn', '.'),
    architecture: () => jest(['--selectProjects', 'unit', '--silent', 'test/architecture.unit.test.ts']),
  };
  const failed = [];
  for (const [name, run] of Object.entries(checks)) if ((await run()) !== 0) failed.push(name);
  process.stdout.write(failed.length === 0 ? 'check: all is well\n' : `check: ${failed.join(', ')} failed\n`);
  return failed.length === 0 ? 0 : 1;
}
