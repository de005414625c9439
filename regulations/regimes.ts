import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { durationMs, type IsoDuration, type Market, type RegimeId } from '../engine/words.js';

const duration = z
  .string()
  .refine((text) => durationMs(text) !== null)
  .transform((text) => text as IsoDuration);

const regimeSchema = z.strictObject({
  regime: z.string().transform((text) => text as RegimeId),
  title: z.string(),
  markets: z
    .array(
      z
        .string()
        .regex(/^[A-Z]{2}$/)
        .transform((text) => text as Market),
    )
    .min(1),
  authority: z.strictObject({ id: z.string(), name: z.string(), zone: z.string() }),
  filing: z.strictObject({ mode: z.enum(['mail', 'portal']), referencePattern: z.string(), receiptWithin: duration }),
  report: z
    .strictObject({
      /** The law's own words; they are shown wherever the clock is. */
      lawText: z.string(),
      countedFrom: z.enum(['firstSignal', 'reportableInformation', 'decision']),
      /** Where the law has a number. */
      number: z.strictObject({ value: z.number().positive(), unit: z.literal('hours') }).optional(),
      /** Later readings of the number. They are shown, and no clock runs by them. */
      otherReadings: z
        .array(z.strictObject({ rule: z.literal('calendar-days'), days: z.number().int().positive() }))
        .default([]),
      /** Where the law has only words: a house target, marked as ours. */
      target: duration.optional(),
      citation: z.string(),
      rule: z.string(),
      evidence: z.string(),
    })
    .refine(
      ({ number, target }) => (number === undefined) !== (target === undefined),
      'expected either a number of the law or a target of ours',
    ),
  fields: z.array(z.strictObject({ name: z.string(), text: z.string(), cite: z.string() })),
  note: z.string(),
});

/** One body of law in its markets: what must be reported to whom, from when on, and where that is written. Facts, no legal advice. */
export type Regime = z.output<typeof regimeSchema>;

/** The bundled regimes, in order of id. */
export function loadRegimes(): Regime[] {
  const folder = fileURLToPath(new URL('./regimes/', import.meta.url));
  return readdirSync(folder)
    .sort()
    .map((name) => regimeSchema.parse(parse(readFileSync(`${folder}${name}`, 'utf8'))));
}
