// Watches over the children of one process: when that process is gone, however it ended, what it left behind goes too.
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';

const GRACE_MS = 4_000;
const signals = new Map();
const directories = new Set();

// The parent's death, kill -9 included, closes the pipe. Ids are taken back while the parent lives, so none is stale.
createInterface({ input: process.stdin })
  .on('line', (line) => note(JSON.parse(line)))
  .on('close', () => void reap());

function note({ pid, signal, directory, over }) {
  if (directory) directories[over ? 'delete' : 'add'](directory);
  else if (over) signals.delete(pid);
  else signals.set(pid, signal);
}

async function reap() {
  for (const [pid, signal] of signals) send(pid, signal);
  const end = Date.now() + GRACE_MS;
  while (Date.now() < end && [...signals.keys()].some((pid) => send(pid, 0))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const pid of signals.keys()) send(pid, 'SIGKILL');
  for (const path of directories) rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function send(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
