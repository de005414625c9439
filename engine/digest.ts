import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Sha256 } from './words.js';

/** SHA-256 over the canonical JSON (RFC 8785) of a plain value; runs in the workflow sandbox, where node:crypto does not. */
export function digestOf(value: unknown): Sha256 {
  return bytesToHex(hashed(canonicalJson(value))) as Sha256;
}

/** SHA-256 over a text's UTF-8. */
export function hashOf(text: string): Sha256 {
  return bytesToHex(hashed(text)) as Sha256;
}

/**
 * Canonical JSON text (RFC 8785) of a plain value. Of a value whose keys are all in order it is the text that
 * JSON.stringify writes, which takes a quarter of the time: pages of rows are made so, and have thousands.
 */
export function canonicalJson(value: unknown): string {
  if (isInOrder(value)) {
    const text = JSON.stringify(value);
    // Half of a pair of surrogates has no canonical text, and JSON.stringify writes it as an escape.
    if (!text.includes('\\ud')) return text;
  }
  return canonicalText(value);
}

/** What the library writes. That a value has no canonical text is a fault of who gives it, at any time. */
function canonicalText(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (failed) {
    throw new TypeError(`no canonical text: ${String(failed)}`);
  }
  if (text === undefined) throw new TypeError('no canonical text: this is no plain JSON');
  return text;
}

/** Whether a value is plain, and all keys in it are in order. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every(isInOrder);
  let last = '';
  for (const [key, inner] of Object.entries(value)) {
    if (key < last || !isInOrder(inner)) return false;
    last = key;
  }
  return !('toJSON' in value);
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
