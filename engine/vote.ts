import type { AskId, IsoInstant, PersonId, RoleName, Sha256 } from './words.js';

/** How a decision can go. */
export type Verb = 'approve' | 'reject';

/** A decision against something, with its reason by the salted hash of its text; null where none was given. */
export type Rejection = {
  at: IsoInstant;
  by: PersonId;
  onBehalfOf: PersonId | null;
  role: RoleName;
  reason: Sha256 | null;
};

export type Vote = {
  /** On which ask it was given. */
  ask: AskId;
  by: PersonId;
  role: RoleName;
  onBehalfOf: PersonId | null;
  verb: Verb;
  at: IsoInstant;
};
