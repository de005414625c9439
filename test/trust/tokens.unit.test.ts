import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AskId, IsoInstant, PersonId, RecallId, Sha256 } from '../../engine/words.js';
import { newKeys, type KeyRing } from '../../trust/keys.js';
import { isExpired, issueToken, readToken, type Claims } from '../../trust/tokens.js';

const ring = newKeys().token;
const decision: Claims = {
  use: 'decision',
  recallId: 'RC-2026-0001' as RecallId,
  ask: 'decide/1/1' as AskId,
  person: 'counsel' as PersonId,
  shown: 'a'.repeat(64) as Sha256,
  expires: '2026-09-11T08:00:00.000Z' as IsoInstant,
};
const FORGED = { refused: 'link-forged' };

/** A token signed with the ring's own key over whatever it is given. */
function signed(payload: string, { current, keys }: KeyRing = ring): string {
  const encoded = Buffer.from(payload).toString('base64url');
  const key = Buffer.from(keys[current]!, 'base64');
  return `${current}.${encoded}.${createHmac('sha256', key).update(encoded).digest('base64url')}`;
}

describe('a token', () => {
  it('says what it was issued for', () => {
    expect(readToken(ring, issueToken(ring, decision))).toEqual({ claims: decision });
  });

  it('is refused with any letter changed, left out or added', () => {
    const token = issueToken(ring, decision);
    const place = fc.nat(token.length - 1);
    const letter = fc.constantFrom(...'ABCxyz019-_.'.split(''));
    fc.assert(
      fc.property(place, letter, (at, put) => {
        fc.pre(token[at] !== put);
        const changed = token.slice(0, at) + put + token.slice(at + 1);
        expect(readToken(ring, changed)).toEqual(FORGED);
        expect(readToken(ring, token.slice(0, at) + token.slice(at + 1))).toEqual(FORGED);
        expect(readToken(ring, token.slice(0, at) + put + token.slice(at))).toEqual(FORGED);
      }),
    );
  });

  it('with something after its signature is refused', () => {
    expect(readToken(ring, `${issueToken(ring, decision)}.more`)).toEqual(FORGED);
  });

  it('with another person in it but the old signature is refused', () => {
    const [keyId, , signature] = issueToken(ring, decision).split('.');
    const payload = Buffer.from(JSON.stringify({ ...decision, person: 'commander' })).toString('base64url');
    expect(readToken(ring, `${keyId}.${payload}.${signature}`)).toEqual(FORGED);
  });

  it('signed with a key that is not in the ring is refused, though it has the same name', () => {
    expect(readToken(ring, issueToken(newKeys().token, decision))).toEqual(FORGED);
  });

  it('signed with an older key of the ring is read; a new one is signed with the current key', () => {
    const fresh = newKeys().token;
    const rotated: KeyRing = { current: 'k2', keys: { k1: ring.keys.k1!, k2: fresh.keys.k1! } };
    expect(readToken(rotated, issueToken(ring, decision))).toEqual({ claims: decision });
    expect(issueToken(rotated, decision)).toMatch(/^k2\./);
    expect(readToken(ring, issueToken(rotated, decision))).toEqual(FORGED);
  });

  it.each(['', '.', '..', 'k1', 'k1..', 'k2.e30.AAAA', 'constructor.e30.AAAA', '__proto__.e30.AAAA', 'a.b.c.d'])(
    'that is none (%j) is refused and throws nothing',
    (text) => {
      expect(readToken(ring, text)).toEqual(FORGED);
    },
  );

  it('rightly signed over claims of another shape is refused', () => {
    expect(readToken(ring, signed(JSON.stringify(decision)))).toEqual({ claims: decision });
    const { shown: _shown, ...lacking } = decision;
    expect(readToken(ring, signed(JSON.stringify(lacking)))).toEqual(FORGED);
    expect(readToken(ring, signed(JSON.stringify({ ...decision, may: 'all' })))).toEqual(FORGED);
    expect(readToken(ring, signed(JSON.stringify({ ...decision, use: 'response' })))).toEqual(FORGED);
    expect(readToken(ring, signed('null'))).toEqual(FORGED);
  });

  it('holds until its instant and not a millisecond longer', () => {
    expect(isExpired(decision, '2026-09-11T08:00:00.000Z' as IsoInstant)).toBe(false);
    expect(isExpired(decision, '2026-09-11T08:00:00.001Z' as IsoInstant)).toBe(true);
    // Whose it was can still be told, so that a late person is answered kindly.
    expect(readToken(ring, issueToken(ring, decision))).toEqual({ claims: decision });
  });
});
