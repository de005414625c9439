import { z } from 'zod';
import { SEVERITIES } from '../engine/injury.js';
import { OUR_ROLES } from '../engine/particulars.js';
import { PRODUCT_DOMAINS } from '../engine/product-domains.js';
import { REPORTS, type ReportName } from '../engine/reports.js';
import { durationMs, type IsoDuration, type Market, type RecallAction, type RegimeId } from '../engine/words.js';
import { lawFiles, lawFilesOf, readLawFile, type LawFile } from './law-files.js';
import { REPORT_FIELDS, type ReportField } from './report-fields.js';

const RECALL_ACTIONS = [
  'recall',
  'withdrawal',
  'field correction',
  'safety warning',
] as const satisfies readonly RecallAction[];

/** What a regime can be about, as a case file says it of its product. A product that two sectors' law covers is in both. */
const sectors = z.array(z.enum(PRODUCT_DOMAINS)).min(1);

const duration = z
  .string()
  .refine((text) => durationMs(text) !== null, 'expected a duration such as PT24H')
  .transform((text) => text as IsoDuration);
/** A market by its code. `XI`, Northern Ireland, is one of those that ISO leaves to its users. */
export const market = z
  .string()
  .regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 code')
  .transform((text) => text as Market);

const dutySchema = z
  .strictObject({
    report: z.enum(REPORTS),
    /** The law's own words; they are shown wherever the clock is. */
    lawText: z.string(),
    /** What the law counts from, as it says it, and the instant of ours that stands for it. */
    lawCountsFrom: z.string(),
    countedFrom: z.enum(['firstSignal', 'reportableInformation', 'decision', 'change', 'injury']),
    /** Of an accident: how bad it must have been. */
    severities: z.array(z.enum(SEVERITIES)).min(1).optional(),
    /** Products that it is about, where these are others than those of its regime. */
    sectors: sectors.optional(),
    /** Where the law has a number: the ways in which it can be read. The clock runs by the one that ends first. */
    readings: z
      .array(
        z.discriminatedUnion('rule', [
          z.strictObject({ rule: z.literal('clock-hours'), hours: z.number().positive() }),
          z.strictObject({ rule: z.literal('calendar-days'), days: z.number().int().positive() }),
          z.strictObject({
            rule: z.literal('next-business-day'),
            days: z.number().int().positive(),
            /** Where the act is done, of all years that are known. */
            holidays: z.array(z.iso.date()).min(1),
            /** Whose reading it is, where a regulator has published it. */
            publishedBy: z.string(),
          }),
        ]),
      )
      .min(1)
      .optional(),
    /** Where the law has only words: a house target, marked as ours. */
    target: duration.optional(),
    citation: z.string(),
    evidence: z.string(),
    filing: z.strictObject({
      mode: z.enum(['mail', 'portal']),
      referencePattern: z.string().refine(isExpression, 'expected a regular expression'),
      /** How long after sending a missing receipt is chased. */
      receiptWithin: duration,
    }),
    fields: z
      .array(
        z.strictObject({
          name: z.enum(Object.keys(REPORT_FIELDS) as [ReportField]),
          text: z.string(),
          cite: z.string(),
        }),
      )
      .min(1)
      .refine((fields) => new Set(fields.map(({ name }) => name)).size === fields.length, 'two have one name'),
    /** The act that this duty is under, by what we are to the product; where it does not differ, `citation` is all. */
    byRole: z.record(z.enum(OUR_ROLES), z.string()).optional(),
    /** What else somebody who files must know. */
    note: z.string().transform((text) => text.trim()),
  })
  .refine(
    ({ readings, target }) => (readings === undefined) !== (target === undefined),
    'expected either a number of the law or a target of ours',
  )
  .refine(
    ({ report, severities, countedFrom }) =>
      (report === 'accident') === (severities !== undefined) && (report === 'accident') === (countedFrom === 'injury'),
    'expected severities and a count from the injury for an accident, and for nothing else',
  );

const regimeSchema = z
  .strictObject({
    regime: z.string().transform((text) => text as RegimeId),
    title: z.string(),
    sectors,
    markets: z.array(market).min(1),
    authority: z.strictObject({ id: z.string(), name: z.string(), zone: z.string() }),
    /** The reports that it asks for, each by a name of its own. None where only the law's words are known: counsel judges them. */
    duties: z
      .array(dutySchema)
      .min(1)
      .refine((duties) => new Set(duties.map(({ report }) => report)).size === duties.length, 'two have one report')
      .optional()
      .transform((duties) => duties ?? []),
    words: z
      .strictObject({
        lawText: z.string(),
        lawCountsFrom: z.string(),
        /** What a report there must say. */
        asks: z.string(),
        citation: z.string(),
        evidence: z.string(),
      })
      .optional(),
    /** Whoever received the product is told directly, by these actions and of these products; null where we know of no such law. */
    directNotice: z
      .strictObject({
        actions: z.array(z.enum(RECALL_ACTIONS)).min(1),
        domains: sectors,
        says: z.string(),
        citation: z.string(),
        evidence: z.string(),
      })
      .nullable()
      .default(null),
    /** Products that other law covers in these markets, and which. */
    otherLaw: z
      .array(z.strictObject({ domains: sectors, law: z.string(), says: z.string(), citation: z.string() }))
      .default([]),
  })
  .refine(
    ({ duties, words }) => (duties.length === 0) !== (words === undefined),
    'expected either duties or the words of the law for counsel',
  );

/** One body of law in its markets: what must be reported to whom, from when on, and where that is written. Facts, no legal advice. */
export type Regime = z.output<typeof regimeSchema>;
/** One report that a regime asks for. */
export type Duty = z.output<typeof dutySchema>;

/** The bundled regimes, in order of id. */
export function loadRegimes(): Regime[] {
  return regimesOf(lawFiles());
}

/** The regimes among these documents, in order of name. Throws `law-malformed` with file, line and column. */
export function regimesOf(files: LawFile[]): Regime[] {
  return lawFilesOf(files, 'regime').map(({ file, regime }) => {
    const { data, refuse } = readLawFile(regimeSchema, file);
    if (data.regime !== regime) throw refuse(['regime'], 'not the name of its folder', regime);
    return data;
  });
}

/** The duty that a report is owed by. Throws where the regime has none of that name: a filing was planned by one that it has. */
export function dutyOf(regime: Regime, report: ReportName): Duty {
  const found = findDuty(regime, report);
  if (!found) throw new Error(`${regime.regime} asks for no report ${report}`);
  return found;
}

/** Our own term for the correction of a report, where the law gives none. */
const CORRECTION_TARGET = 'PT24H' as IsoDuration;

/**
 * The duty of a report of this name, null where the regime has none. What has been reported is corrected under every regime:
 * where none has a rule of its own for that, by the way of its first report and within a term of ours.
 */
export function findDuty({ duties }: Regime, report: ReportName): Duty | null {
  const found = duties.find((duty) => duty.report === report);
  const first = duties.find((duty) => duty.report === 'initial');
  if (found || report !== 'supplement' || !first) return found ?? null;
  const { readings: _numbers, ...rest } = first;
  return {
    ...rest,
    report,
    lawText: 'no term of its own was read for a correction',
    lawCountsFrom: 'learning that what has been reported is not so any more',
    countedFrom: 'change',
    target: CORRECTION_TARGET,
    fields: [
      { name: 'changes', text: 'What is otherwise than it was reported', cite: 'practice' },
      ...first.fields,
      { name: 'findings', text: 'What was tested, root cause, corrective action', cite: 'practice' },
    ],
    note: 'It corrects what was reported before, and refers to it by the reference that was given.',
  };
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
