import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres, startTemporal } from '../tools/servers.mjs';
import { ensureTemporal, ROOT } from '../tools/setup.mjs';

const RUNS = join(ROOT, '.recall', 'test');

/**
 * One PostgreSQL with a migrated template, one Temporal and one workflow bundle for every test of the run. Who runs Jest many
 * times calls this before the first, and every run finds what is there.
 */
export default async function setUp() {
  if (process.env.RECALL_TEST_DIR) return;
  clearDeadRuns();
  const dir = join(RUNS, String(process.pid));
  mkdirSync(dir, { recursive: true });
  process.env.RECALL_TEMPORAL = await ensureTemporal();
  const [postgres, temporal] = await Promise.all([
    // What a test loses in a power cut is of no use, so the template and its copies need not wait for the disk.
    startPostgres({ dir, fsync: false }),
    startTemporal({ dir, searchAttributes: await searchAttributes() }),
  ]);
  const bundle = join(dir, 'workflow-bundle.js');
  globalThis.recallTestServers = { postgres, temporal };
  Object.assign(process.env, {
    // Whatever asks for a PostgreSQL during the run gets a database on this one, instead of starting its own.
    DATABASE_URL: postgres.url,
    RECALL_TEST_DIR: dir,
    RECALL_TEST_POSTGRES: postgres.url,
    RECALL_TEST_TEMPLATE: `recall_template_${process.pid}`,
    RECALL_TEST_TEMPORAL: temporal.address,
    RECALL_TEST_BUNDLE: bundle,
  });
  await typescript('test/prepare.ts');
}

/** Runs a TypeScript entry to its end; Jest itself cannot load TypeScript in a global set-up. */
function typescript(entry, env = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } };
    const child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, entry)], options);
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(`${entry} ended with ${code}`))));
  });
}

async function searchAttributes() {
  return JSON.parse(await typescript('test/search-attributes.ts'));
}

function clearDeadRuns() {
  if (!existsSync(RUNS)) return;
  for (const name of readdirSync(RUNS)) {
    try {
      process.kill(Number(name), 0);
    } catch {
      rmSync(join(RUNS, name), { recursive: true, force: true });
    }
  }
}
