import type { LedgerEntry } from './facts.js';
import type { Json } from './words.js';

/**
 * What two runs of the same recall may differ in: wall time, generated ids, tokens and everything hashed over them,
 * attempts, and where a page of rows ends. `documents` are lists of generated files with their hashes.
 */
const DROPPED_FIELDS = [
  'recallId',
  'messageId',
  'digest',
  'sha256',
  'shown',
  'hash',
  'token',
  'comment',
  'list',
  'consent',
  'documents',
];
const HASH = /^[0-9a-f]{64}$/;
/** Counts of a page, which its rows give again. */
const PAGE_COUNTS = ['notices', 'delivered', 'refused', 'deferred', 'egressRefused', 'handed', 'suppressed'];
/** What only a crash, a refused send or an outage leaves behind. */
const DROPPED_ENTRIES = ['notices in doubt', 'egress refused', 'channel away', 'channel back', 'outage told'];

export type Projected = { at: string; stream: string; number: number; body: Json };

/** A ledger as two runs can be compared by: ordered by instant, stream and number, without what `DROPPED_*` name. */
export function project(entries: LedgerEntry[]): Projected[] {
  const kept = entries
    .map((entry) => ({ entry, body: JSON.parse(entry.body) as { type: string; [key: string]: Json } }))
    .filter(({ body }) => !DROPPED_ENTRIES.includes(body.type))
    .sort((a, b) => compare(a.entry, b.entry));
  const numbers = new Map<string, number>();
  return kept.flatMap(({ entry, body }) =>
    linesOf(entry, body).map((line): Projected => {
      const number = (numbers.get(entry.stream) ?? 0) + 1;
      numbers.set(entry.stream, number);
      return { at: entry.at, stream: entry.stream, number, body: stripped(line) };
    }),
  );
}

/** The first difference of two projected ledgers in words, or null where they agree. */
export function firstDifference(a: Projected[], b: Projected[]): string | null {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [left, right] = [JSON.stringify(a[index] ?? null), JSON.stringify(b[index] ?? null)];
    if (left !== right) return `line ${index + 1}:\n  ${left}\n  ${right}`;
  }
  return null;
}

function compare(a: LedgerEntry, b: LedgerEntry): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.stream !== b.stream) return a.stream < b.stream ? -1 : 1;
  return a.number - b.number;
}

/** A page of rows is as many lines as it has rows. */
function linesOf(entry: LedgerEntry, body: { type: string; [key: string]: Json }): Json[] {
  if (entry.rows === null) return [body];
  const common = Object.fromEntries(Object.entries(body).filter(([key]) => !PAGE_COUNTS.includes(key)));
  return entry.rows.map((row) => ({ ...common, row: row as unknown as Json }));
}

function stripped(value: Json): Json {
  if (Array.isArray(value)) return value.map(stripped);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(
    ([key, inner]) => !DROPPED_FIELDS.includes(key) && !isReasonText(key, inner),
  );
  return Object.fromEntries(kept.map(([key, inner]): [string, Json] => [key, stripped(inner)]).sort(byKey));
}

/** The reason of a decision is a hash salted for its recall; the reason of a refusal is a word that must agree. */
function isReasonText(key: string, value: Json): boolean {
  return key === 'reason' && (value === null || (typeof value === 'string' && HASH.test(value)));
}

function byKey([a]: [string, Json], [b]: [string, Json]): number {
  return a < b ? -1 : 1;
}
