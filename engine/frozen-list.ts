import { digestOf } from './digest.js';
import type { Fact } from './facts.js';
import type { Sha256, StepName } from './words.js';

/** So many rows of a frozen list stand together in one entry of the ledger at most: who reads it has one entry in memory. */
export const LISTED_MAX = 1_000;

/** The rows of a list that stand together. */
export type ListedPage = { rows: number; digest: Sha256 };

/** What a hash over a list covers: the digest of its rows, or of the digests of its pages where it has several. */
export function digestOfList(pages: ListedPage[]): Sha256 {
  const digests = pages.map(({ digest }) => digest);
  return digests.length === 1 ? digests[0]! : digestOf(digests);
}

/**
 * The facts of a list, one a page, in the store as in the simulator: the last rows stand with *recipients frozen*, which names
 * the pages before it.
 */
export function factsOfList(
  {
    step,
    revision,
    ...counts
  }: { step: StepName; revision: number } & Record<'recipients' | 'notTold' | 'unreachable', number>,
  pages: ListedPage[],
): Fact[] {
  const before = pages.slice(0, -1);
  const { digest } = pages.at(-1)!;
  const named = before.length > 0 && { before: { pages: before.length, digest: digestOfList(before) } };
  return [
    ...before.map(({ rows, digest: own }, index): Fact => {
      return { type: 'recipients listed', v: 1, step, revision, page: index + 1, listed: rows, digest: own };
    }),
    { type: 'recipients frozen', v: 1, step, revision, ...counts, digest, ...named },
  ];
}
