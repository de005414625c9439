import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isMailAddress } from '../../engine/mail-address.js';

/** Addresses, how is_email judges each, and why (isemail-cases.md says whose they are). */
const CASES = JSON.parse(readFileSync(new URL('isemail-cases.json', import.meta.url), 'utf8')) as [
  string,
  string,
  string,
][];
const MAILED = ['VALID_CATEGORY', 'RFC5321', 'DNSWARN'];

describe('a mail address', () => {
  it.each(CASES.filter(([, category]) => MAILED.includes(category)))('may be %j (%s)', (address) => {
    expect(isMailAddress(address)).toBe(true);
  });
  // An address of a host in a form that RFC 5952 advises against still says which host.
  it.each(CASES.filter(([, category, why]) => !MAILED.includes(category) && why !== 'RFC5321_IPV6DEPRECATED'))(
    'is not %j (%s, %s)',
    (address) => {
      expect(isMailAddress(address)).toBe(false);
    },
  );
  it.each(['jürgen@bücher.example', 'δοκιμή@παράδειγμα.example'])('may have other letters: %s', (address) => {
    expect(isMailAddress(address)).toBe(true);
  });
  it.each([
    'a\u200b@shop.example',
    'a@sh\u00adop.example',
    'a@shop.example ',
    'a b@shop.example',
    'a@shop.example, b@shop.example',
  ])('holds nothing that nobody sees: %j', (address) => {
    expect(isMailAddress(address)).toBe(false);
  });
});
