import { z } from 'zod';
import type { AskId, FilingId, PostId, PreviewId, RecipientId } from '../../engine/words.js';
import { word } from './words.js';

const filing = z.object({ kind: z.literal('filing'), id: word<FilingId>() });
const preview = z.object({ kind: z.literal('preview'), id: word<PreviewId>() });
const notice = z.object({ kind: z.literal('notice'), id: word<RecipientId>() });
const post = z.object({ kind: z.literal('post'), id: word<PostId>() });
const ask = z.object({ kind: z.literal('ask'), id: word<AskId>() });

/** What an ask or a document is about, by kind and id. */
export const aboutSchema = z.discriminatedUnion('kind', [filing, preview, notice, ask, post]);
/** Which of our messages a mail answers. */
export const answeredSchema = z.discriminatedUnion('kind', [filing, notice, ask, post]);
