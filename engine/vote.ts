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

/** An error that a check found and a person accepts all the same: the rule's id, and the salted hash of the reason's text. */
export type AcceptedError = { rule: string; reason: Sha256 };

export type Vote = {
  /** On which ask it was given. */
  ask: AskId;
  by: PersonId;
  role: RoleName;
  onBehalfOf: PersonId | null;
  verb: Verb;
  /** Ids of the rules whose errors were accepted with it. */
  accepts: string[];
  at: IsoInstant;
};
