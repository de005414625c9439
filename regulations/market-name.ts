import type { Market } from '../engine/words.js';

const NAMES = new Intl.DisplayNames('en', { type: 'region' });

/** A market as people call it. `ZZ` is where a sale names no one country: the Channel Islands are two territories, and some sales name none. */
export function marketName(market: Market): string {
  if (market === 'ZZ') return 'Channel Islands or unspecified';
  // Of ISO's user-assigned codes the one under which EU and UK keep Northern Ireland.
  return market === 'XI' ? 'Northern Ireland' : (NAMES.of(market) ?? market);
}
