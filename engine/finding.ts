import type { IsoInstant, PersonId, RoleName, Sha256 } from './words.js';

/** What quality attaches to a recall, in the order in which reports say it: what was tested, why it came to this, and what is done about that. */
export const FINDING_KINDS = ['tested', 'root-cause', 'corrective-action'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/**
 * What somebody of the role that judges the risk says of it. `text` is the salted hash of the words, which are a row of the
 * store; the file is evidence, kept as a document under its hash.
 */
export type Finding = {
  kind: FindingKind;
  by: PersonId;
  role: RoleName;
  text: Sha256;
  file: { name: string; sha256: Sha256 } | null;
};

/** A finding as it was attached. A later one of its kind stands beside it: what was known when is part of the record. */
export type AttachedFinding = Finding & { at: IsoInstant };

/** A finding with its words; null where they have been erased. */
export type ReadFinding = AttachedFinding & { words: string | null };

const TITLES: Record<FindingKind, string> = {
  tested: 'What was tested',
  'root-cause': 'Root cause',
  'corrective-action': 'Corrective action',
};

/** What a kind of finding is called where people read it. */
export function findingTitle(kind: FindingKind): string {
  return TITLES[kind];
}
