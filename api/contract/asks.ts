import { z } from 'zod';
import type { Question } from '../../engine/effects.js';
import type { Evidence } from '../../engine/evidence.js';
import type { PersonId, Sha256, StepName } from '../../engine/words.js';
import { aboutSchema } from './about.js';
import { askId, instant, recallId, VERBS, word } from './words.js';

const field = z.object({ name: z.string(), label: z.string(), required: z.boolean() });
const numberField = field.extend({
  type: z.literal('number'),
  unit: z.string().nullable(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  whole: z.boolean(),
});
const fieldSchema = z.discriminatedUnion('type', [
  field.extend({ type: z.literal('text'), lengthMax: z.int(), beside: z.literal(true).optional() }),
  numberField,
  field.extend({ type: z.literal('choice'), choices: z.array(z.string()) }),
  field.extend({ type: z.literal('boolean') }),
  field.extend({ type: z.literal('confirmation') }),
  field.extend({ type: z.literal('acceptance'), lengthMax: z.int() }),
]);
const formSchema = z.object({ verbs: z.array(z.enum(VERBS)), fields: z.array(fieldSchema) });

/** An ask as the inbox has it. */
export const askSchema = z.object({
  recallId,
  ask: askId,
  step: word<StepName>(),
  question: word<Question>(),
  role: z.string(),
  status: z.enum(['opening', 'open', 'answered', 'withdrawn']),
  people: z.array(word<PersonId>()),
  /** Names of these people, as far as the roster knows them; they stand in no ledger. */
  names: z.record(z.string(), z.string()),
  openedAt: instant.nullable(),
  dueAt: instant,
  /** Recall time when this was read. */
  now: instant,
  nextRungAt: instant.nullable(),
  about: aboutSchema.nullable(),
  form: formSchema,
  /** Hash of the form and of what is shown with it. */
  shown: word<Sha256>(),
});
export type Ask = z.output<typeof askSchema>;

/** Evidence as data. The hash of an ask covers all of it, so it passes whole, whatever its question shows. */
const evidenceSchema = z.looseObject({
  playbook: z.object({ name: z.string(), version: z.number() }),
  step: z.string(),
  round: z.int(),
  question: z.string(),
  about: aboutSchema.nullable(),
}) as unknown as z.ZodType<Evidence>;

/** An ask with what the asked person is shown: in words, and as the data that was hashed. `now`: what has changed since. */
export const shownAskSchema = askSchema.extend({
  /** Whether what was said on it may be corrected, and if not why; null while nothing was said. */
  correction: z.object({ may: z.boolean(), why: z.string() }).nullable(),
  data: evidenceSchema,
  evidence: z.array(z.object({ name: z.string(), value: z.string(), now: z.string().optional() })),
});
export type ShownAsk = z.output<typeof shownAskSchema>;

/** An ask in the path. */
export const askParams = z.object({ recall: recallId, step: z.string(), round: z.string(), n: z.string() });

/** The path's parts of an ask by its id, `step/round/n`. */
export function askParamsOf(recall: string, ask: string): z.input<typeof askParams> {
  const [step = '', round = '', n = ''] = ask.split('/');
  return { recall, step, round, n };
}

export const decisionSchema = z.strictObject({
  ask: askId,
  outcome: z.enum(VERBS),
  /** Hash of what the person was shown. */
  shown: word<Sha256>(z.string().max(200)),
  reason: z.string().max(2000).optional(),
  /** The errors that an approval accepts: each by the id of its rule, as the form names it, with the reason why. */
  accept: z
    .array(z.strictObject({ rule: z.string().max(100), reason: z.string().trim().min(1).max(2000) }))
    .max(100)
    .optional(),
});

export const answerSchema = z.strictObject({
  ask: askId,
  values: z.record(z.string().max(100), z.union([z.string().max(2000), z.number(), z.boolean()])),
  /** It takes the place of what was answered before. */
  corrects: z.boolean().default(false),
});

export const renewalSchema = z.strictObject({ ask: askId });

export const cancellationSchema = z.strictObject({ reason: z.string().regex(/\S/, 'expected words').max(2000) });

/** The number of the last event that a decision, an answer, a renewal or a cancellation made. */
export const appliedSchema = z.object({ seq: z.int() });
