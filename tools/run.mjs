// Entry of every npm script that needs the product: makes sure of Node, packages and servers, then runs the TypeScript entry.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, ensureTemporal, report, ROOT, runEntry, SetupError } from './setup.mjs';

const ENTRIES = { demo: 'drills/demo.ts', start: 'workers/start.ts', recall: 'cli/main.ts', bench: 'bench/main.ts' };

const [command, ...args] = process.argv.slice(2);
try {
  process.exitCode = await main();
} catch (failed) {
  process.exitCode = report(failed, args.includes('--json'));
}

async function main() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError({
      code: 'service-missing',
      message: `Node ${process.versions.node} is too old`,
      where: process.execPath,
      expected: 'Node 20.19 or newer',
      remedy: 'install a newer Node and run the command again',
    });
  }
  ensurePackages();
  const env = { ...process.env };
  if (command !== 'recall' && !(command === 'test' && args.includes('--unit')))
    env.RECALL_TEMPORAL = await ensureTemporal();
  if (command === 'test') return test(args, env);
  const entry = ENTRIES[command];
  if (!entry) {
    throw new SetupError({
      code: 'wrong-use',
      message: `unknown command: ${command}`,
      expected: Object.keys(ENTRIES).join(', '),
    });
  }
  return runEntry(process.execPath, ['--import', 'tsx', join(ROOT, entry), ...args], env);
}

function test(given, env) {
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const wanted = given.filter((argument) => argument !== '--unit');
  const unit = given.includes('--unit') ? ['--testPathPatterns', '\\.unit\\.test\\.ts$'] : [];
  const nodeOptions = `${env.NODE_OPTIONS ?? ''} --experimental-vm-modules --no-warnings`.trim();
  if (!existsSync(join(ROOT, 'test')) || readdirSync(join(ROOT, 'test')).length === 0) {
    throw new SetupError({ code: 'not-found', message: 'there are no tests', where: 'test/' });
  }
  return runEntry(process.execPath, [jest, ...unit, ...wanted], { ...env, NODE_OPTIONS: nodeOptions });
}
