import type { RecallEvent } from './events.js';
import type { Fact, LedgerEntry } from './facts.js';
import { epochMs } from './words.js';

/** An entry of a ledger beside what its body says. */
export type Entry<B> = { entry: Omit<LedgerEntry, 'body'>; body: B };

/** What a recall's ledger holds, read: what the engine decided and what the store saw, each in its order. */
export type Entries = { events: Entry<RecallEvent>[]; facts: Entry<Fact>[] };

/** Reads the entries of one recall's export. */
export function readEntries(entries: LedgerEntry[]): Entries {
  const read: Entries = { events: [], facts: [] };
  for (const entry of entries) {
    if (entry.stream === 'events') read.events.push({ entry, body: JSON.parse(entry.body) as RecallEvent });
    else read.facts.push({ entry, body: JSON.parse(entry.body) as Fact });
  }
  return read;
}

/** The entries of one type. */
export function pick<B extends { type: string }, T extends B['type']>(
  entries: Entry<B>[],
  type: T,
): Entry<Extract<B, { type: T }>>[] {
  return entries.filter(({ body }) => body.type === type) as Entry<Extract<B, { type: T }>>[];
}

/** Seconds between the writing of two entries, by the wall clock. */
export function wallSeconds(from: Pick<LedgerEntry, 'wall'>, to: Pick<LedgerEntry, 'wall'>): number {
  return round(Math.max(0, epochMs(to.wall) - epochMs(from.wall)) / 1000);
}

/** A number with two decimals. */
export function round(number: number): number {
  return Math.round(number * 100) / 100;
}

export function sum<T>(list: T[], of: (one: T) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
