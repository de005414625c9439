import { z } from 'zod';
import type { Language } from '../../engine/words.js';
import { caseFileSchema } from './opening.js';
import { word } from './words.js';

/** One text of a notice, to be mailed as a test. */
export const testNoticeSchema = z.strictObject({
  to: z.email('expected a mail address such as me@maker.example').max(254),
  audience: z.enum(['shop', 'consumer', 'public']),
  language: word<Language>(z.string().regex(/^[a-z]{2}$/, 'expected a language such as en')),
  /** The document as its author wrote it. */
  template: z.string().min(1).max(100_000),
  caseFile: caseFileSchema,
});
export type GivenTestNotice = z.output<typeof testNoticeSchema>;

/** What became of it at the mail server. */
export const testNoticeSentSchema = z.object({
  outcome: z.enum(['delivered', 'refused', 'deferred', 'egress-refused', 'in-doubt']),
});
