import { z } from 'zod';
import { CHANNELS } from '../engine/channels.js';
import { RecallError } from '../engine/errors.js';
import { CRITICALITIES } from '../engine/exposure.js';
import { durationMs, type IsoDuration } from '../engine/words.js';
import { readYaml } from './world/parse.js';
import { worldSchema } from './world/schema.js';

const instant = z.iso.datetime({ precision: 3 });
const duration = z
  .string()
  .refine((text) => durationMs(text) !== null, 'expected a duration such as PT2H')
  .transform((text) => text as IsoDuration);

const rehearsalSchema = z.strictObject({
  rehearsal: z.string(),
  /** File of the playbook, beside which the rehearsal's folder lies. */
  playbook: z.string(),
  seed: z.number().int(),
  opened: instant,
  awareness: z.strictObject({ firstSignal: instant, reportableInformation: instant }),
  opener: z.string(),
  roster: z.strictObject({
    people: z.array(z.looseObject({ id: z.string() })).default([]),
    roles: z.array(z.strictObject({ role: z.string(), holder: z.string(), deputies: z.array(z.string()).default([]) })),
    absences: z.array(z.strictObject({ person: z.string(), from: instant, to: instant })).default([]),
  }),
  supply: z.array(
    z.strictObject({
      customer: z.string(),
      market: z.string(),
      language: z.string(),
      units: z.number().int().nonnegative(),
      doNotContact: z.union([z.literal('all'), z.array(z.enum(CHANNELS))]).default([]),
      criticality: z.enum(CRITICALITIES).nullable().default(null),
      /** False: they have no address on any channel. */
      reachable: z.boolean().default(true),
      channels: z.array(z.enum(CHANNELS)).default(['email']),
    }),
  ),
  world: worldSchema,
  expect: z
    .array(
      z.union([
        z.strictObject({
          step: z.string(),
          outcome: z.string(),
          by: duration.optional(),
          decidedBy: z.array(z.string()).optional(),
          escalations: z.number().int().optional(),
        }),
        /** As people call it: `gb-gpsr2005` is the first report there, `gb-gpsr2005 final` another. */
        z.strictObject({ filing: z.string(), onTime: z.boolean() }),
        z.strictObject({ notices: z.record(z.string(), z.number()) }),
      ]),
    )
    .min(1),
});

/** A playbook's own test: given this world and these answers, these outcomes by these instants. */
export type Rehearsal = z.output<typeof rehearsalSchema>;

const EXPECTED = 'a rehearsal such as those in playbooks/rehearsals';

/** Reads a rehearsal; throws `wrong-use` naming the field. */
export function parseRehearsal(text: string, fileName: string): Rehearsal {
  const parsed = rehearsalSchema.safeParse(readYaml(text, fileName, EXPECTED));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RecallError({
    code: 'wrong-use',
    message: issue.message,
    where: `${fileName}: ${issue.path.join('.')}`,
    expected: EXPECTED,
  });
}
