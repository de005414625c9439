import { z } from 'zod';
import type { IsoDate, Sha256, StepName } from '../../engine/words.js';
import { count, instant, word } from './words.js';

/** Letters that are printed together. Their PDF, manifest and cover sheet are documents: BATCH.pdf, BATCH.csv, BATCH-cover.pdf. */
export const batchSchema = z.object({
  batch: z.string(),
  step: word<StepName>(),
  at: instant,
  letters: count,
  pages: count,
  /** Of the PDF. */
  sha256: word<Sha256>(),
  /** How many have left, and how many have come back. */
  dispatched: count,
  returned: count,
  /** The last day on which any of them left. */
  dispatchedOn: word<IsoDate>().nullable(),
});
/** Nothing comes beside a file of letters. */
export const lettersUpload = z.looseObject({});
/** `news`: how many lines said something that was not known. */
export const lettersTakenSchema = z.object({ file: z.string(), rows: count, news: count });
