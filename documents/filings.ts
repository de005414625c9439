import type { Awareness, PlannedFiling, Scope } from '../engine/effects.js';
import type { FactValue } from '../engine/playbook.js';
import type { IsoInstant } from '../engine/words.js';
import { deadline } from '../regulations/deadline.js';
import type { Regime } from '../regulations/regimes.js';

export type FilingData = {
  recallId: string;
  drill: boolean;
  filing: PlannedFiling;
  scope: Scope;
  awareness: Awareness;
  facts: Record<string, FactValue>;
  product: string;
  hazard: string;
  measures: string;
  company: string;
  contact: string;
  disclaimer: string;
  markets: { market: string; units: number; consignees: number }[];
  unitsSold: number;
  unidentifiedUnits: number;
};

/** A report to an authority as plain data: the same for its JSON and its PDF. Every field says where the duty is written. */
export function filingReport(regime: Regime, data: FilingData): object {
  const { filing, scope, awareness } = data;
  const hit = data.markets.filter(({ market }) => (filing.markets as string[]).includes(market));
  const product = `${data.product}, item ${scope.item}, sold ${scope.from} to ${scope.to}`;
  const tracing = `${hit.reduce((sum, { units }) => sum + units, 0)} units in ${filing.markets.join(', ')}; ${data.unitsSold} in all markets, of which ${data.unidentifiedUnits} were sold to customers without a name`;
  const elsewhere = data.markets
    .filter(({ market }) => !(filing.markets as string[]).includes(market))
    .map(({ market }) => market);
  const values: Record<string, string> = {
    action: data.measures,
    actionDetail: data.measures,
    measures: data.measures,
    otherCountries: elsewhere.join(', ') || 'none',
    authorities: filing.markets.join(', '),
    notifier: `${data.company}, ${data.contact}`,
    product,
    goods: product,
    risk: `${data.hazard} Assessed risk: ${String(data.facts.risk ?? 'not yet assessed')}.`,
    hazard: `${data.hazard} Assessed risk: ${String(data.facts.risk ?? 'not yet assessed')}.`,
    defect: data.hazard,
    tracing,
    supply: tracing,
    quantityByState: hit.map(({ market, units }) => `${market} ${units}`).join(', '),
  };
  return {
    document: 'report to an authority',
    drill: data.drill,
    recallId: data.recallId,
    regime: { id: regime.regime, title: regime.title, citation: filing.citation, evidence: regime.report.evidence },
    authority: filing.authority,
    deadline: {
      lawText: filing.lawText,
      countedFrom: filing.countedFrom,
      dueAt: filing.dueAt,
      target: filing.target,
      targetIsOurs: filing.targetIsOurs,
      rule: filing.rule,
      otherReadings: otherReadings(regime, awareness[filing.countedFrom]),
    },
    awareness,
    fields: regime.fields.map(({ name, text, cite }) => ({ name, text, cite, value: values[name] ?? 'not known yet' })),
    disclaimer: data.disclaimer,
  };
}

/** Later readings of the law's number; a reader sees them beside the one the clock runs by. */
function otherReadings({ report, authority }: Regime, from: IsoInstant | null): { rule: string; dueAt: IsoInstant }[] {
  if (from === null) return [];
  return report.otherReadings.map((reading) => ({
    rule: reading.rule,
    dueAt: deadline(from, reading, authority.zone),
  }));
}

/** The covering mail of a report. */
export function filingMail(regime: Regime, data: FilingData): { subject: string; text: string } {
  const drill = data.drill ? 'DRILL ' : '';
  return {
    subject: `${drill}${data.recallId}: notification under ${regime.report.citation}`,
    text: [
      ...(data.drill ? ['DRILL. This is an exercise. Nothing of it concerns a real product.'] : []),
      `To ${data.filing.authority}`,
      `We notify you under ${regime.title}, ${regime.report.citation}. The report is attached as PDF and as JSON.`,
      `Please answer this mail with your reference.`,
      `${data.company}\n${data.contact}`,
      data.disclaimer,
    ].join('\n\n'),
  };
}
