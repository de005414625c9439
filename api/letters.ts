import type { RecallId } from '../engine/words.js';
import type { LetterNews } from '../imports/read-letters.js';
import { clock } from '../store/clock.js';
import { importLetters, type LettersReport } from '../store/import/import-letters.js';
import { listBatches, type ListedBatch } from '../store/letters.js';
import { recallRow } from '../store/recalls.js';
import type { ApiDeps } from './deps.js';
import { beside } from './imports.js';
import type { IncomingFile } from './upload.js';

/** The batches of letters of a recall. Throws `not-found`. */
export async function letters({ pool }: ApiDeps, recallId: RecallId): Promise<ListedBatch[]> {
  await recallRow(pool, recallId);
  return listBatches(pool, recallId);
}

/** Takes a file of what became of letters. Throws `not-found`, and names all that is wrong with the file. */
export async function takeLetters(
  { pool }: ApiDeps,
  recallId: RecallId,
  news: LetterNews,
  { name, source }: IncomingFile,
): Promise<LettersReport> {
  await recallRow(pool, recallId);
  const now = await clock(pool, recallId).now();
  return beside(() => importLetters(pool, { recallId, news, now }, name, source));
}
