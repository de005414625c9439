import type { LedgerEntry } from '../engine/facts.js';
import type { Sha256 } from '../engine/words.js';
import { CHAIN_START } from './canonical.js';
import { checkpointHash, checkpointSchema, isSigned, type Checkpoint, type PublicKeys } from './checkpoints.js';

/** What the checkpoints of an export come to. */
export type Attested = {
  /** Up to this link, the last that a checkpoint holds for, the entries are those that were signed; 0 where none does. */
  through: number;
  /** How many hold. */
  decisions: number;
  roots: number;
};
type Fault = { what: 'checkpoint' | 'checkpoint-missing'; why: string };
type Find = (line: number, fault: Fault) => void;

/** Checks the checkpoints that stand with the entries of an export, in the order of the chain. */
export type AttestationCheck = {
  take: (entry: LedgerEntry & { checkpoints?: unknown[] }, line: number, isDecision: boolean) => void;
  hashes: () => ReadonlySet<string>;
  end: (line: number) => Attested;
};

type Kept = { line: number; hash: Sha256; previous: Sha256 };
type KeptRoot = Kept & { before: number; checkpoint: Sha256 | null };

/** Without keys it is checked what they say of the chain and of each other, and not whether they were signed. */
export function createAttestationCheck(keys: PublicKeys | null, find: Find): AttestationCheck {
  const decisions = new Map<number, Kept>();
  const roots = new Map<number, KeptRoot>();
  const hashes = new Set<string>();
  const attested: Attested = { through: 0, decisions: 0, roots: 0 };

  const takeOne = (one: Checkpoint, entry: LedgerEntry, line: number): void => {
    const name = one.kind === 'decision' ? `checkpoint ${one.n}` : `root ${one.n}`;
    const said = one.kind === 'decision' ? one : one.chains.find((chain) => chain.recall === entry.recallId);
    const kept: Kept = { line, hash: checkpointHash(one), previous: one.previous };
    const known: Map<number, Kept> = one.kind === 'decision' ? decisions : roots;
    if (known.has(one.n)) return find(line, { what: 'checkpoint', why: `there is a ${name} before it` });
    if (one.kind === 'decision') decisions.set(one.n, kept);
    else if (said && 'before' in said) roots.set(one.n, { ...kept, before: said.before, checkpoint: said.checkpoint });
    hashes.add(kept.hash);
    const why = whyNot(one, said, entry);
    if (why !== null) return find(line, { what: 'checkpoint', why: `${name} ${why}` });
    attested.through = Math.max(attested.through, entry.link);
    attested[one.kind === 'decision' ? 'decisions' : 'roots'] += 1;
  };

  const whyNot = (
    one: Checkpoint,
    said: { recall: string; link: number; hash: string } | undefined,
    { recallId, link, hash }: LedgerEntry,
  ): string | null => {
    if (said?.recall !== recallId) return 'is of another recall';
    if (keys !== null) {
      const key = keys.get(one.key);
      if (key === undefined) return `was signed with another key, ${one.key}`;
      if (!isSigned(one, key)) return 'has a signature that does not hold';
    }
    if (said.link > link) return `is of link ${said.link}, which is not there`;
    if (said.link < link) return `is of link ${said.link}, and stands at another`;
    if (said.hash === hash) return null;
    const from = attested.through + 1;
    const entries = from < link ? `an entry from link ${from} to ${link} was` : `entry ${link} was`;
    return `was signed over another hash: ${entries} changed, added or removed since`;
  };

  return {
    take(entry, line, isDecision) {
      const first = decisions.size + roots.size === 0;
      const read = (entry.checkpoints ?? []).map((one) => checkpointSchema.safeParse(one));
      for (const { data } of read) {
        if (data) takeOne(data, entry, line);
        else find(line, { what: 'checkpoint', why: 'it carries a checkpoint that is none' });
      }
      const isSignedOver = read.some(({ data }) => data?.kind === 'decision' && data.link === entry.link);
      // Before the first of all there may have been no key.
      if (keys !== null && isDecision && !isSignedOver && !first)
        find(line, {
          what: 'checkpoint-missing',
          why: 'a decision without its checkpoint, though earlier entries have one',
        });
    },
    hashes: () => hashes,
    end(line) {
      for (const [n, { line: at, previous }] of decisions) {
        const before = n === 1 ? CHAIN_START : decisions.get(n - 1)?.hash;
        if (before === undefined)
          find(at, {
            what: 'checkpoint-missing',
            why: `checkpoint ${n - 1}, the one before checkpoint ${n}, is missing`,
          });
        else if (before !== previous)
          find(at, { what: 'checkpoint', why: `checkpoint ${n} does not name the hash of the one before it` });
      }
      const signedHashes = new Set([...decisions.values()].map(({ hash }) => hash));
      for (const [n, { line: at, before, checkpoint, previous }] of roots) {
        if (before > 0 && !roots.has(before))
          find(at, {
            what: 'checkpoint-missing',
            why: `root ${before}, the last of this recall before root ${n}, is missing`,
          });
        const neighbour = n === 1 ? CHAIN_START : roots.get(n - 1)?.hash;
        if (neighbour !== undefined && neighbour !== previous)
          find(at, { what: 'checkpoint', why: `root ${n} does not name the hash of the one before it` });
        if (checkpoint !== null && !signedHashes.has(checkpoint))
          find(at, { what: 'checkpoint-missing', why: `the last checkpoint that root ${n} names is missing` });
      }
      if (keys !== null && attested.through === 0)
        find(Math.max(line, 1), { what: 'checkpoint-missing', why: 'no entry is attested: no checkpoint of it holds' });
      return attested;
    },
  };
}
