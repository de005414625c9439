import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { AskId, IsoInstant, PersonId, RecallId, RecipientId, Sha256, StepName } from '../engine/words.js';
import { keyOf, type KeyRing } from './keys.js';

export type DecisionClaims = {
  use: 'decision';
  recallId: RecallId;
  ask: AskId;
  person: PersonId;
  shown: Sha256;
  expires: IsoInstant;
};
export type ResponseClaims = {
  use: 'response';
  recallId: RecallId;
  step: StepName;
  revision: number;
  recipient: RecipientId;
  expires: IsoInstant;
};
export type Claims = DecisionClaims | ResponseClaims;
export type TokenRefusal = 'link-forged' | 'link-expired';

const claimsSchema = z.discriminatedUnion('use', [
  z.strictObject({
    use: z.literal('decision'),
    recallId: z.string(),
    ask: z.string(),
    person: z.string(),
    shown: z.string(),
    expires: z.string(),
  }),
  z.strictObject({
    use: z.literal('response'),
    recallId: z.string(),
    step: z.string(),
    revision: z.number(),
    recipient: z.string(),
    expires: z.string(),
  }),
]);

/** A signed text that says what its holder may do, until when by recall time. */
export function issueToken(ring: KeyRing, claims: Claims): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${ring.current}.${payload}.${sign(keyOf(ring, ring.current)!, payload)}`;
}

/** The claims of a token, or why it is refused. An expired token still says whose it was. */
export function readToken(
  ring: KeyRing,
  text: string,
  use: Claims['use'],
): { claims: Claims } | { refused: 'link-forged' } {
  const [keyId, payload, signature, surplus] = text.split('.');
  const key = keyId === undefined ? null : keyOf(ring, keyId);
  if (!key || !payload || !signature || surplus !== undefined) return { refused: 'link-forged' };
  const expected = Buffer.from(sign(key, payload));
  const given = Buffer.from(signature);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { refused: 'link-forged' };
  const parsed = claimsSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data.use !== use) return { refused: 'link-forged' };
  return { claims: parsed.data as Claims };
}

/** Why a token does not speak for this decision, at this instant of recall time; null where it was issued for exactly it. */
export function refusalOfDecision(
  ring: KeyRing,
  text: string,
  of: { recallId: RecallId; ask: AskId; by: PersonId; shown: Sha256; now: IsoInstant },
): TokenRefusal | null {
  const read = readToken(ring, text, 'decision');
  if ('refused' in read) return read.refused;
  const { claims } = read;
  if (isExpired(claims, of.now)) return 'link-expired';
  const isSame =
    claims.use === 'decision' &&
    claims.recallId === of.recallId &&
    claims.ask === of.ask &&
    claims.person === of.by &&
    claims.shown === of.shown;
  return isSame ? null : 'link-forged';
}

export function isExpired({ expires }: Claims, now: IsoInstant): boolean {
  return now > expires;
}

function sign(key: Buffer, payload: string): string {
  return createHmac('sha256', key).update(payload).digest('base64url');
}

/** The recall that a token names, whoever wrote it: only good for writing down where a forged one was used. */
export function claimedRecall(text: string): RecallId | null {
  const payload = text.split('.')[1];
  if (!payload) return null;
  try {
    const claimed = z.object({ recallId: z.string() }).parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    return claimed.recallId as RecallId;
  } catch {
    return null;
  }
}
