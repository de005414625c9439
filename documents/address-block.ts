import type { PostalAddress } from '../engine/postal-address.js';
import type { Market } from '../engine/words.js';
import { marketName } from '../regulations/market-name.js';

/** Where the code stands behind the town, or on a line below it; elsewhere it stands before it (UPU S42). */
const CODE_BEHIND = ['AU', 'CA', 'US', 'NZ'];
const CODE_BELOW = ['GB', 'XI', 'IE'];

/**
 * The lines of an address as it stands in the window of an envelope, in the order of its country. The country is named,
 * in capitals and last, where it is not the sender's: so the sender's own post can read it.
 */
export function addressBlock(name: string, address: PostalAddress, from: Market): string[] {
  const { lines, country } = address;
  const isAbroad = nation(country) !== nation(from);
  return [name, ...lines, ...townLines(address), ...(isAbroad ? [marketName(nation(country)).toUpperCase()] : [])];
}

function townLines({ postcode, town, country }: PostalAddress): string[] {
  if (CODE_BELOW.includes(country)) return [town.toUpperCase(), ...(postcode === null ? [] : [postcode.toUpperCase()])];
  if (postcode === null) return [town];
  return [CODE_BEHIND.includes(country) ? `${town} ${postcode}` : `${postcode} ${town}`];
}

/** Northern Ireland is a market of its own and no country of its own. */
function nation(country: Market): Market {
  return country === 'XI' ? ('GB' as Market) : country;
}
