import { z } from 'zod';
import type { Sha256 } from '../../engine/words.js';
import { askParams } from './asks.js';
import { word } from './words.js';

/** A link: its id in the path is all that its holder needs. */
export const linkParams = z.object({ id: z.string().max(4000) });

/** Where somebody wanted to go who is to sign in first. */
export const signInQuery = z.object({ to: z.string().max(1_000).default('/my') });
/** An ask of somebody who has signed in, with the hash of what they were shown. */
export const inboxAskParams = askParams.extend({ shown: word<Sha256>(z.string().max(200)) });
/** That the form was on a page of ours. */
export const proofForm = z.object({ proof: z.string().max(100).default(''), everywhere: z.literal('yes').optional() });

/** Made with the page: a form that is sent twice counts once. */
const once = z.string().max(100).optional();
/** As long as a field may be that a form asks for; how long each may be, its form says. */
const FIELD_LENGTH_MAX = 10_000;
/** The fields of the ask's form (`documents/ask-fields.ts` names them), or the wish to have the question put anew. */
export const askForm = z.union([
  z.object({ renew: z.literal('yes'), once }),
  z.object({ once }).catchall(z.string().max(FIELD_LENGTH_MAX)),
]);

/** Whom a recipient supplied, line by line (`documents/customers-page.ts` names the fields), or that they tell them themselves. */
export const customersForm = z
  .object({
    way: z.enum(['lines', 'yourselves']),
    consent: z.string().optional(),
    more: z.string().optional(),
    how: z.string().default(''),
  })
  .catchall(z.string());
/** The same as a file, which comes as the part `file` behind the other fields. */
export const customersFileForm = z.object({ consent: z.string().optional(), more: z.string().optional() });

const typed = z.string().default('');
/**
 * What a recipient typed; whether it can be right, the page says in their language. Whoever answers for several customers has
 * the numbers of the further ones under names of their own.
 */
export const responseForm = z.looseObject({
  quarantined: typed,
  soldOn: typed,
  destroyed: typed,
  passedOn: z.string().optional(),
  more: z.string().optional(),
  rest: z.string().optional(),
  hurt: z.string().optional(),
  comment: typed,
  byName: typed,
  byRole: typed,
  byContact: typed,
});
