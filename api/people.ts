import { RecallError } from '../engine/errors.js';
import { sharedRoles, unheldRoles, unheldWords } from '../engine/holders.js';
import type { Playbook } from '../engine/playbook.js';
import type { Roster } from '../engine/roster.js';
import { sharedWords, type SharedRoles } from '../engine/shared-roles.js';
import type { IsoInstant, PersonId } from '../engine/words.js';

/**
 * Whether the people of a roster can run a playbook. Gives where one human is two of the people that a step needs, which
 * is empty unless the playbook allows it. Throws `role-unheld` with every role that a step or a ladder could ask in vain,
 * and `same-person`.
 */
export function requirePeople(
  playbook: Playbook,
  roster: Roster,
  place: { opener: PersonId; at: IsoInstant },
): SharedRoles[] {
  const unheld = unheldRoles(playbook, roster, place);
  if (unheld.length > 0) {
    throw new RecallError({
      code: 'role-unheld',
      message: unheld.map(unheldWords).join('; '),
      where: 'roster',
      expected: 'somebody who is there for every role that the playbook asks',
      remedy: 'import a roster that names them (recall import roster FILE); nothing was opened',
    });
  }
  const shared = sharedRoles(playbook, roster, place.opener);
  if (shared.length > 0 && playbook.samePerson === 'refused') {
    throw new RecallError({
      code: 'same-person',
      message: shared.map(sharedWords).join('; '),
      where: 'roster',
      expected: 'people of their own where a step needs two',
      remedy:
        'import a roster with another person, or say `same-person: allowed` in the playbook, which the record then shows; nothing was opened',
    });
  }
  return shared;
}

/** Whoever is in the roster may open, and end what was opened before anybody outside is told. Throws `not-allowed`. */
export function requireInRoster({ people }: Roster, person: PersonId): void {
  if (people.some(({ id }) => id === person)) return;
  throw new RecallError({
    code: 'not-allowed',
    message: `${person} is not in the roster`,
    where: '--as',
    expected: people.map(({ id }) => id).join(', '),
    remedy: 'name a person of the roster, or import a roster that has this person',
  });
}
