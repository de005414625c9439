const UNSEEN = /[\p{C}\p{Z}]/gu;
const NO_MARK = /[^\p{L}\p{N}]/gu;
const DIGITS_MAX = 14;
const DIGITS_MIN = 8;

/**
 * What spellings of one code have in common: letter case, punctuation, spaces and invisible characters say nothing, nor do
 * leading zeros of a number, so that UPC and EAN of a product are one. A number whose last digit is the check digit of all
 * before it goes without it (GS1 General Specifications, 7.9), because some systems leave it out. It says that codes may
 * be the same product, and not that they are.
 */
export function siblingKey(code: string): string {
  const bare = code.normalize('NFKC').replace(UNSEEN, '').toUpperCase();
  const plain = bare.replace(NO_MARK, '') || bare;
  if (!/^\d+$/.test(plain)) return plain;
  const digits = plain.replace(/^0+(?=\d)/, '');
  const isNumbered = plain.length >= DIGITS_MIN && digits.length <= DIGITS_MAX;
  return isNumbered && hasCheckDigit(digits) ? digits.slice(0, -1) : digits;
}

/** The digits before the last, from the right, count three times and once in turn. */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1)
    sum += Number(digits[digits.length - 1 - index]) * (index % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}
