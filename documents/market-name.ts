import type { Market } from '../engine/words.js';

const NAMES = new Intl.DisplayNames('en', { type: 'region' });

/** A market as people call it. `ZZ` is where a sale names no one country: the Channel Islands are two territories, and some sales name none. */
export function marketName(market: Market): string {
  return market === 'ZZ' ? 'Channel Islands or unspecified' : (NAMES.of(market) ?? market);
}
