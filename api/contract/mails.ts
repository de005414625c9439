import { z } from 'zod';
import type { Sha256 } from '../../engine/words.js';
import { instant, word } from './words.js';

export const mailParams = z.object({ digest: word<Sha256>(z.string().regex(/^[0-9a-f]{64}$/, 'expected a digest')) });

/** A mail that the mail door could not read, and why; it is kept once, however often it came. */
export const unreadMailSchema = z.object({
  digest: word<Sha256>(),
  why: z.string(),
  bytes: z.int(),
  times: z.int(),
  firstAt: instant,
  lastAt: instant,
});
export type UnreadMail = z.output<typeof unreadMailSchema>;
export const discardedSchema = z.object({ discarded: word<Sha256>() });
