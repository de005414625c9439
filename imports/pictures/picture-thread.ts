import { parentPort, workerData } from 'node:worker_threads';
import { draw, type DrawnPicture } from './draw.js';
import { Unfit } from './pixels.js';

/** What a thread says of the one file that it was given. */
export type Drawn = { picture: DrawnPicture } | { message: string; expected: string };

function drawn(file: Uint8Array): Drawn {
  try {
    return { picture: draw(file) };
  } catch (failed) {
    if (failed instanceof Unfit) return { message: failed.message, expected: failed.expected };
    throw failed;
  }
}

parentPort!.postMessage(drawn(workerData as Uint8Array));
