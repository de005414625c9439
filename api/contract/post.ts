import { z } from 'zod';
import { POST_VIAS } from '../../engine/mention.js';
import { MENTIONS, POST_STATES } from '../../engine/post.js';
import type { AskId, FilingId, PersonId, RecipientId } from '../../engine/words.js';
import { injuryEntrySchema, injurySchema } from './recalls.js';
import { instant, recallId, word } from './words.js';

const ID_DIGITS_MAX = 9;
const postId = z
  .string()
  .regex(/^[1-9]\d*$/, 'expected a number that `recall post` lists')
  .max(ID_DIGITS_MAX)
  .transform(Number);
export const postParams = z.object({ post: postId });

/** A mail that came in and was read, in the tray of its recall or in the general one. */
export const postSchema = z.object({
  id: z.int(),
  /** Null in the general tray. */
  recall: recallId.nullable(),
  about: z
    .union([
      z.object({ kind: z.literal('filing'), id: word<FilingId>() }),
      z.object({ kind: z.literal('notice'), id: word<RecipientId>() }),
      z.object({ kind: z.literal('ask'), id: word<AskId>() }),
    ])
    .nullable(),
  via: z.enum(POST_VIAS),
  cameAt: instant,
  times: z.int(),
  bytes: z.int(),
  kind: z.string(),
  permanent: z.boolean(),
  status: z.string().nullable(),
  why: z.string(),
  sender: z.string().nullable(),
  subject: z.string(),
  injury: z.enum(MENTIONS),
  state: z.enum(POST_STATES),
  handledBy: word<PersonId>().nullable(),
});
export type Post = z.output<typeof postSchema>;
export const shownPostSchema = postSchema.extend({ text: z.string() });
export type ShownPost = z.output<typeof shownPostSchema>;

export const assignmentSchema = z.strictObject({ recall: recallId });
/** What is to be said of a mail; what stays as it is is left out. `recorded` follows from recording the injury alone. */
export const markSchema = z.strictObject({
  state: z.enum(POST_STATES).nullable().default(null),
  injury: z.enum(['none', 'mentioned']).nullable().default(null),
});
export const postInjurySchema = injuryEntrySchema;
export const postInjuryAnswer = z.object({ post: postSchema, injury: injurySchema });
