import { z } from 'zod';
import { CHANNELS, type ContactRung } from '../engine/channels.js';
import { CONTACT_ROLES, type ContactRole } from '../engine/contact-roles.js';
import { RUNG_ATTEMPTS_DEFAULT } from '../engine/calls.js';
import type { Condition } from '../engine/conditions.js';
import type { StepKind, StepOf } from '../engine/playbook.js';
import { LAYERS } from '../engine/cascade.js';
import { AUDIENCES } from '../engine/steps/campaign/model.js';
import { REPORTS } from '../engine/reports.js';
import {
  durationMs,
  epochMs,
  instantOf,
  type IsoDuration,
  type IsoInstant,
  type Language,
  type RoleName,
  type StepName,
} from '../engine/words.js';

const name = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*$/, 'expected a name of letters and digits that begins with a small letter');
const stepName = name.transform((text) => text as StepName);
const roleName = name.transform((text) => text as RoleName);
/** A century: what is longer leaves the calendar. */
const DURATION_MAX_MS = 36_525 * 86_400_000;
const TIMES_MAX = 1_000;
const NAMED_MAX = 100_000;

const duration = z
  .string()
  .refine(
    (text) => durationMs(text) !== null,
    'expected an ISO 8601 duration of elapsed time such as PT2H or P3D (no months, no years)',
  )
  .refine((text) => (durationMs(text) ?? 0) <= DURATION_MAX_MS, 'expected at most P36525D')
  .transform((text) => text as IsoDuration);
/** How long late answers are taken: elapsed time like every duration of the engine, so that a year is 365 days. */
const LATE_ANSWERS_DEFAULT = 'P365D' as IsoDuration;
const lateAnswers = z
  .string()
  .transform((text) => text.replace(/^P(\d{1,2})Y$/, (_all, years: string) => `P${Number(years) * 365}D`))
  .pipe(duration)
  .default(LATE_ANSWERS_DEFAULT);
/** How a whole number is written, which the parser reads as text. */
export const WHOLE_NUMBER = /^\d{1,9}$/;
/** How a number of a fact's domain is written: it may be below zero and have a fraction. */
export const FACT_NUMBER = /^-?\d{1,9}(\.\d{1,6})?$/;
const wholeNumber = z.string().regex(WHOLE_NUMBER, 'expected a whole number').transform(Number);
const text = z.string().min(1);
const condition = text.transform((expression) => expression as Condition);
const right = z.enum(['contain', 'override', 'pause', 'widen-scope', 'act-alone']);
const language = z
  .string()
  .regex(/^[a-z]{2}$/, 'expected a language code of two letters')
  .transform((code) => code as Language);

/** What a number of a fact is held against. It is written as text, and its least is no more than its most. */
const factNumber = z.string().regex(FACT_NUMBER, 'expected a number').transform(Number);
const numberFact = z
  .strictObject({
    number: z
      .strictObject({
        whole: z.enum(['true', 'false']).default('false'),
        'at-least': factNumber.nullable().default(null),
        'at-most': factNumber.nullable().default(null),
      })
      .refine(
        ({ 'at-least': min, 'at-most': max }) => min === null || max === null || min <= max,
        'expected at-least to be no more than at-most',
      ),
  })
  .transform(({ number: { whole, 'at-least': min, 'at-most': max } }) => ({
    type: 'number' as const,
    whole: whole === 'true',
    min,
    max,
  }));
const fact = z.union([
  z.strictObject({ enum: z.array(text).min(1) }).transform(({ enum: values }) => ({ type: 'enum' as const, values })),
  numberFact,
  z.literal('number').transform(() => ({ type: 'number' as const, whole: false, min: null, max: null })),
  z.literal('boolean').transform(() => ({ type: 'boolean' as const })),
]);

const times = wholeNumber.refine((number) => number <= TIMES_MAX, `expected at most ${TIMES_MAX} times`);
const rung = z.union([
  z.strictObject({ after: duration, to: roleName }).transform((one) => ({ kind: 'after' as const, ...one })),
  z
    .strictObject({ every: duration, to: roleName, times, then: z.enum(['act-alone', 'stay']) })
    .transform((one) => ({ kind: 'every' as const, ...one })),
]);

const common = { title: text, after: z.array(stepName).default([]), when: condition.nullable().default(null) };
const asking = { due: duration, escalation: name.nullable().default(null) };
const approvers = z.union([
  z.strictObject({ all: z.array(roleName).min(1) }).transform(({ all }) => ({ kind: 'all' as const, roles: all })),
  z
    .strictObject({ any: z.array(roleName).min(1), count: wholeNumber })
    .transform(({ any, count }) => ({ kind: 'any' as const, roles: any, count })),
]);

/** When people are taken to sleep, where a playbook does not say. */
const QUIET_FROM = '21:00';
const QUIET_TO = '08:00';
/** How a part of a whole is written, such as 0.1. */
export const SHARE = /^(0|1|0?\.\d{1,6})$/;
const share = z.string().regex(SHARE, 'expected a share from 0 to 1 such as 0.1').transform(Number);
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 21:00');
const quietHours = z
  .union([
    z.literal('none').transform(() => null),
    z.strictObject({
      from: timeOfDay.default(QUIET_FROM),
      to: timeOfDay.default(QUIET_TO),
      unless: condition.nullable().default(null),
    }),
  ])
  .default({ from: QUIET_FROM, to: QUIET_TO, unless: null });
const firstWave = z.union([
  z.literal('critical').transform(() => ({ take: 'critical' as const })),
  z.strictObject({ share }).transform((one) => ({ take: 'share' as const, ...one })),
  z
    .strictObject({ recipients: wholeNumber })
    .transform(({ recipients }) => ({ take: 'number' as const, number: recipients })),
]);
const waves = z
  .strictObject({
    first: z.array(firstWave).default([]),
    pause: duration,
    stop: z
      .strictObject({
        bounced: share.nullable().default(null),
        complaints: share.nullable().default(null),
        ask: roleName,
      })
      .refine(
        ({ bounced, complaints }) => bounced !== null || complaints !== null,
        'expected bounced, complaints or both',
      )
      .nullable()
      .default(null),
  })
  .nullable()
  .default(null);

/** How long whoever is asked to telephone has, where a playbook does not say. */
const CALLS_DUE_DEFAULT = 'P1D' as IsoDuration;
const rungAfter = duration.default('PT0S' as IsoDuration);
const attempts = times.refine((number) => number > 0, 'expected one attempt or more');
/** Keys that say who is asked to telephone, and how. */
const CALL_KEYS = ['to', 'attempts', 'due', 'escalation'] as const;
const contactRung = z
  .strictObject({
    by: z.enum(CHANNELS),
    after: rungAfter,
    to: roleName.optional(),
    attempts: attempts.optional(),
    due: duration.optional(),
    escalation: name.optional(),
    unless: z.literal('reached').optional(),
  })
  .transform((rung, { issues }): ContactRung => {
    const { by, to, attempts: most, due, escalation, after, unless } = rung;
    const timed = { after, ...(unless && { unless }) };
    if (by !== 'call') {
      for (const key of CALL_KEYS)
        if (rung[key] !== undefined)
          issues.push({ code: 'custom', path: [key], input: rung, message: 'nobody is asked to call on this rung' });
      return { by, ...timed };
    }
    if (to === undefined) {
      issues.push({ code: 'custom', path: ['to'], input: rung, message: 'missing' });
      return z.NEVER;
    }
    return {
      by,
      ...timed,
      to,
      attempts: most ?? RUNG_ATTEMPTS_DEFAULT,
      due: due ?? CALLS_DUE_DEFAULT,
      escalation: escalation ?? null,
    };
  });

const more = times.refine((number) => number > 0, 'expected one or more');
/** How many may be told whom others name. The bounds of the product itself are higher than any playbook needs. */
const takes = z
  .strictObject({
    'at-most': wholeNumber.refine((number) => number > 0 && number <= NAMED_MAX, `expected 1 to ${NAMED_MAX}`),
    'of-each': more,
    within: duration,
    ask: roleName,
  })
  .transform(({ 'at-most': atMost, 'of-each': ofEach, ...rest }) => ({ ...rest, atMost, ofEach }));

const instant = z.iso
  .datetime({
    offset: true,
    error: ({ input }) =>
      input === undefined ? undefined : 'expected an instant with its offset such as 2026-12-01T08:00:00+01:00',
  })
  .transform((written) => instantOf(epochMs(written as IsoInstant)));
const atLimit = z.union([
  z.literal('continue').transform(() => ({ kind: 'continue' as const })),
  z
    .strictObject({ ask: roleName, due: duration, escalation: name })
    .transform(({ ask: role, ...rest }) => ({ kind: 'ask' as const, role, ...rest })),
]);
const until = z.union([
  z
    .strictObject({ condition, limit: z.strictObject({ within: duration, then: atLimit }) })
    .transform((one) => ({ kind: 'condition' as const, ...one })),
  z.strictObject({ after: stepName, duration }).transform((one) => ({ kind: 'duration' as const, ...one })),
  z.strictObject({ instant }).transform((one) => ({ kind: 'instant' as const, ...one })),
]);

/** A step as its schema leaves it; its name and what its conditions mention are the parser's to add. */
type Written<K extends StepKind> = Omit<StepOf<K>, 'name' | 'mentions'>;

/** One schema a step kind. Values arrive as texts, because YAML would turn a lot number into a number and lose its zeros. */
export const STEP_SCHEMAS = {
  contain: z.strictObject({ kind: z.literal('contain'), ...common, ...asking, owner: roleName }),
  assessment: z.strictObject({
    kind: z.literal('assessment'),
    ...common,
    ...asking,
    owner: roleName,
    sets: z.array(name).min(1),
  }),
  task: z.strictObject({
    kind: z.literal('task'),
    ...common,
    ...asking,
    owner: roleName,
    calls: z
      .strictObject({
        campaign: stepName,
        attempts,
        silent: z
          .strictObject({ where: z.record(name, z.array(text).min(1)), after: duration })
          .nullable()
          .default(null),
      })
      .nullable()
      .default(null),
  }),
  gate: z
    .strictObject({
      kind: z.literal('gate'),
      ...common,
      ...asking,
      approvers,
      exclude: z.array(z.literal('opener')).default([]),
      'on-reject': z.strictObject({ 'back-to': stepName, 'at-most': wholeNumber }).nullable().default(null),
    })
    .transform(({ exclude, 'on-reject': back, ...rest }) => ({
      ...rest,
      excludeOpener: exclude.includes('opener'),
      onReject: back && { backTo: back['back-to'], atMost: back['at-most'] },
    })),
  trace: z.strictObject({ kind: z.literal('trace'), ...common }),
  filing: z
    .strictObject({
      kind: z.literal('filing'),
      ...common,
      ...asking,
      owner: roleName,
      regimes: z.literal('markets'),
      report: z.enum(REPORTS),
      waiver: roleName.nullable().default(null),
    })
    .transform(({ regimes: _regimes, ...rest }) => rest),
  campaign: z
    .strictObject({
      kind: z.literal('campaign'),
      ...common,
      ...asking,
      audience: z.enum(AUDIENCES),
      notice: text,
      languages: z.array(language).min(1),
      contacts: z
        .array(z.enum(CONTACT_ROLES))
        .min(1)
        .default(['main' satisfies ContactRole]),
      preview: z.array(roleName).min(1),
      ladder: z.array(contactRung).min(1).optional(),
      watch: z.strictObject({ enough: condition, by: duration }).nullable().default(null),
      waves,
      'quiet-hours': quietHours,
      of: stepName.nullable().default(null),
      layer: z.enum(LAYERS).nullable().default(null),
      takes: takes.nullable().default(null),
    })
    .refine(
      ({ audience, of, layer, takes: taken }) =>
        [of, layer, taken].every((one) => (one !== null) === (audience === 'passed-on')),
      'of, layer and takes belong together with audience: passed-on',
    )
    .transform(({ ladder, 'quiet-hours': hours, of, layer, takes: taken, ...rest }) => ({
      ...rest,
      ladder: ladder ?? [],
      quietHours: hours,
      passedOn: of !== null && layer !== null && taken !== null ? { of, layer, ...taken } : null,
    })),
  wait: z.strictObject({ kind: z.literal('wait'), ...common, until }),
  closure: z.strictObject({
    kind: z.literal('closure'),
    ...common,
    ...asking,
    until: condition.nullable().default(null),
    approvers,
  }),
} as const satisfies { [K in StepKind]: z.ZodType<Written<K>> };

export const playbookSchema = z.strictObject({
  playbook: z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected small letters, digits and hyphens'),
  version: wholeNumber,
  title: text,
  facts: z.record(name, fact).default({}),
  roles: z.record(name, z.strictObject({ title: text, may: z.array(right).default([]) })),
  escalations: z.record(name, z.array(rung).min(1)).default({}),
  'late-answers': lateAnswers,
  'same-person': z.enum(['refused', 'allowed']).default('refused'),
  steps: z.record(name, z.looseObject({ kind: z.enum(Object.keys(STEP_SCHEMAS) as [keyof typeof STEP_SCHEMAS]) })),
});
