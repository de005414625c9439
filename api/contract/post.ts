import { z } from 'zod';
import { POST_VIAS } from '../../engine/mention.js';
import { MENTIONS, OUTGOING_STATES, POST_STATES } from '../../engine/post.js';
import type { PersonId } from '../../engine/words.js';
import { answeredSchema } from './about.js';
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
  about: answeredSchema.nullable(),
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
/** What became of an answer: it waits for its provider, was taken, was refused, was not allowed out, or nobody can say. */
const answerSchema = z.object({
  by: word<PersonId>(),
  /** By the clock on the wall. */
  at: instant,
  channel: z.enum(['email', 'sms']),
  to: z.string(),
  text: z.string(),
  state: z.enum(OUTGOING_STATES),
});
export const shownPostSchema = postSchema.extend({ text: z.string(), answers: z.array(answerSchema) });
export type ShownPost = z.output<typeof shownPostSchema>;

export const assignmentSchema = z.strictObject({ recall: recallId });
/** What is to be said of a mail; what stays as it is is left out. `recorded` follows from recording the injury alone. */
export const markSchema = z.strictObject({
  state: z.enum(POST_STATES).nullable().default(null),
  injury: z.enum(['none', 'mentioned']).nullable().default(null),
});
/** As much as a mail of ours holds; a text message holds less, and its route says how much. */
const ANSWER_LENGTH_MAX = 20_000;
export const postAnswerSchema = z.strictObject({
  text: z.string().regex(/\S/, 'expected words').max(ANSWER_LENGTH_MAX),
});
export const postInjurySchema = injuryEntrySchema;
export const postInjuryAnswer = z.object({ post: postSchema, injury: injurySchema });
