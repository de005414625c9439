import { RecallError } from '../engine/errors.js';
import { sharedRoles, unheldRoles, unheldWords } from '../engine/holders.js';
import type { Playbook } from '../engine/playbook.js';
import type { Roster } from '../engine/roster.js';
import { sharedWords, type SharedRoles } from '../engine/shared-roles.js';
import type { IsoInstant, PersonId } from '../engine/words.js';
import type { Refusal } from './refusal.js';

/**
 * Whether the people of a roster can run a playbook: every role that a step or a ladder could ask in vain, and where one
 * human is two of the people that a step needs. `shared` are those, which are refused unless the playbook allows them.
 */
export function peopleRefusals(
  playbook: Playbook,
  roster: Roster,
  place: { opener: PersonId | null; at: IsoInstant },
): { refusals: Refusal[]; shared: SharedRoles[] } {
  const refusals: Refusal[] = place.opener === null ? [] : strangerRefusals(roster, place.opener);
  const unheld = unheldRoles(playbook, roster, place);
  if (unheld.length > 0) {
    const error = {
      code: 'role-unheld' as const,
      message: unheld.map(unheldWords).join('; '),
      where: 'roster',
      expected: 'somebody who is there for every role that the playbook asks',
      remedy: 'import a roster that names them (recall import roster FILE); nothing was opened',
    };
    refusals.push({ kind: 'role-unheld', found: unheld.map(({ role }) => role), error });
  }
  const shared = sharedRoles(playbook, roster, place.opener);
  if (shared.length > 0 && playbook.samePerson === 'refused') {
    const error = {
      code: 'same-person' as const,
      message: shared.map(sharedWords).join('; '),
      where: 'roster',
      expected: 'people of their own where a step needs two',
      remedy:
        'import a roster with another person, or say `same-person: allowed` in the playbook, which the record then shows; nothing was opened',
    };
    refusals.push({ kind: 'same-person', found: shared.map(sharedWords), error });
  }
  return { refusals, shared };
}

/** Whoever is in the roster may open, and end what was opened before anybody outside is told. Throws `not-allowed`. */
export function requireInRoster(roster: Roster, person: PersonId): void {
  for (const { error } of strangerRefusals(roster, person)) throw new RecallError(error);
}

function strangerRefusals({ people }: Roster, person: PersonId): Refusal[] {
  if (people.some(({ id }) => id === person)) return [];
  const error = {
    code: 'not-allowed' as const,
    message: `${person} is not in the roster`,
    where: '--as',
    expected: people.map(({ id }) => id).join(', '),
    remedy: 'name a person of the roster, or import a roster that has this person',
  };
  return [{ kind: 'opener-unknown', found: [person], error }];
}
