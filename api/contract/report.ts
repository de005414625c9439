import { publicitySchema } from './public.js';
import { z } from 'zod';
import { LAYERS } from '../../engine/cascade.js';
import { CHANNELS } from '../../engine/channels.js';
import type { ProductDomain } from '../../engine/product-domains.js';
import type { ReportName } from '../../engine/reports.js';
import type { FilingId, IsoDuration, Market, PersonId, RoleName, Sha256, StepName } from '../../engine/words.js';
import { aboutSchema } from './about.js';
import { attachedFindingSchema } from './findings.js';
import { correctionSchema, injurySchema } from './recalls.js';
import { traceSchema } from './opening.js';
import { keptScopeSchema } from './scope.js';
import { factValue, instant, VERBS, word } from './words.js';

const decisionSchema = z.object({
  step: z.string(),
  title: z.string(),
  at: instant,
  outcome: z.enum(VERBS),
  by: z.string(),
  role: z.string(),
  onBehalfOf: z.string().nullable(),
  reason: word<Sha256>().nullable(),
  accepted: z.array(z.object({ rule: z.string(), reason: word<Sha256>() })),
  escalations: z.int(),
  waited: word<IsoDuration>(),
});

const filingSchema = z.object({
  id: word<FilingId>(),
  report: word<ReportName>(),
  authority: z.string(),
  regime: z.string(),
  mode: z.string(),
  dueAt: instant.nullable(),
  lawText: z.string(),
  target: word<IsoDuration>().nullable(),
  targetIsOurs: z.boolean(),
  filedAt: instant.nullable(),
  reference: z.string().nullable(),
  onTime: z.boolean().nullable(),
  note: z.string(),
});

/** The measures of a recall as its ledger gives them, whether the ledger verifies, and the documents there are. */
export const reportSchema = z.object({
  recallId: z.string(),
  playbook: z.string(),
  playbookVersion: z.number(),
  mode: z.string(),
  action: z.string(),
  opener: z.string(),
  /** Where one human was two of the people that a step needed, as the playbook allowed. */
  sharedRoles: z.array(
    z.object({ step: word<StepName>(), roles: z.array(word<RoleName>()), people: z.array(word<PersonId>()) }),
  ),
  case: z
    .object({
      product: z.string(),
      hazard: z.string(),
      identification: z.string(),
      domain: word<ProductDomain>().nullable(),
      digest: word<Sha256>(),
    })
    .nullable(),
  scope: keptScopeSchema,
  item: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  openedAt: instant,
  closedAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** Where it was ended before anybody outside was told: by whom, and the salted hash of the reason. */
  cancelled: z.object({ at: instant, by: z.string(), reason: word<Sha256>() }).nullable(),
  recallDays: z.number().nullable(),
  facts: z.record(z.string(), factValue),
  awareness: z.object({ firstSignal: instant, reportableInformation: instant, decision: instant.nullable() }),
  contained: z.object({ at: instant, reference: z.string(), unitsHeld: z.number() }).nullable(),
  told: z.object({ firstAt: instant, lastAt: instant }).nullable(),
  wallSeconds: z.number(),
  trace: traceSchema.extend({ seconds: z.number() }).nullable(),
  /** Sales that have come since the trace. */
  lateSales: z
    .object({
      lines: z.int(),
      units: z.int(),
      customers: z.int(),
      newCustomers: z.int(),
      replacedLines: z.int(),
      replacedUnits: z.int(),
      since: instant,
    })
    .nullable(),
  notices: z.object({
    recipients: z.int(),
    notTold: z.int(),
    delivered: z.int(),
    refused: z.int(),
    bounced: z.int(),
    responded: z.int(),
    unitsBeyondRecords: z.int(),
    unreachable: z.int(),
    reachedOtherwise: z.int(),
    inDoubt: z.int(),
    possibleDuplicates: z.int(),
    byLanguage: z.record(z.string(), z.int()),
  }),
  publicity: publicitySchema,
  cascade: z.partialRecord(
    z.enum(LAYERS),
    z.object({ recipients: z.int(), delivered: z.int(), responded: z.int(), units: z.int() }),
  ),
  channels: z
    .partialRecord(
      z.enum(CHANNELS),
      z.object({ delivered: z.int(), refused: z.int(), bounced: z.int(), arrived: z.int() }),
    )
    .and(z.object({ call: z.object({ entered: z.int(), reached: z.int() }) })),
  decisions: z.array(decisionSchema),
  findings: z.array(attachedFindingSchema),
  injuries: z.array(injurySchema.extend({ n: z.int(), at: instant, by: word<PersonId>() })),
  corrections: z.array(correctionSchema.extend({ step: word<StepName>(), onBehalfOf: word<PersonId>().nullable() })),
  refusals: z.record(z.string(), z.int()),
  filings: z.array(filingSchema),
  /** Where somebody said, with a reason, that nothing is owed to authorities. */
  waivers: z.array(z.object({ step: word<StepName>(), at: instant, by: word<PersonId>(), reason: word<Sha256>() })),
  counselNeeded: z.array(z.string()),
  lawThere: z.array(
    z.object({
      markets: z.array(word<Market>()),
      law: z.string(),
      authority: z.string().nullable(),
      says: z.string(),
      citation: z.string(),
    }),
  ),
  unitStates: z.object({
    onHand: z.int(),
    quarantinedByCustomers: z.int(),
    destroyed: z.int(),
    creditedBeforeRecall: z.int(),
    usedOrSoldOn: z.int(),
    unknown: z.int(),
    total: z.int(),
  }),
  ledger: z.object({ events: z.int(), facts: z.int() }),
  /** Names of the people named here by id, as far as the roster knows them; they stand in no ledger. */
  names: z.record(z.string(), z.string()),
  ledgerVerified: z.boolean(),
  documents: z.array(
    z.object({ name: z.string(), sha256: word<Sha256>(), about: aboutSchema.nullable(), bytes: z.int() }),
  ),
});
export type Report = z.output<typeof reportSchema>;
