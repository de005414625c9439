import { randomBytes } from 'node:crypto';
import { z } from 'zod';

const ring = z.strictObject({ current: z.string(), keys: z.record(z.string(), z.base64()) });
/** Key rings: what is new is made with `current`; what is old is read with any key of the ring. Keys are 32 bytes. */
export const keysSchema = z.strictObject({ codec: ring, token: ring });
export type Keys = z.output<typeof keysSchema>;
export type KeyRing = Keys['codec'];

/** Fresh keys, for a stack that lives as long as its data. */
export function newKeys(): Keys {
  const key = (): KeyRing => ({ current: 'k1', keys: { k1: randomBytes(32).toString('base64') } });
  return { codec: key(), token: key() };
}

export function keyOf(ring: KeyRing, id: string): Buffer | null {
  // Ids come from tokens that anybody may write, and `constructor` is no key.
  const text = Object.hasOwn(ring.keys, id) ? ring.keys[id] : undefined;
  return text === undefined ? null : Buffer.from(text, 'base64');
}
