import { parentPort, workerData } from 'node:worker_threads';
import { dataMatrixSvg, qrSvg } from './barcodes.js';
import type { LetterBatch, SetLetters } from './letters.js';
import { compilePdf } from './pdf.js';

type Set = ReturnType<typeof compilePdf>;

/** Sets one batch. Five hundred letters take seconds in one piece, for which nobody's loop may stand still. */
function setBatch({ letters, on, ...batch }: LetterBatch): Set {
  const coded = letters.map((one) => ({ ...one, matrix: dataMatrixSvg(one.notice), qr: qrSvg(one.url) }));
  const compile = (brand: LetterBatch['brand']): Set =>
    compilePdf(
      'letters',
      { ...batch, brand, on: on.slice(0, 10).split('-').map(Number), letters: coded },
      // For archives of many years, with its structure, for readers of screens too (ISO 19005-2, level A).
      { pdfStandard: 'a-2a', creationTimestamp: Date.parse(on) / 1_000 },
    );
  try {
    return compile(batch.brand);
  } catch (failed) {
    if (batch.brand.logo === null) throw failed;
    // A logo that is no picture keeps nobody from being told.
    return compile({ ...batch.brand, logo: null });
  }
}

const { bytes, query } = setBatch(workerData as LetterBatch);
const ends = (query('<end>') as { value: number }[]).map(({ value }) => value);
const set: SetLetters = { bytes, pages: ends.map((end, index) => end - (ends[index - 1] ?? 0)) };
parentPort!.postMessage(set);
