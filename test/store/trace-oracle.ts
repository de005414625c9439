import type { MarketUnits } from '../../engine/traced.js';
import type { SaleLine } from '../../engine/sales.js';
import { inScope, markOf, type NewScope, type Unmarked } from '../../engine/scope.js';
import type { TracedConsignee, TraceResult } from '../../engine/trace.js';

/** The trace of a scope over the lines of a sales history, line by line: what the store must find in SQL. Null where nobody bought. */
export function tracedBy(
  lines: SaleLine[],
  scope: NewScope,
): { result: TraceResult; consignees: TracedConsignee[] } | null {
  const inside = lines.filter((line) => inScope(scope, line));
  const sales = inside.filter(({ kind }) => kind === 'sale');
  if (sales.length === 0) return null;
  const credits = inside.filter(({ kind }) => kind === 'credit');
  const creditsOf = groupBy(credits, ({ customer }) => customer);
  const consignees = [
    ...groupBy(
      sales.filter(({ customer }) => customer !== null),
      ({ customer }) => customer!,
    ),
  ]
    .map(([code, bought]): TracedConsignee => {
      const markets = [...new Set(bought.map((one) => one.market))].sort(bytewise);
      const unitsCredited = creditedOf(bought, creditsOf.get(code) ?? []);
      return { code, markets, units: sumUnits(bought), unitsCredited, lines: bought.length };
    })
    .sort((a, b) => bytewise(a.code, b.code));
  const unidentified = sales.filter(({ customer }) => customer === null);
  const result: TraceResult = {
    saleLines: sales.length,
    unitsSold: sumUnits(sales),
    consignees: consignees.length,
    unidentifiedLines: unidentified.length,
    unidentifiedUnits: sumUnits(unidentified),
    creditLines: credits.length,
    unitsCredited: 0 - sumUnits(credits),
    unitsCreditedMatched: consignees.reduce((total, { unitsCredited }) => total + unitsCredited, 0),
    markets: marketsOf(sales, consignees),
    unmarked: unmarkedOf(lines, scope),
  };
  return { result, consignees };
}

/** A credit counts as far as it follows purchases in the scope that have not been credited yet: what was bought after it is still out there. */
function creditedOf(bought: SaleLine[], credits: SaleLine[]): number {
  const inOrder = [...bought, ...credits].sort((a, b) => bytewise(a.soldAt, b.soldAt) || b.quantity - a.quantity);
  let outstanding = 0;
  let credited = 0;
  for (const { quantity } of inOrder) {
    const taken = Math.min(outstanding, Math.max(0, -quantity));
    credited += taken;
    outstanding += quantity > 0 ? quantity : -taken;
  }
  return credited;
}

function unmarkedOf(lines: SaleLine[], scope: NewScope): Unmarked | null {
  const mark = markOf(scope);
  if (mark === null) return null;
  const silent = lines.filter((line) => line.kind === 'sale' && line.item === scope.item && line[mark] === null);
  return { lacks: mark, lines: silent.length, units: sumUnits(silent) };
}

function marketsOf(sales: SaleLine[], consignees: TracedConsignee[]): MarketUnits[] {
  return [...groupBy(sales, ({ market }) => market)]
    .map(([market, sold]) => ({
      market,
      units: sumUnits(sold),
      consignees: consignees.filter((one) => one.markets.includes(market)).length,
    }))
    .sort((a, b) => bytewise(a.market, b.market));
}

function sumUnits(lines: SaleLine[]): number {
  return lines.reduce((total, { quantity }) => total + quantity, 0);
}

function groupBy<T, K>(list: T[], key: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}

function bytewise(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
