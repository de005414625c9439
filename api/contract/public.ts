import { z } from 'zod';
import { recallId } from './words.js';

/** The page of a recall in the language that the reader's browser asks for, or in this one. */
export const publicParams = z.object({ recall: recallId });
export const publicPageParams = z.object({ recall: recallId, language: z.string().regex(/^[a-z]{2}$/) });

/** A document that was published, as pages and feeds lead to it. */
export const publicDocumentParams = z.object({
  recall: recallId,
  name: z.string().regex(/^public-[0-9]{1,6}-[a-z]+(?:\.[a-z]{2})?\.[a-z]{3,4}$/),
});

/** As somebody reads it on a product or a receipt; what is longer stands on none. */
const typed = z.string().max(100).default('');
/** What a reader asks about; whether it can be answered, the page says in their language. */
export const publicQuery = z.object({ item: typed, soldAt: typed, lot: typed, serial: typed });

/** Recalls, or drills alone: who looks for recalls finds no exercise among them. */
export const listQuery = z.object({ drills: z.literal('only').optional() });
