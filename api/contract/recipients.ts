import { z } from 'zod';
import { LAYERS } from '../../engine/cascade.js';
import { CHANNELS } from '../../engine/channels.js';
import { CONTACT_ROLES } from '../../engine/contact-roles.js';
import { RUNG_HOLDS, RUNG_REASONS } from '../../engine/rung-reasons.js';
import { STANDINGS } from '../../engine/recipient-standing.js';
import type { Language, Market, RecipientId, StepName } from '../../engine/words.js';
import { instant, word } from './words.js';

/** By what recipients can be picked: how they stand, whether a notice has reached them, whether they are to be called. */
export const RECIPIENT_STATES = [...STANDINGS, 'reached', 'to-call'] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];

/** By what layer: those whom the trace has found, or whom customers of that layer's campaign have named. */
export const RECIPIENT_LAYERS = ['traced', ...LAYERS] as const;
export type RecipientLayer = (typeof RECIPIENT_LAYERS)[number];

const PLACE_LENGTH_MAX = 300;
/** What is left out picks nobody out. `after`: what an answer before gave as `next`. */
export const recipientsQuery = z.object({
  state: z.enum(RECIPIENT_STATES).nullable().default(null),
  channel: z.enum(CHANNELS).nullable().default(null),
  step: word<StepName>().nullable().default(null),
  layer: z.enum(RECIPIENT_LAYERS).nullable().default(null),
  after: z.string().max(PLACE_LENGTH_MAX).nullable().default(null),
});

const recipientSchema = z.object({
  step: word<StepName>(),
  recipient: word<RecipientId>(),
  code: z.string(),
  role: z.enum(CONTACT_ROLES),
  /** Who of several with one mailbox stands for the person that they are; null of who is alone. */
  person: word<RecipientId>().nullable(),
  name: z.string(),
  markets: z.array(word<Market>()),
  language: word<Language>(),
  units: z.int(),
  /** Who named them; null where the trace has found them. */
  suppliedBy: word<RecipientId>().nullable(),
  state: z.enum(STANDINGS),
  answeredAt: instant.nullable(),
  /** Who has answered, where the notice was sent to somebody else; null where nobody says so. */
  answeredBy: z.object({ name: z.string(), role: z.string(), contact: z.string() }).nullable(),
  rungs: z.array(
    z.object({
      rung: z.int(),
      channel: z.enum(CHANNELS),
      words: z.string(),
      at: instant.nullable(),
      /** Why it was tried, or is next; null of the others. */
      why: z.enum(RUNG_REASONS).nullable(),
      held: z.array(z.enum(RUNG_HOLDS)),
    }),
  ),
  /** Null where nobody calls them. */
  call: z.object({ why: z.string(), calls: z.int(), settled: z.boolean() }).nullable(),
});
export type ListedRecipient = z.output<typeof recipientSchema>;

/** How many of a campaign there are, as everywhere; by channel it is notices that are counted. */
const countsSchema = z.object({
  step: word<StepName>(),
  /** What those are whom a campaign tells because they were named; null of one whose recipients the trace has found. */
  layer: z.enum(LAYERS).nullable(),
  recipients: z.int(),
  customers: z.int(),
  persons: z.int(),
  reached: z.int(),
  responded: z.int(),
  unreachable: z.int(),
  byChannel: z.partialRecord(z.enum(CHANNELS), z.object({ delivered: z.int(), refused: z.int(), bounced: z.int() })),
});
export type RecipientCounts = z.output<typeof countsSchema>;

/** `counts`: of each campaign, with the first page alone; `next` is null where there are no more. */
export const recipientsSchema = z.object({
  counts: z.array(countsSchema),
  recipients: z.array(recipientSchema),
  next: z.string().nullable(),
});
export type ListedRecipients = z.output<typeof recipientsSchema>;
