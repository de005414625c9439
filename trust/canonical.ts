import { createHash } from 'node:crypto';
import type { Sha256 } from '../engine/words.js';

/** SHA-256 as 64 hexadecimal digits. */
export function sha256Hex(data: string | Uint8Array): Sha256 {
  return createHash('sha256').update(data).digest('hex') as Sha256;
}

/** What the first of a chain names as the hash before it. */
export const CHAIN_START = '0'.repeat(64) as Sha256;
