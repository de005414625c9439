import { parentPort } from 'node:worker_threads';
import { parseMail } from './parse-mail.js';
import type { Said, Work } from './read-mail.js';

/** One piece of work at a time; who asks ends the thread where that takes too long or too much. */
const say = (said: Said): void => parentPort!.postMessage(said);

parentPort!.on('message', (work: Work) => void doWork(work));
say({ ready: true });

/** More than one is too many already. */
const FOUND_MAX = 20;

/** What fits the pattern and is not a part of something longer, each once. */
function found({ pattern, text }: Extract<Work, { do: 'find' }>): string[] {
  const whole = new RegExp(`(?<![\\p{L}\\p{N}-])(?:${pattern})(?![\\p{L}\\p{N}]|-[\\p{L}\\p{N}])`, 'gu');
  const all = new Set<string>();
  for (const [one] of text.matchAll(whole)) if (all.size < FOUND_MAX) all.add(one);
  return [...all];
}

async function doWork(work: Work): Promise<void> {
  switch (work.do) {
    case 'read':
      return say({ mail: await parseMail(work.raw, work.envelope) });
    case 'find':
      return say({ found: found(work) });
    default:
      return work satisfies never;
  }
}
