import { createHmac } from 'node:crypto';
import { canonicalJson } from '../engine/digest.js';
import type { AskId, PersonId, RecallId, RecipientId, Sha256, StepName } from '../engine/words.js';
import { sha256Hex } from './canonical.js';
import { keyOf, type KeyRing } from './keys.js';

/**
 * What a link lets its holder do: decide on an ask or answer it, as its form wants. A question that is put anew is another
 * question, and what was shown is part of it.
 */
export type DecisionLink = { use: 'decision'; recallId: RecallId; ask: AskId; person: PersonId; shown: Sha256 };
export type ResponseLink = {
  use: 'response';
  recallId: RecallId;
  step: StepName;
  revision: number;
  recipient: RecipientId;
};
export type Link = DecisionLink | ResponseLink;

/** As many bits as nobody can guess; in a path they are 22 characters. */
const ID_BYTES = 16;
const PATHS = { decision: '/d/', response: '/r/' } as const satisfies Record<Link['use'], string>;

/**
 * The path of a link: one id that follows from the key and from what the link means, so that the same link can be made
 * again after a doubt. Nothing can be read in it, and it means something only where its hash is kept.
 */
export function linkPath(ring: KeyRing, link: Link): string {
  return `${PATHS[link.use]}${linkIdOf(ring, link)}`;
}

/** Where a recipient's link leads that came in as this id. */
export function linkAddress(id: string): string {
  return `${PATHS.response}${id}`;
}

/** A path as long as that of every link for recipients, which opens nothing. */
export function exampleLinkPath(): string {
  return `${PATHS.response}${'x'.repeat(Buffer.alloc(ID_BYTES).toString('base64url').length)}`;
}

/** What the row of a link is found by. */
export function linkHash(id: string): Sha256 {
  return sha256Hex(id);
}

export function linkIdOf(ring: KeyRing, link: Link): string {
  const mac = createHmac('sha256', keyOf(ring, ring.current)!).update(canonicalJson(link)).digest();
  return mac.subarray(0, ID_BYTES).toString('base64url');
}
