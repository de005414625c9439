import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Sha256 } from './words.js';

/** SHA-256 over the canonical JSON (RFC 8785) of a plain value; runs in the workflow sandbox, where node:crypto does not. */
export function digestOf(value: unknown): Sha256 {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('only plain JSON has a digest');
  return bytesToHex(hashed(text)) as Sha256;
}

/** A number in [0, 1) that depends on a text and on nothing else: the first 48 bits of its SHA-256. */
export function fractionOf(text: string): number {
  const bytes = hashed(text);
  let number = 0;
  for (let index = 0; index < 6; index += 1) number = number * 256 + bytes[index]!;
  return number / 2 ** 48;
}

// Made once, because to make a hash and its buffers takes longer than to hash a short text, and a simulation hashes thousands.
const encoder = new TextEncoder();
const UNUSED = sha256.create();
const working = sha256.create();
const digest = new Uint8Array(sha256.outputLen);
const short = new Uint8Array(1024);

/** SHA-256 over a text's UTF-8; what it returns is overwritten by the next. */
function hashed(text: string): Uint8Array {
  UNUSED._cloneInto(working);
  working.update(bytesOf(text)).digestInto(digest);
  return digest;
}

function bytesOf(text: string): Uint8Array {
  // A unit of a text takes three bytes at most.
  if (text.length * 3 > short.length) return encoder.encode(text);
  return short.subarray(0, encoder.encodeInto(text, short).written);
}
