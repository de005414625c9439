import type { AskedPerson } from './effects.js';
import { epochMs, type HeldRole, type IsoInstant, type PersonId, type RoleName } from './words.js';

export type RosterPerson = { id: PersonId; name: string; email: string; phone: string | null; zone: string };
export type RosterRole = { role: RoleName; holder: PersonId; deputies: PersonId[] };
export type Absence = { person: PersonId; from: IsoInstant; to: IsoInstant };

/** Which people hold which roles now, their deputies and absences. */
export type Roster = { people: RosterPerson[]; roles: RosterRole[]; absences: Absence[] };

/** Who answers for a role at an instant. A deputy speaks for the holder; an absent holder's deputies are asked at once. */
export function peopleForRole(
  { roles, absences }: Pick<Roster, 'roles' | 'absences'>,
  role: RoleName,
  kind: 'holder' | 'deputy',
  now: IsoInstant,
): { person: PersonId; onBehalfOf: PersonId | null }[] {
  const at = epochMs(now);
  const isAbsent = (person: PersonId): boolean =>
    absences.some((one) => one.person === person && epochMs(one.from) <= at && at < epochMs(one.to));
  return roles
    .filter((one) => one.role === role)
    .flatMap(({ holder, deputies }): { person: PersonId; onBehalfOf: PersonId | null }[] => {
      if (kind === 'holder' && !isAbsent(holder)) return [{ person: holder, onBehalfOf: null }];
      return deputies.filter((deputy) => !isAbsent(deputy)).map((person) => ({ person, onBehalfOf: holder }));
    });
}

/** Whom an ask goes to: the holders or deputies of its own role, or the holders of another role on the ladder. */
export function peopleToAsk(
  roster: Pick<Roster, 'roles' | 'absences'>,
  { role, to, exclude }: { role: RoleName; to: 'holder' | 'deputy' | RoleName; exclude: PersonId[] },
  now: IsoInstant,
): AskedPerson[] {
  const [asked, kind] =
    to === 'holder' || to === 'deputy' ? [role, to as 'holder' | 'deputy'] : [to, 'holder' as const];
  return peopleForRole(roster, asked, kind, now)
    .filter(({ person }) => !exclude.includes(person))
    .map((one) => ({ ...one, role: asked }));
}

/** The roles that other people hold, stand in for or answer for at an instant than before; `before` null where there was no roster. */
export function changedRoles(before: Roster | null, after: Roster, at: IsoInstant): HeldRole[] {
  const names = new Set([...(before?.roles ?? []), ...after.roles].map(({ role }) => role));
  return [...names]
    .filter((role) => heldText(before, role, at) !== heldText(after, role, at))
    .map((role) => heldIn(after, role));
}

function heldIn(roster: Roster | null, role: RoleName): HeldRole {
  const found = roster?.roles.find((one) => one.role === role);
  return found ? { role, holder: found.holder, deputies: found.deputies } : { role, holder: null, deputies: [] };
}

function heldText(roster: Roster | null, role: RoleName, at: IsoInstant): string {
  const answering = (['holder', 'deputy'] as const).map((kind) => roster && peopleForRole(roster, role, kind, at));
  return JSON.stringify([heldIn(roster, role), answering]);
}

/** Who holds a role or stands in for its holder. */
export function membersOf({ holder, deputies }: HeldRole): HeldRole['deputies'] {
  return holder === null ? deputies : [holder, ...deputies];
}
