import type { IsoInstant, PersonId, RoleName } from './words.js';

export type Vote = {
  by: PersonId;
  role: RoleName;
  onBehalfOf: PersonId | null;
  outcome: 'approve' | 'reject';
  at: IsoInstant;
};
