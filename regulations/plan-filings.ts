import type { EffectPayload, EffectResult } from '../engine/effects.js';
import type { Instants } from '../engine/awareness.js';
import { filingIdOf, type LawThere, type PlannedFiling } from '../engine/filing.js';
import type { ProductDomain } from '../engine/product-domains.js';
import { after, type IsoInstant, type Market } from '../engine/words.js';
import { deadline } from './deadline.js';
import { findDuty, type Duty, type Regime } from './regimes.js';

/** What a product is taken for where its case does not say it. */
const ASSUMED: ProductDomain = 'consumer-products';

/**
 * Which of the reports of this name these markets owe, by when, and the markets for which there is no rule here, with what
 * is known of their law. In bytewise order of regime and market. A regime owes nothing for a product of a sector that it
 * does not cover: a toy or a food gets no report under the law for all other products.
 */
export function planFilings(
  regimes: Regime[],
  { markets, awareness, report, n, domain: said, only, injury }: EffectPayload<'planFilings'>,
): EffectResult<'planFilings'> {
  const domain = said ?? ASSUMED;
  const hit = markets.filter(({ units }) => units > 0).map(({ market }) => market);
  const filings = regimes
    .filter((regime) => only === null || only.includes(regime.regime))
    .filter((regime) => isHit(regime, hit))
    .flatMap((regime) => {
      const duty = findDuty(regime, report);
      if (duty === null || !(duty.sectors ?? regime.sectors).includes(domain)) return [];
      if (injury !== null && duty.severities?.includes(injury.severity) !== true) return [];
      return [plan(regime, duty, { hit, awareness, n })];
    })
    .sort((a, b) => (a.regime < b.regime ? -1 : 1));
  const ruled = new Set<Market>(
    regimes.flatMap((one) => (one.duties.length > 0 && one.sectors.includes(domain) ? one.markets : [])),
  );
  const counselNeeded = hit.filter((market) => !ruled.has(market)).sort();
  return { filings, counselNeeded, lawThere: lawThere(regimes, domain, counselNeeded) };
}

function isHit({ markets }: Regime, hit: Market[]): boolean {
  return markets.some((market) => hit.includes(market));
}

/** What is known of the law of markets without a rule: its words, or which other law covers such a product. */
function lawThere(regimes: Regime[], domain: ProductDomain, unruled: Market[]): LawThere[] {
  return regimes
    .filter((regime) => isHit(regime, unruled))
    .flatMap((regime): LawThere[] => {
      const markets = regime.markets.filter((market) => unruled.includes(market)).sort();
      const { words, authority, title } = regime;
      if (words && regime.sectors.includes(domain)) {
        const says = `"${words.lawText}", from ${words.lawCountsFrom}; asks for ${words.asks}`;
        return [{ markets, law: title, authority: authority.name, says, citation: words.citation }];
      }
      const others = regime.otherLaw.filter(({ domains }) => domains.includes(domain));
      if (others.length === 0) {
        const says = `does not cover ${domain}; which law does was not read`;
        return [{ markets, law: title, authority: null, says, citation: 'scope of the regime as it is kept here' }];
      }
      return others.map(({ law, says, citation }) => ({ markets, law, authority: null, says, citation }));
    });
}

function plan(
  regime: Regime,
  duty: Duty,
  { hit, awareness, n }: { hit: Market[]; awareness: Instants; n: number },
): PlannedFiling {
  const { authority } = regime;
  const { dueAt, rule, otherReadings } = due(duty, authority.zone, awareness[duty.countedFrom] ?? null);
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
    referencePattern: duty.filing.referencePattern,
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
    .flatMap((reading) => {
      const dueAt = deadline(from, reading, zone);
      return dueAt === null ? [] : [{ rule: reading.rule, dueAt }];
    })
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : 0));
  return { ...first!, otherReadings };
}
