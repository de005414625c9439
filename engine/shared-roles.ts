import type { PersonId, RoleName, StepName } from './words.js';

/** One human in roles that must be two people. `people`: the ids under which the roster has them. */
export type SharedRoles = { step: StepName; roles: RoleName[]; people: PersonId[] };

/** What is shared, in words that name ids and roles and nobody. */
export function sharedWords({ step, roles, people }: SharedRoles): string {
  const who = people.length > 1 ? `${people.join(' and ')} are one person` : `${people.join('')} is one person`;
  return `${step}: ${who} in ${roles.length > 1 ? `the roles ${roles.join(' and ')}` : `the role ${roles.join('')}`}`;
}
