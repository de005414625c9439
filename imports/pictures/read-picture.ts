import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { RecallError } from '../../engine/errors.js';
import type { DrawnPicture } from './draw.js';
import { SAVE_ANEW } from './limits.js';
import type { Drawn } from './picture-thread.js';

/** What one picture may take. Twelve million pixels of a telephone take two seconds of a machine that has nothing else to do. */
const LIMITS = { workMsMax: 60_000, heapMbMax: 512 };

/** One after the other: each may take as much memory as a process has to spare. */
let before: Promise<unknown> = Promise.resolve();

/**
 * A picture of a product from the file of a PNG or a JPEG, drawn anew in a thread of its own: nothing that a file holds can
 * stop a process or get out of it to a reader. `where`: what the file is called to whoever gave it. Throws `wrong-use`.
 */
export async function readPicture(
  file: Uint8Array,
  where: string,
  changed: Partial<typeof LIMITS> = {},
): Promise<DrawnPicture> {
  const turn = before.then(() => drawnBy(file, { ...LIMITS, ...changed }));
  before = turn.catch(() => {});
  const drawn = await turn;
  if ('picture' in drawn) return drawn.picture;
  const remedy = 'save the picture anew with an image program, or take another; nothing was changed';
  throw new RecallError({ code: 'wrong-use', where, ...drawn, remedy });
}

function drawnBy(file: Uint8Array, { workMsMax, heapMbMax }: typeof LIMITS): Promise<Drawn> {
  return new Promise((resolve) => {
    const thread = new Worker(fileURLToPath(new URL('./picture-thread.mjs', import.meta.url)), {
      workerData: file,
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax },
      // What the process itself was started with is none of its business.
      execArgv: [],
    });
    const end = (drawn: Drawn): void => {
      clearTimeout(late);
      resolve(drawn);
      void thread.terminate();
    };
    const unfit = (message: string): void => end({ message, expected: SAVE_ANEW });
    const late = setTimeout(() => unfit('the picture takes too long to be read'), workMsMax);
    thread.once('message', end);
    thread.once('error', () => unfit('the picture cannot be read'));
    thread.once('exit', () => unfit('the picture cannot be read'));
  });
}
