import type { RecallEvent } from './events.js';
import type { Fact, LedgerEntry } from './facts.js';
import { epochMs } from './words.js';

/** An entry of a ledger beside what its body says. */
export type Entry<B> = { entry: LedgerEntry; body: B };

/** What a recall's ledger holds, read: what the engine decided and what the store saw, each in its order. */
export type Entries = { events: Entry<RecallEvent>[]; facts: Entry<Fact>[] };

/** Reads the entries of one recall's export. */
export function readEntries(entries: LedgerEntry[]): Entries {
  const events = entries
    .filter(({ stream }) => stream === 'events')
    .map((entry) => ({ entry, body: JSON.parse(entry.body) as RecallEvent }));
  const facts = entries
    .filter(({ stream }) => stream !== 'events')
    .map((entry) => ({ entry, body: JSON.parse(entry.body) as Fact }));
  return { events, facts };
}

/** The entries of one type. */
export function pick<B extends { type: string }, T extends B['type']>(
  entries: Entry<B>[],
  type: T,
): Entry<Extract<B, { type: T }>>[] {
  return entries.filter(({ body }) => body.type === type) as Entry<Extract<B, { type: T }>>[];
}

/** Seconds between the writing of two entries, by the wall clock. */
export function wallSeconds(from: LedgerEntry, to: LedgerEntry): number {
  return round(Math.max(0, epochMs(to.wall) - epochMs(from.wall)) / 1000);
}

/** A number with two decimals. */
export function round(number: number): number {
  return Math.round(number * 100) / 100;
}

export function sum<T>(list: T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
