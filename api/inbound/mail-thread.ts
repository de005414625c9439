import { parentPort } from 'node:worker_threads';
import { parseMail } from './parse-mail.js';
import type { Said, Work } from './read-mail.js';

/** One piece of work at a time; who asks ends the thread where that takes too long or too much. */
const say = (said: Said): void => parentPort!.postMessage(said);

parentPort!.on('message', (work: Work) => void doWork(work));
say({ ready: true });

async function doWork(work: Work): Promise<void> {
  switch (work.do) {
    case 'read':
      return say({ mail: await parseMail(work.raw) });
    case 'find':
      return say({ found: new RegExp(work.pattern).exec(work.text)?.[0] ?? null });
    default:
      return work satisfies never;
  }
}
