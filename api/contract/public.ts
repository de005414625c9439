import { z } from 'zod';
import { OUTLET_KINDS } from '../../engine/outlet-kinds.js';
import type { Language, PersonId, Sha256, StepName } from '../../engine/words.js';
import { count, instant, isoDate, recallId, word } from './words.js';

/** The page of a recall in the language that the reader's browser asks for, or in this one. */
export const publicParams = z.object({ recall: recallId });
export const publicPageParams = z.object({ recall: recallId, language: z.string().regex(/^[a-z]{2}$/) });

/** A document that was published, as pages and feeds lead to it. */
export const publicDocumentParams = z.object({
  recall: recallId,
  name: z.string().regex(/^public-[0-9]{1,6}-[a-z]+(?:\.[a-z]{2})?\.[a-z]{3,4}$/),
});

/** A picture by its address, which follows from its hash and from what only we know. */
export const pictureParams = z.object({ recall: recallId, address: z.string().regex(/^[0-9a-f]{32}$/) });

/** As somebody reads it on a product or a receipt; what is longer stands on none. */
const typed = z.string().max(100).default('');
/** What a reader asks about; whether it can be answered, the page says in their language. */
export const publicQuery = z.object({ item: typed, soldAt: typed, lot: typed, serial: typed });

/** Recalls, or drills alone: who looks for recalls finds no exercise among them. */
export const listQuery = z.object({ drills: z.literal('only').optional() });

const document = z.object({ name: z.string(), sha256: word<Sha256>() });

/** How far the public was told, in numbers. */
export const publicitySchema = z.object({
  published: z.int(),
  languages: z.array(z.string()),
  firstAt: instant.nullable(),
  outlets: z.int(),
  proved: z.int(),
  proofs: z.int(),
});

/** What is published of a recall, and where else it was. The name of an outlet is null where it has been erased. */
export const publicSchema = z.object({
  publications: z.array(
    z.object({
      n: z.int(),
      publishedAt: instant,
      step: word<StepName>(),
      languages: z.array(word<Language>()),
      documents: z.array(document),
    }),
  ),
  outlets: z.array(
    z.object({
      outlet: z.int(),
      name: z.string().nullable(),
      kind: z.enum(OUTLET_KINDS),
      at: instant,
      by: word<PersonId>(),
      proofs: z.array(z.object({ at: instant, by: word<PersonId>(), date: isoDate, file: document })),
    }),
  ),
});
export type Public = z.output<typeof publicSchema>;

/** Who is asked to publish a notice. */
export const outletSchema = z.strictObject({
  name: z.string().regex(/\S/, 'expected a name').max(200),
  kind: z.enum(OUTLET_KINDS),
});
export const outletAddedSchema = z.object({ outlet: count });

/** A page of a newspaper, a recording; in base64 it is a third more. */
const BASE64_MAX = 8 * 1024 * 1024;
/** The request around it. */
export const PROOF_BYTES_MAX = BASE64_MAX + 64 * 1024;
export const outletParams = z.object({
  recall: recallId,
  outlet: z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number),
});
export const proofSchema = z.strictObject({
  date: isoDate,
  file: z.strictObject({
    name: z.string().max(200),
    base64: z.base64().min(1, 'expected a file with content').max(BASE64_MAX),
  }),
});
export const provedSchema = z.object({ outlet: count, proofs: count, file: document });
