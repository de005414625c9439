import type { LedgerEntry } from '../engine/facts.js';
import type { Sha256 } from '../engine/words.js';
import { canonicalJson } from '../engine/digest.js';
import { sha256Hex } from './canonical.js';

/** What the first entry of a chain names as the hash before it. */
export const CHAIN_START = '0'.repeat(64) as Sha256;

/** Hash of a ledger entry: over the hash before it and all of the entry but its rows and its wall time, which may be erased or differ. */
export function chainHash(
  prev: Sha256,
  entry: Pick<LedgerEntry, 'recallId' | 'link' | 'stream' | 'number' | 'at' | 'body'>,
): Sha256 {
  const { recallId, link, stream, number, at, body } = entry;
  return sha256Hex(prev + canonicalJson({ recallId, link, stream, number, at, body }));
}

export type Verification = {
  entries: number;
  events: number;
  facts: number;
  verified: boolean;
  /** The first line that does not hold, and why. */
  broken: { line: number; why: string } | null;
};

/** Verifies an exported ledger from nothing but its lines: chain, numbers, and the digest of the rows that are there. */
export function verifyLedger(lines: Iterable<string>): Verification {
  const numbers = new Map<string, number>();
  let prev = CHAIN_START;
  let entries = 0;
  let recallId: string | null = null;
  for (const text of lines) {
    if (text.trim() === '') continue;
    entries += 1;
    const why = fault(text, { link: entries, prev, numbers, recallId });
    if (why !== null) return { ...counts(numbers, entries - 1), verified: false, broken: { line: entries, why } };
    const entry = JSON.parse(text) as LedgerEntry;
    prev = entry.hash;
    recallId = entry.recallId;
    numbers.set(entry.stream, entry.number);
  }
  if (entries === 0) return { ...counts(numbers, 0), verified: false, broken: { line: 1, why: 'the export is empty' } };
  return { ...counts(numbers, entries), verified: true, broken: null };
}

type Expected = { link: number; prev: Sha256; numbers: Map<string, number>; recallId: string | null };

function fault(text: string, expected: Expected): string | null {
  let entry: LedgerEntry;
  let body: { digest?: string; seq?: number };
  try {
    entry = JSON.parse(text) as LedgerEntry;
    body = JSON.parse(entry.body) as { digest?: string; seq?: number };
  } catch {
    return 'not a ledger entry';
  }
  if (typeof body !== 'object' || body === null) return 'not a ledger entry';
  if (expected.recallId !== null && entry.recallId !== expected.recallId) return 'an entry of another recall';
  if (entry.link !== expected.link) return `link ${entry.link} where ${expected.link} was expected`;
  if (entry.prev !== expected.prev) return 'it does not name the hash of the entry before it';
  if (entry.hash !== chainHash(entry.prev, entry)) return 'its content does not give its hash';
  const number = (expected.numbers.get(entry.stream) ?? 0) + 1;
  if (entry.number !== number) return `number ${entry.number} of ${entry.stream} where ${number} was expected`;
  if (entry.stream === 'events' && body.seq !== entry.number) return 'the event carries another number';
  if ((entry.rows ?? null) !== null && body.digest !== sha256Hex(canonicalJson(entry.rows)))
    return 'its rows do not give its digest';
  return null;
}

function counts(numbers: Map<string, number>, entries: number): { entries: number; events: number; facts: number } {
  const events = numbers.get('events') ?? 0;
  return { entries, events, facts: entries - events };
}
