import type { ProductDomain } from '../engine/product-domains.js';
import type { Market, RecallAction } from '../engine/words.js';
import type { Regime } from './regimes.js';

/**
 * The law that demands that whoever received the product in one of these markets is told directly; null where no regime
 * that we know does. A product whose domain nobody has said is taken for a consumer product.
 */
export function lawOfNotice(
  regimes: Regime[],
  { markets, action, domain }: { markets: Market[]; action: RecallAction; domain: ProductDomain | null },
): string | null {
  const found = regimes.find(
    ({ markets: own, directNotice }) =>
      directNotice !== null &&
      directNotice.actions.includes(action) &&
      directNotice.domains.includes(domain ?? 'consumer-products') &&
      own.some((market) => markets.includes(market)),
  );
  return found?.directNotice?.citation ?? null;
}
