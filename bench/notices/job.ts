import { z } from 'zod';
import { keysSchema } from '../../trust/keys.js';

/** What one turn sends, and how: as the product does, or with less and less of what it needs for that. */
export const jobSchema = z.object({
  how: z.enum(['ours', 'ours with DKIM', 'pool', 'connections', 'sockets', 'ours by SMS', 'library of Twilio']),
  port: z.int(),
  connections: z.int(),
  /** Messages; of the product all that its campaign has. */
  count: z.int(),
  /** A message of the product as it goes over the wire, for those that are given one: a mail, or what a text message says. */
  raw: z.string(),
  database: z.string(),
  recallId: z.string(),
  keys: keysSchema,
  dkimKey: z.string(),
  /** Whether the product's turn says to what its time went, which takes some itself. */
  isProfiled: z.boolean(),
});
export type Job = z.output<typeof jobSchema>;

const profileSchema = z.object({
  functions: z.array(z.object({ name: z.string(), own: z.number(), all: z.number() })),
  statements: z.array(z.object({ name: z.string(), times: z.int(), ms: z.number() })),
});
/** Where the time of a turn went: the processor's by functions, and how long statements of the database were waited for. In ms. */
export type Profile = z.output<typeof profileSchema>;

/** What a turn took; `longestBlockMs`: the longest that the loop of its process was not there for anything else; `idleSeconds`: of the product, how long none of its messages was under way. */
export const turnSchema = z.object({
  sent: z.int(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  rssMb: z.number(),
  longestBlockMs: z.number(),
  idleSeconds: z.number().nullable(),
  profile: profileSchema.nullable(),
});
export type Turn = z.output<typeof turnSchema>;

export const STEP = 'tell';
export const MAIL_FROM = 'Recall team <recalls@maker.example>';
export const MAIL_DOMAIN = 'maker.example';
