import { RecallError } from './errors.js';
import type { EffectResult, MarketUnits } from './effects.js';
import type { Scope } from './scope.js';
import type { SaleLine } from './sales.js';
import type { Market } from './words.js';

/** What one identified customer received. `unitsCredited` is what was credited of purchases in the window. */
export type TracedConsignee = { code: string; market: Market; units: number; unitsCredited: number; lines: number };
export type TraceResult = EffectResult<'traceSales'>;

/** Scope → affected units and who received them, over the lines of a sales history. The store does the same in SQL. */
export function traceSales(lines: SaleLine[], scope: Scope): { result: TraceResult; consignees: TracedConsignee[] } {
  const inWindow = lines.filter(({ item, soldAt }) => {
    const day = soldAt.slice(0, 10);
    return item === scope.item && scope.from <= day && day <= scope.to;
  });
  const sales = inWindow.filter(({ kind }) => kind === 'sale');
  if (sales.length === 0)
    throw nobodyBought(
      scope,
      lines.some(({ item }) => item === scope.item),
    );
  const credits = inWindow.filter(({ kind }) => kind === 'credit');
  const creditsOf = groupBy(credits, ({ customer }) => customer);
  const consignees = [
    ...groupBy(
      sales.filter(({ customer }) => customer !== null),
      ({ customer }) => customer!,
    ),
  ]
    .map(([code, bought]): TracedConsignee => {
      const market = bought.map((one) => one.market).sort(bytewise)[0]!;
      const unitsCredited = creditedOf(bought, creditsOf.get(code) ?? []);
      return { code, market, units: sumUnits(bought), unitsCredited, lines: bought.length };
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
    unitsCredited: -sumUnits(credits),
    unitsCreditedMatched: consignees.reduce((total, { unitsCredited }) => total + unitsCredited, 0),
    markets: marketsOf(sales, consignees),
  };
  return { result, consignees };
}

/** A credit counts as far as it follows purchases in the window that have not been credited yet: what was bought after it is still out there. */
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

/** The error for a scope that no sale falls into; says whether the item exists at all. */
export function nobodyBought(scope: Scope, itemExists: boolean): RecallError {
  const { item, from, to } = scope;
  return new RecallError({
    code: 'nobody-bought',
    message: `nobody bought item ${item} from ${from} to ${to}`,
    where: `item ${item}, ${from} to ${to}`,
    expected: itemExists ? 'a window in which the item was sold' : 'an item that occurs in the imported sales',
    remedy: itemExists
      ? 'widen --from and --to, or import the sales of that time'
      : 'check the item code, or import its sales first',
  });
}

function marketsOf(sales: SaleLine[], consignees: TracedConsignee[]): MarketUnits[] {
  return [...groupBy(sales, ({ market }) => market)]
    .map(([market, sold]) => ({
      market,
      units: sumUnits(sold),
      consignees: consignees.filter((one) => one.market === market).length,
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
