import { isPostcode, POSTAL_LINES_MAX, postalText } from '../engine/postal-address.js';
import type { Market } from '../engine/words.js';

/** The cells of an address, as they stand there; country: what the line or the mapping says, null where neither does. */
export type PostalCells = { address: string[]; postcode: string; town: string; country: Market | null };
/** An address to be kept, null where a letter cannot be sent to it; and what a person should know of which column. */
export type ReadPostal = {
  letter: string | null;
  warning: { field: 'address' | 'postcode' | 'town' | 'country'; message: string } | null;
};

/** The address of one contact. What is missing keeps nobody from being told on other channels: it is warned of. */
export function postalIn({ address, postcode, town, country }: PostalCells): ReadPostal {
  const lines = address
    .flatMap((cell) => cell.split('\n'))
    .map(trimmed)
    .filter((line) => line !== '');
  if (lines.length === 0 && postcode === '' && town === '') return { letter: null, warning: null };
  const none = (field: 'address' | 'town' | 'country', what: string): ReadPostal => ({
    letter: null,
    warning: { field, message: `${what}; no letter can be sent to this contact` },
  });
  if (lines.length === 0) return none('address', 'the address has a town or postcode and no street');
  if (lines.length > POSTAL_LINES_MAX) return none('address', `the address has more than ${POSTAL_LINES_MAX} lines`);
  if (town === '') return none('town', 'the address has no town');
  if (country === null) return none('country', 'the address names no country');
  const isKnown = postcode !== '' && isPostcode(country, postcode);
  const said =
    postcode === '' ? 'the address has no postcode' : `${JSON.stringify(postcode)} is no postcode of ${country}`;
  return {
    letter: postalText({ lines, postcode: postcode === '' ? null : trimmed(postcode), town: trimmed(town), country }),
    warning: isKnown ? null : { field: 'postcode', message: `${said}; letters are addressed as it stands` },
  };
}

function trimmed(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
