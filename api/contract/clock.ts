import { z } from 'zod';
import { givenInstant, instant, PHASES } from './words.js';

/** Recall time, and how much doors have told the workflow so far. */
export const clockSchema = z.object({ now: instant, told: z.int() });

export const moveSchema = z.strictObject({ to: givenInstant });
export const movedSchema = z.object({ now: instant });

/** A conductor numbers its steps, so that a repeated one only waits; who moves the clock by hand does not. */
export const advanceSchema = z.strictObject({ stepNo: z.int().positive().nullable().default(null), to: givenInstant });
/** What a conductor learns from a step of a drill's clock. `relayPending`: messages of doors that the workflow has not heard yet. */
export const steppedSchema = z.object({
  settled: z.boolean(),
  nextDue: instant.nullable(),
  seq: z.int(),
  phase: z.enum(PHASES),
  relayPending: z.int(),
});
export type Stepped = z.output<typeof steppedSchema>;
