import { describe, expect, it } from '@jest/globals';
import { isPostcode, postalText, readPostal, type PostalAddress } from '../../engine/postal-address.js';
import type { Market } from '../../engine/words.js';

const ADDRESS: PostalAddress = {
  lines: ['1 High Street'],
  postcode: 'SW1A 1AA',
  town: 'London',
  country: 'GB' as Market,
};

describe('a postal address', () => {
  it('is kept as one text, and read from it again', () => {
    expect(readPostal(postalText(ADDRESS))).toEqual(ADDRESS);
    expect(readPostal(postalText({ ...ADDRESS, postcode: null }))).toEqual({ ...ADDRESS, postcode: null });
  });

  it('is none where a part is missing, empty or another thing', () => {
    const others: object[] = [
      { lines: [] },
      { lines: [''] },
      { lines: ['a', 'b', 'c', 'd'] },
      { lines: 'a' },
      { town: ' ' },
      { postcode: 7 },
      { country: 'Britain' },
    ];
    for (const other of others) expect(readPostal(JSON.stringify({ ...ADDRESS, ...other }))).toBeNull();
    for (const text of ['', 'null', '7', '1 High Street, London', '{']) expect(readPostal(text)).toBeNull();
  });

  it('has a postcode of the form of its country, where that is known', () => {
    const forms: [country: string, right: string[], wrong: string[]][] = [
      ['GB', ['SW1A 1AA', 'M11AE', 'bt1 5gs'], ['12345', 'SW1A']],
      ['DE', ['10115'], ['1011', 'D-10115']],
      ['NL', ['1012 JS'], ['1012']],
      ['PL', ['00-950'], ['00950']],
      ['PT', ['1000-001'], ['1000']],
      ['SE', ['111 22', '11122'], ['1112']],
      ['IE', ['D02 X285'], ['Dublin 2']],
      ['HK', ['anything'], []],
    ];
    for (const [country, right, wrong] of forms) {
      for (const code of right)
        expect([country, code, isPostcode(country as Market, code)]).toEqual([country, code, true]);
      for (const code of wrong)
        expect([country, code, isPostcode(country as Market, code)]).toEqual([country, code, false]);
    }
  });
});
