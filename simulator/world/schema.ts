import { z } from 'zod';
import type { Channel } from '../../engine/channels.js';
import { durationMs, type IsoDuration } from '../../engine/words.js';

const duration = z
  .string()
  .refine((text) => durationMs(text) !== null, 'expected an ISO 8601 duration of elapsed time, such as PT2H')
  .transform((text) => text as IsoDuration);
const share = z.number().min(0).max(1);
/** A delay drawn evenly between two durations. */
const delay = z.strictObject({ from: duration, to: duration });
const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** How recipients behave on one channel. */
const onChannel = {
  /** Addresses that are refused at once. */
  refused: share,
  /** Share of those reached who answer after the notice of the first, second, third … rung. */
  answers: z.array(share).min(1),
  answerAfter: delay,
};
/** Calls that nobody takes, and calls that a machine takes. */
const calling = { unanswered: share.default(0), machines: share.default(0) };
const NO_CALLS = { unanswered: 0, machines: 0 };
const bouncing = {
  /** Addresses from which notices come back later. */
  bounces: share,
  bounceAfter: delay,
};
/** On a channel whose providers report nothing later. */
const AT_ONCE = { from: 'PT0S' as IsoDuration, to: 'PT0S' as IsoDuration };
const NO_BOUNCES = { bounces: 0, bounceAfter: AT_ONCE };

/** How recipients behave on e-mail, and on the other channels. */
const onEmail = { ...onChannel, ...bouncing };
const ON_OTHERS = {
  sms: z.strictObject(onEmail).transform((one) => ({ ...one, ...NO_CALLS })),
  voice: z.strictObject({ ...onEmail, ...calling }),
  letter: z
    .strictObject({
      ...bouncing,
      answers: onChannel.answers,
      answerAfter: onChannel.answerAfter,
      /** How long a print shop takes to say that a batch has left. */
      dispatchAfter: delay,
    })
    .transform((one) => ({ ...one, refused: 0, ...NO_CALLS })),
  /** People who are called by people: what they say there, they say at once. */
  call: z
    .strictObject({
      /** Calls that nobody takes, numbers of somebody else, and people who want no calls. */
      unanswered: share.default(0),
      wrong: share.default(0),
      refused: share.default(0),
      /** Share of those spoken to who tell the caller what they have, by rung. */
      answers: onChannel.answers,
    })
    .transform(({ wrong, ...one }) => ({ ...one, ...NO_BOUNCES, bounces: wrong, machines: 0, answerAfter: AT_ONCE })),
  webhook: z.strictObject(onChannel).transform((one) => ({ ...one, ...NO_BOUNCES, ...NO_CALLS })),
} satisfies Record<Exclude<Channel, 'email'>, z.ZodType>;

const person = z.strictObject({
  /** Never answers anything. */
  silent: z.boolean().default(false),
  /** Steps on which this person stays silent. */
  silentOn: z.array(z.string()).default([]),
  answersAfter: delay.optional(),
  /** Steps this person rejects, in the first round only. */
  rejects: z.array(z.string()).default([]),
  via: z.enum(['link', 'command', 'signal']).optional(),
});

/**
 * How people, recipients, authorities and providers behave. All that happens in a drill or a simulation follows from
 * this document, the seed, and who is asked what: nothing is drawn in sequence.
 */
export const worldSchema = z.strictObject({
  people: z.strictObject({
    answersAfter: delay,
    via: z.enum(['link', 'command', 'signal']).default('link'),
    /** What a form or a task is answered with, by step. */
    answers: z.record(z.string(), values).default({}),
    /** Rules of the notice check whose errors whoever approves accepts, each with the reason that they give; any other error sends it back. */
    accepts: z.record(z.string(), z.string().min(1)).default({}),
    each: z.record(z.string(), person).default({}),
  }),
  recipients: z.strictObject({
    ...onEmail,
    /** On other channels, where nothing is refused and nobody answers unless it is said here. */
    channels: z.strictObject(ON_OTHERS).partial().default({}),
    /** Share of those who answer that still hold some units. */
    holding: share,
    /** Share of those who say that they have told whom they supplied, and who name so many of them; null where nobody does. */
    passOn: z.strictObject({ share, customers: z.int().positive() }).nullable().default(null),
  }),
  authorities: z.strictObject({
    receiptAfter: delay,
    /** Regimes whose authority sends no receipt by itself. */
    silent: z.array(z.string()).default([]),
  }),
  warehouse: z.strictObject({
    held: z
      .strictObject({ from: z.int().nonnegative(), to: z.int().nonnegative() })
      .refine(({ from, to }) => from <= to, 'expected from to be at most to'),
    /** How many of the first instructions are answered with an error. */
    failsFirst: z.number().int().nonnegative().default(0),
  }),
});

export type World = z.output<typeof worldSchema>;
export type Delay = z.output<typeof delay>;
export type OnChannel = NonNullable<World['recipients']['channels'][Exclude<Channel, 'email'>]>;

/** How recipients behave on a channel, null where the world says nothing of it. */
export function behaviourOn({ recipients }: World, channel: Channel): OnChannel | null {
  return channel === 'email' ? { ...recipients, ...NO_CALLS } : (recipients.channels[channel] ?? null);
}
