import type { Market } from '../engine/words.js';

/** Languages in whose words a country is known without a mapping. */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt', 'sv', 'da', 'nb', 'fi', 'cs'];
/** Codes of what is no country: unions, and what Unicode keeps for itself. */
const NONE = new Set(['EU', 'EZ', 'UN', 'QO', 'XA', 'XB', 'ZZ']);
/** Names that exports use and no list has. */
const OTHERS: Record<string, string> = { usa: 'US', eire: 'IE', 'great britain': 'GB', 'northern ireland': 'XI' };

let known: Map<string, string> | null = null;

/** Postcodes of Northern Ireland, in either way of writing them. */
const NORTHERN_IRELAND = /^BT\d{1,2} ?\d[A-Z]{2}$/i;

/** The market of a delivery to a country by its postcode: Northern Ireland, which is under the law of the Union, is a market of its own. */
export function deliveredIn(market: Market, postcode: string): Market {
  return market === 'GB' && NORTHERN_IRELAND.test(postcode) ? ('XI' as Market) : market;
}

/** The ISO 3166-1 code of a country by its code or by its name in any of a dozen languages; null where that says nothing. */
export function countryCode(text: string): Market | null {
  known ??= names();
  return (known.get(folded(text)) as Market | undefined) ?? null;
}

function names(): Map<string, string> {
  const found = new Map(Object.entries(OTHERS));
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
  const words = LANGUAGES.flatMap((language) =>
    // The short ones too: Hong Kong, and not only what its long name says of it.
    (['long', 'short'] as const).map(
      (style) => new Intl.DisplayNames(language, { type: 'region', fallback: 'none', style }),
    ),
  );
  for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
    // Codes that were given up lead to those of today: UK to GB.
    const today = new Intl.Locale(`und-${code}`).region;
    if (today === undefined || NONE.has(code)) continue;
    const all = words.map((one) => one.of(code)).filter((name) => name !== undefined);
    if (all.length === 0) continue;
    for (const name of [code, ...all]) if (!found.has(folded(name))) found.set(folded(name), today);
  }
  return found;
}

function folded(text: string): string {
  return text.trim().toLowerCase();
}
