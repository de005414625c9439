import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson, digestOf, fractionOf } from '../../engine/digest.js';

/** Texts of every kind, lone surrogates among them, and keys that look like numbers. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.nat(20).map(String), fc.constant('\ud800'));
const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('value')),
    fc.dictionary(text, tie('value')),
    tie('sorted'),
  ),
  leaf: fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
  sorted: fc.dictionary(fc.string(), tie('leaf')).map(inOrder),
})).value;

function inOrder(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function textOr(write: (value: unknown) => string | undefined, value: unknown): string | undefined {
  try {
    return write(value);
  } catch {
    return 'refused';
  }
}

describe('canonical JSON', () => {
  it('is what the library writes of any plain value, and refused where the library refuses', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(textOr(canonicalJson, value)).toBe(textOr(canonicalize, value));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['keys in order', { a: 1, b: [{ c: 'd', e: null }] }],
    ['keys out of order', { b: 1, a: 2 }],
    ['keys that are numbers', { 10: 1, 9: 2 }],
    ['what is not there', { a: undefined, b: [undefined] }],
    ['a date', { a: new Date(0) }],
    ['the sign of nothing', [-0]],
    ['large and small numbers', [1e21, 1e-7, 123456789012345680000]],
  ])('is what the library writes of %s', (_, value) => {
    expect(canonicalJson(value)).toBe(canonicalize(value));
  });

  it.each([[NaN], [Infinity], ['\ud800'], [{ '\ud800': 1 }], [undefined]])('has no text for %p', (value) => {
    expect(() => canonicalJson(value)).toThrow(/^no canonical text/);
  });
});

describe('a digest', () => {
  it.each([[''], ['short'], ['Größe ✓ 𝄞'], ['x'.repeat(341)], ['x'.repeat(342)], ['ß'.repeat(5_000)]])(
    'is the SHA-256 of its text, whatever was hashed before: %#',
    (value) => {
      const wanted = createHash('sha256').update(JSON.stringify(value)).digest();
      expect(digestOf(value)).toBe(wanted.toString('hex'));
      expect(fractionOf(JSON.stringify(value))).toBe(wanted.readUIntBE(0, 6) / 2 ** 48);
      expect(digestOf(value)).toBe(wanted.toString('hex'));
    },
  );
});
