import type { Awareness } from '../engine/awareness.js';
import type { EffectResult, MarketUnits, PlannedFiling } from '../engine/effects.js';
import { after, type FilingId, type IsoInstant, type Market } from '../engine/words.js';
import { deadline } from './deadline.js';
import type { Regime } from './regimes.js';

/** Which reports these markets owe, by when, and the markets for which there is no rule here. Both in bytewise order. */
export function planFilings(
  regimes: Regime[],
  { markets, awareness }: { markets: MarketUnits[]; awareness: Awareness },
): EffectResult<'planFilings'> {
  const hit = markets.filter(({ units }) => units > 0).map(({ market }) => market);
  const filings = regimes
    .filter((regime) => regime.markets.some((market) => hit.includes(market)))
    .map((regime) => plan(regime, hit, awareness))
    .sort((a, b) => (a.regime < b.regime ? -1 : 1));
  const ruled = new Set<Market>(regimes.flatMap((regime) => regime.markets));
  return { filings, counselNeeded: hit.filter((market) => !ruled.has(market)).sort() };
}

function plan(regime: Regime, hit: Market[], awareness: Awareness): PlannedFiling {
  const { authority, filing, report } = regime;
  const { dueAt, rule, otherReadings } = due(regime, awareness[report.countedFrom]);
  return {
    id: `${regime.regime}/initial/1` as FilingId,
    regime: regime.regime,
    authority: authority.name,
    mode: filing.mode,
    lawText: report.lawText,
    target: report.target ?? null,
    targetIsOurs: report.target !== undefined,
    lawCountsFrom: report.lawCountsFrom,
    countedFrom: report.countedFrom,
    dueAt,
    rule,
    otherReadings,
    citation: report.citation,
    markets: regime.markets.filter((market) => hit.includes(market)).sort(),
    note: regime.note,
    receiptWithin: filing.receiptWithin,
  };
}

/** Of several readings of a number the one that ends first: who keeps it keeps them all. */
function due(
  { report: { readings, target }, authority }: Regime,
  from: IsoInstant | null,
): Pick<PlannedFiling, 'dueAt' | 'rule' | 'otherReadings'> {
  if (from === null) return { dueAt: null, rule: 'none', otherReadings: [] };
  if (readings === undefined) return { dueAt: after(from, target!), rule: 'none', otherReadings: [] };
  const [first, ...otherReadings] = readings
    .map((reading) => ({ rule: reading.rule, dueAt: deadline(from, reading, authority.zone) }))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0));
  return { ...first!, otherReadings };
}
