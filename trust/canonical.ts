import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Sha256 } from '../engine/words.js';

/** Canonical JSON text (RFC 8785) of a plain value. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('only plain JSON has a canonical text');
  return text;
}

/** SHA-256 as 64 hexadecimal digits. */
export function sha256Hex(data: string | Uint8Array): Sha256 {
  return createHash('sha256').update(data).digest('hex') as Sha256;
}
