import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { STACK_FILE } from '../cli/address.js';

/** The stack that the command finds by itself: the first that runs in this checkout. */
type StackFile = { api: string; localKey: string; pid: number };

/** Writes down how this process's stack is reached, unless a stack that runs stands there already: then gives that one's address. */
export function claimStackFile({ url, localKey }: { url: string; localKey: string }): string | null {
  const running = runningStack();
  if (running !== null) return running;
  const stack: StackFile = { api: url, localKey, pid: process.pid };
  writeFileSync(STACK_FILE, `${JSON.stringify(stack)}\n`, { mode: 0o600 });
  return null;
}

/** Takes back what this process has written, and nothing else. */
export function releaseStackFile(): void {
  if (read()?.pid === process.pid) rmSync(STACK_FILE, { force: true });
}

/** Address of a stack that runs in this checkout, or null. */
export function runningStack(): string | null {
  const stack = read();
  return stack !== null && isAlive(stack.pid) ? stack.api : null;
}

function read(): StackFile | null {
  try {
    return JSON.parse(readFileSync(STACK_FILE, 'utf8')) as StackFile;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
