// Children that end with their parent: a guard process outlives it for a moment and clears away what it left behind.
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const KILL_AFTER_MS = 8_000;
let guard;

/**
 * Starts a child whose output goes to a log; `stdout: 'pipe'` leaves stdout to the caller. `endedBy` is the signal that
 * ends it in an orderly way. It has a process group of its own: its parent alone decides when it ends, not a Ctrl-C.
 */
export function startChild(command, args, { logFile, endedBy = 'SIGTERM', stdout, ...options }) {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', stdout ?? log, log] });
  closeSync(log);
  child.on('error', () => undefined);
  if (child.pid === undefined) return child;
  tellGuard({ pid: child.pid, signal: endedBy });
  child.once('exit', () => tellGuard({ pid: child.pid, over: true }));
  return child;
}

/** Has a directory removed when this process is gone; the answer removes it now. */
export function forgetLater(directory, remove) {
  tellGuard({ directory });
  return () => {
    remove(directory);
    tellGuard({ directory, over: true });
  };
}

/** Settles when the child is gone. */
export function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}

/** Ends a child in an orderly way, and by force where it does not listen. */
export async function stopChild(child, signal = 'SIGTERM') {
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await ended(child);
  clearTimeout(late);
}

function tellGuard(message) {
  guard ??= startGuard();
  guard.stdin.write(`${JSON.stringify(message)}\n`);
}

function startGuard() {
  const path = fileURLToPath(new URL('./guard.mjs', import.meta.url));
  const started = spawn(process.execPath, [path], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
    env: {},
  });
  started.on('error', () => undefined);
  started.stdin.on('error', () => undefined);
  started.unref();
  started.stdin.unref();
  return started;
}
