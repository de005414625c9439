import { z } from 'zod';
import { keysSchema } from '../../trust/keys.js';

/** What one turn sends, and how: as the product does, or with less and less of what it needs for that. */
export const jobSchema = z.object({
  how: z.enum(['ours', 'ours with DKIM', 'pool', 'connections', 'sockets']),
  port: z.int(),
  connections: z.int(),
  /** Messages; of the product all that its campaign has. */
  count: z.int(),
  /** A mail of the product as it goes over the wire, for those that are given one. */
  raw: z.string(),
  database: z.string(),
  recallId: z.string(),
  keys: keysSchema,
  dkimKey: z.string(),
});
export type Job = z.output<typeof jobSchema>;

/** What a turn took; `longestBlockMs`: the longest that the loop of its process was not there for anything else. */
export const turnSchema = z.object({
  sent: z.int(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  rssMb: z.number(),
  longestBlockMs: z.number(),
});
export type Turn = z.output<typeof turnSchema>;

export const STEP = 'tell';
export const MAIL_FROM = 'Recall team <recalls@maker.example>';
export const MAIL_DOMAIN = 'maker.example';
