import { z } from 'zod';
import type { ErrorCode } from '../../engine/errors.js';
import type { PersonId } from '../../engine/words.js';
import { openingSchema } from './opening.js';
import { scopeSchema } from './scope.js';
import { word } from './words.js';

/** What an opening is refused for. */
export const BLOCKING = [
  'clock-impossible',
  'awareness-impossible',
  'channel-not-configured',
  'roster-missing',
  'opener-unknown',
  'role-unheld',
  'same-person',
  'nobody-bought',
  'case-missing',
  'case-text-missing',
  'picture-unfit',
  'notice-malformed',
] as const;
/** What a recall can be opened with, and whoever opens it has to know. */
const WARNING = [
  'customer-without-contact',
  'customer-without-address',
  'customer-without-language',
  'authority-without-address',
  'same-units-recalled',
  'case-text-untranslated',
] as const;

/**
 * What an opening would be sent with. Without a scope nothing is to be opened yet: the playbook is judged for all customers
 * of the sales; mode, clock and awareness are not looked at, and a case that is not there is no obstacle. `caseFile` is judged here, whatever it holds.
 */
export const preflightRequestSchema = z.object({
  playbook: openingSchema.shape.playbook,
  playbookFile: openingSchema.shape.playbookFile,
  mode: openingSchema.shape.mode.default('recall'),
  scope: scopeSchema.nullable().default(null),
  clock: openingSchema.shape.clock,
  awareness: openingSchema.shape.awareness,
  caseFile: z.record(z.string(), z.unknown()).nullable().default(null),
  openedAt: openingSchema.shape.openedAt,
  opener: word<PersonId>().nullable().default(null),
});
export type GivenPreflight = z.input<typeof preflightRequestSchema>;
export type PreflightRequest = z.output<typeof preflightRequestSchema>;

const findingSchema = z.object({
  kind: z.enum([...BLOCKING, ...WARNING]),
  severity: z.enum(['blocks', 'warns']),
  /** How many there are, and some of them: those with the most units first where it is customers. */
  count: z.int(),
  examples: z.array(z.string()),
  message: z.string(),
  remedy: z.string(),
  /** The error that an opening is refused with, and the place that it names; null of what only warns. */
  code: word<ErrorCode>().nullable(),
  where: z.string().nullable(),
});
export type Finding = z.output<typeof findingSchema>;

/** `ready`: nothing blocks. What blocks stands first. */
export const preflightSchema = z.object({ ready: z.boolean(), findings: z.array(findingSchema) });
