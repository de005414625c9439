import type { AskId, IsoInstant, PersonId, RoleName } from './words.js';

/** How a decision can go. */
export type Verb = 'approve' | 'reject';

export type Vote = {
  /** On which ask it was given. */
  ask: AskId;
  by: PersonId;
  role: RoleName;
  onBehalfOf: PersonId | null;
  verb: Verb;
  at: IsoInstant;
};
