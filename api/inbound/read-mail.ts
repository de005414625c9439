import { memoryUsage } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { Envelope, InboundMail } from './parse-mail.js';

/** What is done to what strangers have sent. */
export type Work = { do: 'read'; raw: Uint8Array; envelope: Envelope } | { do: 'find'; pattern: string; text: string };
/** What a thread says. */
export type Said = { ready: true } | { mail: InboundMail } | { found: string[] };

/** Reads mails outside of the process's own loop. Nothing that a mail holds can block that, take its memory, or end it. */
export type MailReader = {
  /** Rejects where too many mails wait to be read; never for what a mail holds. */
  read: (raw: Uint8Array, envelope: Envelope) => Promise<InboundMail>;
  /** All that fits a pattern in a text; nothing where looking for it takes too long. */
  find: (pattern: string, text: string) => Promise<string[]>;
  stop: () => Promise<void>;
};

/** What one piece of work may take. */
const LIMITS = {
  workMsMax: 5_000,
  heapMbMax: 128,
  /** By how much the process may grow: what lies outside of JavaScript's heap, such as buffers, shows there alone. */
  growthBytesMax: 400 * 1024 * 1024,
};

/** A mail that takes a thread to its limits must not keep the others waiting. */
const THREADS = 2;
const LOOK_EVERY_MS = 50;
const WAITING_MAX = 100;
/** Where threads cannot be started at all they are not started without end. */
const START_AGAIN_MS = 1_000;

type Ending = 'took too long' | 'took too much memory' | 'malformed';
type Job = { work: Work; settle: (said: Said | Ending) => void; fail: (why: Error) => void };
type Busy = { job: Job; since: number; residentBytes: number };
type Thread = { worker: Worker; isReady: boolean; busy: Busy | null };

/** Starts the threads. A thread that is ended is replaced. */
export function createMailReader(log: Logger, changed: Partial<typeof LIMITS> = {}): MailReader {
  const limits = { ...LIMITS, ...changed };
  const waiting: Job[] = [];
  let threads: Thread[] = [];
  let isStopped = false;

  const start = (): void => {
    const worker = new Worker(fileURLToPath(new URL('./mail-thread.mjs', import.meta.url)), {
      resourceLimits: { maxOldGenerationSizeMb: limits.heapMbMax },
      // What the process itself was started with is none of its business.
      execArgv: [],
    });
    const thread: Thread = { worker, isReady: false, busy: null };
    threads.push(thread);
    worker.on('message', (said: Said) => {
      thread.busy?.job.settle(said);
      thread.busy = null;
      thread.isReady = true;
      next();
    });
    worker.on('error', (failed: NodeJS.ErrnoException) => {
      log.warn({ error: failed.code ?? failed.name }, 'a thread that reads mails has failed');
      end(thread, failed.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'took too much memory' : 'malformed');
    });
    worker.on('exit', () => end(thread, 'malformed'));
  };

  /** Ends a thread whatever it is doing, and puts another in its place. */
  const end = (thread: Thread, why: Ending): void => {
    if (isStopped || !threads.includes(thread)) return;
    threads = threads.filter((one) => one !== thread);
    void thread.worker.terminate();
    thread.busy?.job.settle(why);
    if (thread.isReady) start();
    else setTimeout(() => isStopped || start(), START_AGAIN_MS).unref();
  };

  const next = (): void => {
    for (const thread of threads) {
      if (!thread.isReady || thread.busy !== null) continue;
      const job = waiting.shift();
      if (job === undefined) return;
      thread.busy = { job, since: performance.now(), residentBytes: memoryUsage.rss() };
      thread.worker.postMessage(job.work);
    }
  };

  const look = setInterval(() => {
    const now = performance.now();
    const busy = threads.flatMap((thread) => (thread.busy ? [{ thread, ...thread.busy }] : []));
    for (const { thread, since } of busy) if (now - since > limits.workMsMax) end(thread, 'took too long');
    // Whose memory it is nobody says; who has been at it longest is the most likely.
    const [oldest] = busy.toSorted((a, b) => a.since - b.since);
    if (oldest && memoryUsage.rss() - oldest.residentBytes > limits.growthBytesMax)
      end(oldest.thread, 'took too much memory');
  }, LOOK_EVERY_MS).unref();

  const done = (work: Work): Promise<Said | Ending> =>
    new Promise((settle, fail) => {
      if (isStopped || waiting.length >= WAITING_MAX) return fail(new Error('too many mails wait to be read'));
      waiting.push({ work, settle, fail });
      next();
    });

  for (let count = 0; count < THREADS; count += 1) start();
  return {
    async read(raw, envelope) {
      const said = await done({ do: 'read', raw, envelope });
      if (typeof said === 'string') return { kind: 'unread', why: said };
      return 'mail' in said ? said.mail : { kind: 'unread', why: 'malformed' };
    },
    async find(pattern, text) {
      const said = await done({ do: 'find', pattern, text });
      return typeof said === 'object' && 'found' in said ? said.found : [];
    },
    async stop() {
      isStopped = true;
      clearInterval(look);
      const busy = threads.flatMap((thread) => (thread.busy ? [thread.busy.job] : []));
      for (const { fail } of [...waiting.splice(0), ...busy]) fail(new Error('the mail door closes'));
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}
