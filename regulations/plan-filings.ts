import type { EffectPayload, EffectResult } from '../engine/effects.js';
import type { Awareness } from '../engine/awareness.js';
import { filingIdOf, type PlannedFiling } from '../engine/filing.js';
import { after, type IsoInstant, type Market } from '../engine/words.js';
import { deadline } from './deadline.js';
import type { Duty, Regime } from './regimes.js';

/** Which of the reports of this name these markets owe, by when, and the markets for which there is no rule here. Both in bytewise order. */
export function planFilings(
  regimes: Regime[],
  { markets, awareness, report, n }: EffectPayload<'planFilings'>,
): EffectResult<'planFilings'> {
  const hit = markets.filter(({ units }) => units > 0).map(({ market }) => market);
  const filings = regimes
    .filter((regime) => regime.markets.some((market) => hit.includes(market)))
    .flatMap((regime) =>
      regime.duties.filter((duty) => duty.report === report).map((duty) => plan(regime, duty, { hit, awareness, n })),
    )
    .sort((a, b) => (a.regime < b.regime ? -1 : 1));
  const ruled = new Set<Market>(regimes.flatMap((regime) => regime.markets));
  return { filings, counselNeeded: hit.filter((market) => !ruled.has(market)).sort() };
}

function plan(
  regime: Regime,
  duty: Duty,
  { hit, awareness, n }: { hit: Market[]; awareness: Awareness; n: number },
): PlannedFiling {
  const { authority } = regime;
  const { dueAt, rule, otherReadings } = due(duty, authority.zone, awareness[duty.countedFrom]);
  return {
    id: filingIdOf(regime.regime, duty.report, n),
    regime: regime.regime,
    report: duty.report,
    authority: authority.name,
    mode: duty.filing.mode,
    lawText: duty.lawText,
    target: duty.target ?? null,
    targetIsOurs: duty.target !== undefined,
    lawCountsFrom: duty.lawCountsFrom,
    countedFrom: duty.countedFrom,
    dueAt,
    rule,
    otherReadings,
    citation: duty.citation,
    markets: regime.markets.filter((market) => hit.includes(market)).sort(),
    note: duty.note,
    receiptWithin: duty.filing.receiptWithin,
  };
}

/** Of several readings of a number the one that ends first: who keeps it keeps them all. */
function due(
  { readings, target }: Duty,
  zone: string,
  from: IsoInstant | null,
): Pick<PlannedFiling, 'dueAt' | 'rule' | 'otherReadings'> {
  if (from === null) return { dueAt: null, rule: 'none', otherReadings: [] };
  if (readings === undefined) return { dueAt: after(from, target!), rule: 'none', otherReadings: [] };
  const [first, ...otherReadings] = readings
    .map((reading) => ({ rule: reading.rule, dueAt: deadline(from, reading, zone) }))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0));
  return { ...first!, otherReadings };
}
