import { z } from 'zod';
import { FINDING_KINDS } from '../../engine/finding.js';
import type { PersonId, RoleName, Sha256 } from '../../engine/words.js';
import { instant, word } from './words.js';

/** A report of a laboratory with its pictures; in base64 it is a third more. */
const BASE64_MAX = 8 * 1024 * 1024;
/** The request around it. */
export const FINDING_BYTES_MAX = BASE64_MAX + 64 * 1024;

/** What quality attaches. The file may have any name; it is kept under one of ours. */
export const findingSchema = z.strictObject({
  kind: z.enum(FINDING_KINDS),
  text: z.string().regex(/\S/, 'expected words').max(10_000),
  file: z
    .strictObject({
      name: z.string().max(200),
      base64: z.base64().min(1, 'expected a file with content').max(BASE64_MAX),
    })
    .optional(),
});

/** A finding as the ledger has it: its words and its file by hash. */
export const attachedFindingSchema = z.object({
  at: instant,
  kind: z.enum(FINDING_KINDS),
  by: word<PersonId>(),
  role: word<RoleName>(),
  text: word<Sha256>(),
  file: z.object({ name: z.string(), sha256: word<Sha256>() }).nullable(),
});

/** The same with its words; null where they have been erased. */
export const readFindingSchema = attachedFindingSchema.extend({ words: z.string().nullable() });
