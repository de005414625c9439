import { z } from 'zod';
import type { PersonId, RecipientId } from '../../engine/words.js';
import { word } from './words.js';

const id = z.string().min(1).max(200);
/** Whose links are revoked. */
export const revocationSchema = z.strictObject({
  of: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('person'), id: word<PersonId>(id) }),
    z.strictObject({ kind: z.literal('recipient'), id: word<RecipientId>(id) }),
  ]),
});
/** How many links opened something until now. */
export const revokedSchema = z.object({ links: z.int() });
