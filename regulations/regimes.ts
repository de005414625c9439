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
      /** What the law counts from, as it says it, and the instant of ours that stands for it. */
      lawCountsFrom: z.string(),
      countedFrom: z.enum(['firstSignal', 'reportableInformation', 'decision']),
      /** Where the law has a number: the ways in which it can be read. The clock runs by the one that ends first. */
      readings: z
        .array(
          z.discriminatedUnion('rule', [
            z.strictObject({ rule: z.literal('clock-hours'), hours: z.number().positive() }),
            z.strictObject({ rule: z.literal('calendar-days'), days: z.number().int().positive() }),
          ]),
        )
        .min(1)
        .optional(),
      /** Where the law has only words: a house target, marked as ours. */
      target: duration.optional(),
      citation: z.string(),
      evidence: z.string(),
    })
    .refine(
      ({ readings, target }) => (readings === undefined) !== (target === undefined),
      'expected either a number of the law or a target of ours',
    ),
  fields: z.array(z.strictObject({ name: z.string(), text: z.string(), cite: z.string() })),
  /** What else somebody who files must know. */
  note: z.string().transform((text) => text.trim()),
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
