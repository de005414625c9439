import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { AskId, IsoInstant, PersonId, RecallId, Sha256 } from '../engine/words.js';
import { keyOf, type KeyRing } from './keys.js';

/** What the API says with a decision that it hands to a recall's workflow. */
export type Claims = {
  use: 'decision';
  recallId: RecallId;
  ask: AskId;
  person: PersonId;
  shown: Sha256;
  expires: IsoInstant;
};
export type TokenRefusal = 'link-forged' | 'link-expired';

const claimsSchema = z.strictObject({
  use: z.literal('decision'),
  recallId: z.string(),
  ask: z.string(),
  person: z.string(),
  shown: z.string(),
  expires: z.string(),
});

/** A signed text that says what its holder may do, until when by recall time. */
export function issueToken(ring: KeyRing, claims: Claims): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${ring.current}.${payload}.${sign(keyOf(ring, ring.current)!, payload)}`;
}

/** The claims of a token, or why it is refused. An expired token still says whose it was. */
export function readToken(ring: KeyRing, text: string): { claims: Claims } | { refused: 'link-forged' } {
  const [keyId, payload, signature, surplus] = text.split('.');
  const key = keyId === undefined ? null : keyOf(ring, keyId);
  if (!key || !payload || !signature || surplus !== undefined) return { refused: 'link-forged' };
  const expected = Buffer.from(sign(key, payload));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { refused: 'link-forged' };
  const parsed = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (!parsed.success) return { refused: 'link-forged' };
  return { claims: parsed.data as Claims };
}

/** Why a token does not speak for this decision, at this instant of recall time; null where it was issued for exactly it. */
export function refusalOfDecision(
  ring: KeyRing,
  text: string,
  of: { recallId: RecallId; ask: AskId; by: PersonId; shown: Sha256; now: IsoInstant },
): TokenRefusal | null {
  const read = readToken(ring, text);
  if ('refused' in read) return read.refused;
  const { claims } = read;
  if (isExpired(claims, of.now)) return 'link-expired';
  const isSame =
    claims.recallId === of.recallId && claims.ask === of.ask && claims.person === of.by && claims.shown === of.shown;
  return isSame ? null : 'link-forged';
}

export function isExpired({ expires }: Claims, now: IsoInstant): boolean {
  return now > expires;
}

function sign(key: Buffer, payload: string): string {
  return createHmac('sha256', key).update(payload).digest('base64url');
}
