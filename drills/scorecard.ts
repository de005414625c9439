import type { Fact, LedgerEntry, NoticeRow } from '../engine/facts.js';
import { measure, type Measures } from '../engine/measures.js';
import { verifyLedger } from '../trust/chain.js';
import { publicKeysOf } from '../trust/checkpoints.js';
import type { Wire } from './far-ends/far-ends.js';

/** A drill in numbers: what its exported ledger says, beside what the far ends of its wires counted. */
export type Scorecard = Omit<Measures, 'notices' | 'ledger'> & {
  seed: number;
  notices: Measures['notices'] & {
    /** Messages that the store calls delivered and the wire never saw, and the reverse. */
    lost: number;
  };
  wire: Omit<Wire, 'messageIds'>;
  /** `checkpoints` and whether all of them hold beside it; null where the key that signs is not known. */
  ledger: Measures['ledger'] & {
    verified: boolean;
    checkpoints: { held: number; through: number; all: boolean } | null;
  };
  documents: string[];
};

/** Computes the scorecard from an exported ledger and the wire's own counts. Throws where the export is no recall's. */
export function scorecard(
  lines: string[],
  {
    seed,
    wire,
    documents,
    checkpointKey = null,
  }: { seed: number; wire: Wire; documents: string[]; checkpointKey?: string | null },
): Scorecard {
  const entries = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as LedgerEntry);
  const { notices, ledger, ...measures } = measure(entries);
  const { messageIds, ...counts } = wire;
  return {
    ...measures,
    seed,
    notices: { ...notices, lost: lostBetween(deliveredIds(entries), messageIds) },
    wire: counts,
    ledger: { ...ledger, verified: verifyLedger(lines).verified, checkpoints: checkpointsIn(lines, checkpointKey) },
    documents,
  };
}

function checkpointsIn(lines: string[], key: string | null): Scorecard['ledger']['checkpoints'] {
  if (key === null) return null;
  const { verified, attested } = verifyLedger(lines, { keys: publicKeysOf([key]) });
  const { decisions, roots, through } = attested!;
  return { held: decisions + roots, through, all: verified };
}

/** Message-IDs of all that the store calls delivered: notices, asks, reports. */
export function deliveredIds(entries: LedgerEntry[]): Set<string> {
  const ids = new Set<string>();
  for (const { body, rows, stream } of entries) {
    if (stream === 'events') continue;
    const fact = JSON.parse(body) as Fact;
    if ((fact.type === 'person told' || fact.type === 'filing sent') && fact.outcome === 'delivered')
      ids.add(fact.messageId);
    if (fact.type === 'notices settled')
      for (const row of (rows ?? []) as NoticeRow[]) if (row.outcome === 'delivered') ids.add(row.messageId);
  }
  return ids;
}

function lostBetween(store: ReadonlySet<string>, wire: ReadonlyMap<string, number>): number {
  const [kept, seen] = [ownParts(store), ownParts(wire.keys())];
  const unseen = [...kept].filter((id) => !seen.has(id)).length;
  const unknown = [...seen].filter((id) => !kept.has(id)).length;
  return unseen + unknown;
}

/** The part of each id that is a message's own. With it alone goes what needs no domain. */
function ownParts(ids: Iterable<string>): Set<string> {
  return new Set(Array.from(ids, (id) => id.replace(/^</, '').split('@')[0]!));
}
