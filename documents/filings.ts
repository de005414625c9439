import { changesWords, type FactChange } from '../engine/fact-changes.js';
import type { Awareness } from '../engine/awareness.js';
import type { Injury } from '../engine/injury.js';
import type { Known } from '../engine/known.js';
import type { MarketUnits, Traced } from '../engine/traced.js';
import type { PlannedFiling } from '../engine/filing.js';
import { OUR_ROLES, roleIn, type OurRole, type Particulars } from '../engine/particulars.js';
import type { ReadFinding } from '../engine/finding.js';
import type { FactValue } from '../engine/playbook.js';
import { SEVERITIES } from '../engine/injury.js';
import { scopeWords, unmarkedWords, type Scope } from '../engine/scope.js';
import type { IsoInstant, Market } from '../engine/words.js';
import { localWords } from '../regulations/deadline.js';
import type { ReportField } from '../regulations/report-fields.js';
import { dutyOf, type Duty, type Regime } from '../regulations/regimes.js';
import { marketName } from '../regulations/market-name.js';
import { findingsWords } from './findings.js';
import { missingTexts } from './missing-texts.js';

export type FilingData = {
  recallId: string;
  drill: boolean;
  filing: PlannedFiling;
  scope: Scope;
  awareness: Awareness;
  facts: Record<string, FactValue>;
  /** What is otherwise than it was reported before. */
  changes: FactChange[];
  product: string;
  hazard: string;
  identification: string;
  particulars: Particulars;
  known: Known;
  /** What the recall knows quality to have found, with its words. */
  findings: ReadFinding[];
  remedies: string;
  company: string;
  contact: string;
  disclaimer: string;
};

/** A report to an authority as plain data: the same for its JSON and its PDF. Every field says where the duty is written. */
export function filingReport(regime: Regime, data: FilingData): object {
  const { filing, scope, awareness } = data;
  const duty = dutyOf(regime, data.filing.report);
  const { trace } = data.known;
  const markets = trace?.markets ?? [];
  const owed = (market: Market): boolean => filing.markets.includes(market);
  const hit = markets.filter(({ market }) => owed(market));
  const elsewhere = markets.filter(({ market }) => !owed(market));
  // Of an accident these are where it happened, whatever was sold there.
  const names = filing.markets.map(marketName).join(', ');
  const injured = injuriesWords(data.facts.injuries, data.known.injuries);
  const values = {
    accident: accidentWords(data, regime.authority.zone),
    authorities: names,
    changes: changesWords(data.changes),
    circulating: circulatingWords(data.known, hit),
    findings: findingsWords(data.findings, regime.authority.zone),
    measures: measuresTaken(data, regime.authority.zone),
    notifier: `${data.company}, ${data.contact}`,
    otherCountries: namesOf(elsewhere) || 'none',
    particulars: particularsWords(data.particulars),
    product: `${data.product}, ${scopeWords(scope)}. ${data.identification}`,
    risk: `${data.hazard} Assessed risk: ${String(data.facts.risk ?? 'not yet assessed')}. ${injured}`,
    role: roleWords(data.particulars, duty, filing.markets),
    suppliers: data.particulars.suppliers?.join('; ') ?? null,
    tracing: trace && tracingWords(trace, hit, names),
  } satisfies Record<ReportField, string | null>;
  return {
    document: 'report to an authority',
    drill: data.drill,
    recallId: data.recallId,
    filing: filing.id,
    regime: { id: regime.regime, title: regime.title, citation: filing.citation },
    authority: filing.authority,
    deadline: {
      lawText: filing.lawText,
      lawCountsFrom: filing.lawCountsFrom,
      countedFrom: filing.countedFrom,
      dueAt: filing.dueAt,
      target: filing.target,
      targetIsOurs: filing.targetIsOurs,
      rule: filing.rule,
      reading: readingWords(duty, regime.authority.zone, filing),
      otherReadings: filing.otherReadings,
    },
    awareness,
    asOf: data.known.asOf,
    /** What the case does not state yet, and the law asks for: it may follow. */
    toFollow: missingTexts([regime], data.particulars, filing.markets).map(({ text, asksFor, cite }) => ({
      text,
      asksFor,
      cite,
    })),
    fields: duty.fields.map(({ name, text, cite }) => ({ name, text, cite, value: values[name] ?? 'not known yet' })),
    disclaimer: data.disclaimer,
  };
}

function namesOf(markets: MarketUnits[]): string {
  return markets.map(({ market }) => marketName(market)).join(', ');
}

/** What was sold is the most that can still circulate: what came back is counted, and not by market. */
function circulatingWords({ trace, campaigns }: Known, hit: MarketUnits[]): string | null {
  if (trace === null) return null;
  const most = hit.map(({ market, units }) => `${marketName(market)} ${units}`).join(', ');
  const back = campaigns.reduce((sum, { unitsReported }) => sum + unitsReported, 0);
  return `At most ${most}, which is what was sold there. In all markets ${trace.unitsCredited} units were credited before, and customers have accounted for ${back} when last counted.`;
}

/** Null where the case states none of it; else what is not stated is called so. */
function particularsWords({ brand, model, gtin, category, origin, pictures }: Particulars): string | null {
  const parts = [
    ['Brand', brand],
    ['model', model],
    ['barcode (GTIN)', gtin],
    ['category', category],
    ['country of origin', origin && marketName(origin as Market)],
    ['pictures', pictures && pictures.length > 0 ? pictures.join(', ') : undefined],
  ] as const;
  if (parts.every(([, value]) => value === undefined)) return null;
  return `${parts.map(([name, value]) => `${name}: ${value ?? 'not stated'}`).join('; ')}.`;
}

/** Our role in each market with the act that it is under. Null where the case says it of none. */
function roleWords(particulars: Particulars, { byRole }: Duty, markets: Market[]): string | null {
  const said = markets.map((market) => ({ market, role: roleIn(particulars, market) }));
  if (said.every(({ role }) => role === null)) return null;
  const words = (role: OurRole | null): string => {
    const where = said.flatMap((one) => (one.role === role ? [marketName(one.market)] : []));
    if (where.length === 0) return '';
    const act = role && byRole?.[role] ? ` (${byRole[role]})` : '';
    return `${role ?? 'not stated'} in ${where.join(', ')}${act}`;
  };
  return [...OUR_ROLES, null]
    .map(words)
    .filter((part) => part !== '')
    .join('; ');
}

function tracingWords(trace: Traced, hit: MarketUnits[], names: string): string {
  const units = hit.reduce((sum, one) => sum + one.units, 0);
  const customers = hit.reduce((sum, { consignees }) => sum + consignees, 0);
  return [
    `${units} units and ${identified(customers)} in ${names}`,
    `${trace.unitsSold} units and ${identified(trace.consignees)} in all markets`,
    `${trace.unidentifiedUnits} of all units were sold to customers without a name`,
    `${trace.unitsCredited} units were credited before`,
    unmarkedWords(trace.unmarked),
  ]
    .filter((part) => part !== null)
    .join('; ');
}

function identified(customers: number): string {
  return `${customers} identified ${customers === 1 ? 'customer' : 'customers'}`;
}

/** The number as it was assessed, or of records where nobody has said one, and those that are recorded by market. */
function injuriesWords(assessed: FactValue | undefined, recorded: Injury[]): string {
  const count = typeof assessed === 'number' ? assessed : recorded.length;
  if (count === 0)
    return typeof assessed === 'number'
      ? 'No injury is known to us.'
      : 'It is not recorded yet whether anybody was injured.';
  const markets = [...new Set(recorded.map(({ country }) => country))].sort();
  const details = markets.map((market) => {
    const there = recorded.filter(({ country }) => country === market);
    const bySeverity = SEVERITIES.flatMap((severity) => {
      const of = there.filter((one) => one.severity === severity).length;
      return of === 0 ? [] : [`${of} ${severity}`];
    });
    return `${marketName(market)} ${bySeverity.join(' and ')}`;
  });
  return `Injuries known to us: ${count}${details.length === 0 ? '' : `; of these are recorded: ${details.join(', ')}`}.`;
}

/** Null in a report that is of no accident. */
function accidentWords({ filing, known }: FilingData, zone: string): string | null {
  const injury = filing.report === 'accident' ? known.injuries.find(({ n }) => filing.id.endsWith(`/${n}`)) : undefined;
  if (!injury) return null;
  const { severity, country, date, knownFrom, knownAt } = injury;
  const bad = { death: 'Somebody died', serious: 'Somebody was seriously hurt', slight: 'Somebody was slightly hurt' };
  const when = date === null ? 'on a day that is not known' : `on ${date}`;
  return `${bad[severity]} in ${marketName(country)} ${when}. We came to know of it on ${localWords(knownAt, zone)}, from: ${knownFrom.replace('-', ' ')}. The circumstances are not recorded here; they may follow.`;
}

/** What has been done by the instant that the report is of, and what has not: only what the recall knows, each with its instant. */
function measuresTaken({ known, awareness, remedies }: FilingData, zone: string): string {
  const at = (instant: IsoInstant): string => localWords(instant, zone);
  const { action, isTurnedDown, containments, campaigns } = known;
  const { decision } = awareness;
  const decided =
    decision !== null
      ? `The ${action} was decided on ${at(decision)}.`
      : isTurnedDown
        ? `A ${action} was proposed, and has been turned down.`
        : `A ${action} is proposed; it has not been decided yet.`;
  const contained = containments.map(({ orderedAt, confirmedAt, confirmationNumber, unitsHeld }) =>
    confirmedAt === null
      ? `The warehouse was instructed on ${at(orderedAt)} to stop shipping; it has not confirmed that yet.`
      : `Shipping was stopped, confirmed on ${at(confirmedAt)} under ${confirmationNumber}; the warehouse holds ${unitsHeld} units.`,
  );
  const told = campaigns.map(({ approvedAt, recipients, delivered }) =>
    approvedAt === null
      ? `Customers have not been told yet; ${decision === null ? 'they will be told after the decision' : 'the notices to them wait for approval'}.`
      : `Notices to ${recipients} customers were approved on ${at(approvedAt)}; ${delivered} had been reached when last counted. They are asked to stop selling, to keep units apart and to report.`,
  );
  return [
    decided,
    ...(contained.length > 0 ? contained : ['No stop of shipping has been ordered.']),
    ...(told.length > 0 ? told : ['No notice to customers is planned.']),
    ...(remedies === '' ? [] : [`Remedy ${decision === null ? 'proposed' : 'offered'}: ${remedies}`]),
  ].join(' ');
}

/** How the number of the law was read, and whose readings there are; null where it has none or its clock does not run. */
function readingWords(
  { readings }: Duty,
  zone: string,
  { rule, lawText, otherReadings }: PlannedFiling,
): string | null {
  const reading = readings?.find((one) => one.rule === rule);
  if (!readings || !reading) return null;
  const counted =
    reading.rule === 'clock-hours'
      ? `${reading.hours} consecutive hours`
      : `${reading.days} calendar days after the day of the event, to their end in ${zone}`;
  const published = readings.flatMap((one) => {
    const later = otherReadings.find((other) => other.rule === one.rule);
    return one.rule === 'next-business-day' && later
      ? [
          ` The ${one.publishedBy} counts days to the end of a business day; by that it would end on ${localWords(later.dueAt, zone)}.`,
        ]
      : [];
  });
  return `The law says "${lawText}". We read it as ${counted}, which of the readings ends first.${published.join('')}`;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** A report for its pages: every instant as it reads in the authority's zone. */
export function inZone(report: unknown, zone: string): object {
  const read = (value: unknown): unknown => {
    if (typeof value === 'string') return INSTANT.test(value) ? localWords(value as IsoInstant, zone) : value;
    if (Array.isArray(value)) return value.map(read);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, read(inner)]));
  };
  return read(report) as object;
}

/** The covering mail of a report. */
export function filingMail(regime: Regime, data: FilingData): { subject: string; text: string } {
  const drill = data.drill ? 'DRILL ' : '';
  const { citation } = dutyOf(regime, data.filing.report);
  return {
    subject: `${drill}${data.recallId}: notification under ${citation}`,
    text: [
      ...(data.drill ? ['DRILL. This is an exercise. Nothing of it concerns a real product.'] : []),
      `To ${data.filing.authority}`,
      `We notify you under ${regime.title}, ${citation}. The report is attached as PDF and as JSON.`,
      `Please answer this mail with your reference.`,
      `${data.company}\n${data.contact}`,
      data.disclaimer,
    ].join('\n\n'),
  };
}
