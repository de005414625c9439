import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { WorkerOptions } from '@temporalio/worker';

const START_MS_MAX = 30_000;

/** What note-starts.mjs tells. */
type Note = { settings: WorkerSettings } | { workflowId: string; activity: string; startedNs: string };

/** What may make one worker quicker than another, without what each must have of its own. */
export type WorkerSettings = Omit<
  WorkerOptions,
  'connection' | 'taskQueue' | 'workflowBundle' | 'activities' | 'dataConverter' | 'interceptors'
>;

export type Starts = {
  port: number;
  /** The settings of the first worker that has told. */
  settings: Promise<WorkerSettings>;
  /** The instant at which an activity of the workflow next starts; an append to the ledger is no effect and does not count. */
  next: (workflowId: string) => Promise<bigint>;
  stop: () => void;
};

/** Hears from the workers when activities start, by the monotonic clock. */
export async function listenForStarts(): Promise<Starts> {
  const waiting = new Map<string, (startedNs: bigint) => void>();
  let settle: (settings: WorkerSettings) => void;
  const settings = new Promise<WorkerSettings>((resolve) => (settle = resolve));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      const note = JSON.parse(line) as Note;
      if ('settings' in note) return settle(note.settings);
      if (note.activity === 'appendEvents') return;
      waiting.get(note.workflowId)?.(BigInt(note.startedNs));
      waiting.delete(note.workflowId);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    settings,
    next: (workflowId) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`nothing started in ${workflowId}`)), START_MS_MAX);
        waiting.set(workflowId, (startedNs) => {
          clearTimeout(late);
          resolve(startedNs);
        });
      }),
    stop: () => void server.close(),
  };
}
