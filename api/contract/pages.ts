import { z } from 'zod';
import { VERBS } from './words.js';

/** A link: its id in the path is all that its holder needs. */
export const linkParams = z.object({ id: z.string().max(4000) });

/** Made with the page: a form that is sent twice counts once. */
const once = z.string().max(100).optional();
/** The decision, or the wish to have the question put anew. */
export const decisionForm = z.union([
  // Beside these, `accept:` and the name of a rule: why its errors are accepted.
  z.object({ outcome: z.enum(VERBS), reason: z.string().max(2000).default(''), once }).catchall(z.string().max(2000)),
  z.object({ renew: z.literal('yes'), once }),
]);

const typed = z.string().default('');
/** What a recipient typed; whether it can be right, the page says in their language. */
export const responseForm = z.object({
  quarantined: typed,
  soldOn: typed,
  destroyed: typed,
  passedOn: z.string().optional(),
  more: z.string().optional(),
  comment: typed,
});
