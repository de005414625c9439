import type { PersonId, RecallId } from '../engine/words.js';
import type { LetterNews } from '../imports/read-letters.js';
import { clock } from '../store/clock.js';
import { importLetters, type LettersReport } from '../store/import/import-letters.js';
import { listBatches, type ListedBatch } from '../store/letters.js';
import { recallRow } from '../store/recalls.js';
import { readRoster } from '../store/roster.js';
import type { ApiDeps } from './deps.js';
import { beside } from './imports.js';
import { requireInRoster } from './people.js';
import type { IncomingFile } from './upload.js';

/** The batches of letters of a recall. Throws `not-found`. */
export async function letters({ pool }: ApiDeps, recallId: RecallId): Promise<ListedBatch[]> {
  await recallRow(pool, recallId);
  return listBatches(pool, recallId);
}

/**
 * Takes a file of what became of letters on the word of somebody in the roster: it decides what counts as delivered. Throws
 * `not-found`, `not-allowed`, and names all that is wrong with the file.
 */
export async function takeLetters(
  { pool }: ApiDeps,
  { recallId, news, by }: { recallId: RecallId; news: LetterNews; by: PersonId },
  { name, source }: IncomingFile,
): Promise<LettersReport> {
  requireInRoster(await readRoster(pool), by);
  await recallRow(pool, recallId);
  const now = await clock(pool, recallId).now();
  return beside(() => importLetters(pool, { recallId, news, now }, name, source));
}
