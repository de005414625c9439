import { z } from 'zod';
import { CALL_REASONS, CALL_RESULTS } from '../../engine/calls.js';
import { CHANNELS } from '../../engine/channels.js';
import { INJURY_SOURCES, SEVERITIES } from '../../engine/injury.js';
import type { AskId, Language, Market, PersonId, RecipientId, Sha256, StepName } from '../../engine/words.js';
import { answeredSchema } from './about.js';
import { askSchema } from './asks.js';
import { readFindingSchema } from './findings.js';
import { keptScopeSchema } from './scope.js';
import { publicitySchema } from './public.js';
import {
  askId,
  factValue,
  givenInstant,
  instant,
  isoDate,
  PHASES,
  RECALL_ACTIONS,
  RECALL_MODES,
  linkNumber,
  recallId,
  word,
} from './words.js';

/** An answer that took the place of another. */
export const correctionSchema = z.object({
  at: instant,
  ask: askId,
  by: word<PersonId>(),
  was: z.record(z.string(), factValue),
  values: z.record(z.string(), factValue),
});

/** A recall as the list has it. */
export const recallSchema = z.object({
  recallId,
  mode: z.enum(RECALL_MODES),
  action: z.enum(RECALL_ACTIONS),
  playbook: z.object({ playbook: z.string(), version: z.number(), title: z.string() }),
  scope: keptScopeSchema,
  openedAt: instant,
  phase: z.enum(PHASES),
  closedAt: instant.nullable(),
  endedAt: instant.nullable(),
  nextDue: instant.nullable(),
});
export type Recall = z.output<typeof recallSchema>;

const stepSchema = z.object({
  step: z.string(),
  kind: z.string(),
  title: z.string(),
  status: z.string(),
  round: z.int(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  words: z.string(),
});

/** What of a recall stands still until an engineer has mended the cause: `append`, `tick`, or an effect by its id. */
export const haltSchema = z.object({ recallId, what: z.string(), message: z.string(), since: instant });
export type Halt = z.output<typeof haltSchema>;

/** A provider that is away, since when by the wall clock, what it last answered, and how many notices of its channel wait. */
export const awaySchema = z.object({
  channel: z.enum(CHANNELS),
  provider: z.string(),
  since: instant,
  why: z.string().nullable(),
  waiting: z.int(),
});

/** Notices of a step wait for a channel on which nothing gets through, in recall time; `toldAt`: when people were told of it. */
export const outageSchema = z.object({
  step: word<StepName>(),
  channel: z.enum(CHANNELS),
  since: instant,
  waiting: z.int(),
  toldAt: instant.nullable(),
});
export type Outage = z.output<typeof outageSchema>;

/** How a recall stands. */
export const statusSchema = recallSchema.extend({
  /** Recall time when this was read. */
  now: instant,
  halts: z.array(haltSchema),
  outages: z.array(outageSchema),
  steps: z.array(stepSchema),
  asks: z.array(askSchema),
  findings: z.array(readFindingSchema),
  /** Answers that took the place of others. */
  corrections: z.array(correctionSchema),
  /**
   * Mails that answer ours; of the recall's post what waits for a person, and what speaks of somebody who is hurt; and how often
   * recipients said on their pages that somebody was.
   */
  mail: z.object({ replies: z.int(), automatic: z.int(), unread: z.int(), injuries: z.int(), injuriesSaid: z.int() }),
  publicity: publicitySchema,
});
export type Status = z.output<typeof statusSchema>;

/** A mail that answers one of ours and is no receipt, or what a recipient wrote on their page; `injury`: that somebody was hurt. */
export const replySchema = z.object({
  at: instant,
  about: answeredSchema,
  automatic: z.boolean(),
  via: z.enum(['mail', 'page']),
  injury: z.boolean(),
  hash: word<Sha256>(),
  text: z.string(),
});
export type Reply = z.output<typeof replySchema>;

/** Whom no notice reached, with what it takes to telephone them. */
export const unreachedSchema = z.object({
  step: word<StepName>(),
  recipient: word<RecipientId>(),
  name: z.string(),
  phone: z.string().nullable(),
  markets: z.array(word<Market>()),
  language: word<Language>(),
  units: z.int(),
  why: z.enum(['no address', 'refused', 'returned']),
  /** Path of the page on which the caller enters what they are told. */
  answerPath: z.string(),
});
export type Unreached = z.output<typeof unreachedSchema>;

const callSchema = z.object({
  at: instant,
  by: word<PersonId>(),
  result: z.enum(CALL_RESULTS),
  /** What the caller noted; null where nothing, or where it has been erased. */
  note: z.string().nullable(),
});
/** Everybody who is to be called, or those whom one question is about and who are left. */
export const callsQuery = z.object({ ask: word<AskId>().optional() });
/** Somebody who is to be called, and how often they have been. */
export const calleeSchema = z.object({
  step: word<StepName>(),
  recipient: word<RecipientId>(),
  code: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  markets: z.array(word<Market>()),
  language: word<Language>(),
  units: z.int(),
  why: z.enum(CALL_REASONS),
  /** Of their ladder, where that has people call them now. */
  rung: z.int().nullable(),
  /** What is said to them, line by line, in their language; empty where the notice has no words to be spoken. */
  script: z.array(z.string()),
  calls: z.array(callSchema),
  /** How many calls without an answer are made at most. */
  attempts: z.int(),
  /** Nobody needs to call them any more. */
  settled: z.boolean(),
  /** Path of the page on which the caller enters what they are told. */
  answerPath: z.string(),
});
export type Callee = z.output<typeof calleeSchema>;
/** What became of a call. The customer is named by number, or as the list names the recipient. */
export const callEntrySchema = z.strictObject({
  customer: z.string().min(1).max(200),
  result: z.enum(CALL_RESULTS),
  note: z.string().regex(/\S/, 'expected words').max(2000).nullable().default(null),
});
/** Somebody who was hurt. There is no field for a name, nor for words that could hold one. */
export const injuryEntrySchema = z.strictObject({
  severity: z.enum(SEVERITIES),
  country: word<Market>(z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 code')),
  date: isoDate.nullable().default(null),
  knownFrom: z.enum(INJURY_SOURCES),
  /** Null for now. */
  knownAt: givenInstant.nullable().default(null),
});
export const injurySchema = z.object({
  severity: z.enum(SEVERITIES),
  country: word<Market>(),
  date: isoDate.nullable(),
  knownFrom: z.enum(INJURY_SOURCES),
  knownAt: instant,
});
export const calledSchema = z.object({
  recipient: word<RecipientId>(),
  /** How often they have been called, this time counted. */
  calls: z.int(),
  settled: z.boolean(),
  /** How many of the list are left. */
  left: z.int(),
});

/** What is tried again. */
export const repairedSchema = z.object({ tried: z.array(z.string()) });

/** A document of a recall, by its name. */
export const documentParams = z.object({ recall: recallId, name: z.string().max(200) });
/** From which link of the chain on. */
export const ledgerQuery = z.object({ after: linkNumber.default(0) });

/** Which entry of the ledger loses its rows, by its link, and how many it had. */
export const erasureSchema = z.object({ link: z.int().positive() });
export const erasedSchema = z.object({ rows: z.int() });

/** A key that workers have signed ledgers with: its fingerprint, itself (SPKI in base64), and when one last did. */
export const signingKeySchema = z.object({ key: word<Sha256>(), publicKey: z.string(), seenAt: instant });
