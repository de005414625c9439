import type { Instants } from './awareness.js';
import type { ReportName } from './reports.js';
import type { FilingId, IsoDuration, IsoInstant, Market, RegimeId } from './words.js';

/** A filing owed to an authority, as regulations/plan-filings gives it. */
export type PlannedFiling = {
  id: FilingId;
  regime: RegimeId;
  report: ReportName;
  authority: string;
  mode: 'mail' | 'portal';
  lawText: string;
  target: IsoDuration | null;
  targetIsOurs: boolean;
  /** What the law counts from, in its words, and the instant of ours that stands for it. */
  lawCountsFrom: string;
  countedFrom: keyof Instants;
  /** Null while the instant it counts from has not happened. */
  dueAt: IsoInstant | null;
  /** How the law's number was counted to get `dueAt`: of the readings the one that ends first. `none` where no number was counted. */
  rule: string;
  /** The later readings. They are shown, and no clock runs by them. */
  otherReadings: { rule: string; dueAt: IsoInstant }[];
  citation: string;
  markets: Market[];
  /** What else somebody who files must know, such as a duty that this report does not replace. */
  note: string;
  /** How long after sending a missing receipt is chased. */
  receiptWithin: IsoDuration;
  /** The form of the references that the authority gives. Which it is was not published, so another is taken with a reason. */
  referencePattern: string;
};

/**
 * What is known of the law of markets for which nothing is planned here: for counsel, who judges it. Either no rule of ours
 * covers the market, or none covers a product of this kind.
 */
export type LawThere = {
  markets: Market[];
  law: string;
  /** Null where which one it is depends on more than the market. */
  authority: string | null;
  /** What it says, in its words where they were read. */
  says: string;
  citation: string;
};

/** The id of the n-th report of a name that a recall owes under a regime. */
export function filingIdOf(regime: RegimeId, report: ReportName, n: number): FilingId {
  return `${regime}/${report}/${n}` as FilingId;
}

/** The regime under which a filing is owed. */
export function regimeOf(id: FilingId): RegimeId {
  return id.split('/')[0] as RegimeId;
}

/** A filing as people call it: by its regime, with the report where it is not the first that is owed, and the number where there are several. */
export function filingName(id: FilingId): string {
  const [regime, report, n] = id.split('/');
  return [regime, ...(report === 'initial' ? [] : [report]), ...(n === '1' ? [] : [n])].join(' ');
}

/** Name of a document of the pack in which a report is sent or submitted. */
export function packName(id: FilingId, type: 'json' | 'pdf'): string {
  return `report-${id.replaceAll('/', '-')}.${type}`;
}
