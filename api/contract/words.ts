import { z } from 'zod';
import type { Phase } from '../../engine/phase.js';
import type { Verb } from '../../engine/vote.js';
import {
  instantOf,
  type AskId,
  type ClockKind,
  type IsoDate,
  type IsoInstant,
  type RecallAction,
  type RecallId,
  type RecallMode,
} from '../../engine/words.js';

export const RECALL_MODES = ['recall', 'drill'] as const satisfies RecallMode[];
export const RECALL_ACTIONS = [
  'recall',
  'withdrawal',
  'field correction',
  'safety warning',
] as const satisfies RecallAction[];
export const PHASES = ['open', 'closing', 'closed', 'ended'] as const satisfies Phase[];
export const CLOCK_KINDS = ['real', 'stepped'] as const satisfies ClockKind[];
export const VERBS = ['approve', 'reject'] as const satisfies Verb[];

/**
 * A text that the compiler knows by a name of its own. On the wire it is any text: the list of such words is the engine's,
 * and a reader of an older build still reads an inbox that holds one word more.
 */
export function word<Word extends string>(text: z.ZodType<string, string> = z.string()): z.ZodType<Word, string> {
  return text as z.ZodType<Word, string>;
}

export const recallId = word<RecallId>(z.string().regex(/^RC-\d{4}-\d{4,}$/, 'expected an id such as RC-2026-0001'));
export const askId = word<AskId>(z.string().max(200));
export const isoDate = word<IsoDate>(z.iso.date());
export const instant = word<IsoInstant>(z.iso.datetime());
/** An instant as people write it, with the offset from UTC that they are in. */
export const givenInstant = z.iso.datetime({ offset: true }).transform((text) => instantOf(Date.parse(text)));
/** A link of a ledger's chain in a query, as far as the database counts. */
export const linkNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'expected a whole number of at most nine digits')
  .transform(Number);
/** So many of something. */
export const count = z.int().nonnegative();
/** The value of a fact, of an answer's field. */
export const factValue = z.union([z.string(), z.number(), z.boolean()]);

/** Where most requests name their recall. */
export const recallParams = z.object({ recall: recallId });
