import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Sha256 } from './words.js';

/** SHA-256 over the canonical JSON (RFC 8785) of a plain value; runs in the workflow sandbox, where node:crypto does not. */
export function digestOf(value: unknown): Sha256 {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('only plain JSON has a digest');
  return bytesToHex(sha256(utf8ToBytes(text))) as Sha256;
}
