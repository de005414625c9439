import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PdfPicture } from './pdf.js';
import type { IsoInstant, Language } from '../engine/words.js';
import type { LetterBlock } from './letter-blocks.js';

/** One letter as it is set: for whom, what it says, and what its two codes hold. */
export type Letter = {
  /** What returns resolve to: the notice's own id, which says nothing to anybody else. */
  notice: string;
  language: Language;
  rtl: boolean;
  /** In the window, line by line. */
  address: string[];
  /** The recipient's own page. */
  url: string;
  reference: string;
  blocks: LetterBlock[];
};

/** Letters that are printed together, in the order in which they are printed. */
export type LetterBatch = {
  title: string;
  on: IsoInstant;
  /** Above the address, where letters come back to. */
  sender: string[];
  /** `logo`: the bytes of a PNG, null where there is none. */
  brand: { name: string; accent: string; onAccent: string; logo: number[] | null };
  /** Of the product; null where its case has none. */
  picture: PdfPicture | null;
  letters: Letter[];
};

/** A PDF, and how many pages each letter has. */
export type SetLetters = { bytes: Uint8Array; pages: number[] };

/** Sets a batch as PDF/A in a thread of its own. The same batch gives the same bytes. */
export function setLetters(batch: LetterBatch): Promise<SetLetters> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(fileURLToPath(new URL('./letters-thread.mjs', import.meta.url)), {
      workerData: batch,
      // What the process itself was started with is none of its business.
      execArgv: [],
    });
    thread.once('message', (set: SetLetters) => resolve(set));
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the thread that sets letters ended with ${code}`)));
  });
}
