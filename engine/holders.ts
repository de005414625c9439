import { humanOf } from './one-human.js';
import type { Playbook, StepDefinition } from './playbook.js';
import { peopleForRole, type Roster } from './roster.js';
import type { SharedRoles } from './shared-roles.js';
import { modelOf } from './steps/models.js';
import { votesNeeded } from './votes.js';
import type { IsoInstant, PersonId, RoleName, StepName } from './words.js';

/** A role that steps of a playbook can ask, and for which nobody could answer. `away`: it is held, and all who hold it are absent. */
export type Unheld = { role: RoleName; steps: StepName[]; why: 'not held' | 'away' | 'held by the opener alone' };

/** `opener` is null where nobody opens anything yet. */
type Place = { opener: PersonId | null; at: IsoInstant };

/** Every role that the playbook can ask, by its steps or by the rungs of their ladders, and that nobody could answer for. */
export function unheldRoles(playbook: Playbook, roster: Roster, place: Place): Unheld[] {
  const found = new Map<RoleName, Unheld>();
  for (const step of playbook.steps)
    for (const role of rolesAsked(playbook, step)) {
      const why = whyUnheld(roster, role, step, place);
      if (why === null) continue;
      const known = found.get(role) ?? { role, steps: [], why };
      found.set(role, { ...known, steps: [...known.steps, step.name] });
    }
  return [...found.values()];
}

function whyUnheld(roster: Roster, role: RoleName, step: StepDefinition, { opener, at }: Place): Unheld['why'] | null {
  if (!roster.roles.some((one) => one.role === role)) return 'not held';
  const there = (['holder', 'deputy'] as const).flatMap((kind) => peopleForRole(roster, role, kind, at));
  if (there.length === 0) return 'away';
  const isOwn = modelOf(step.kind).asks(step).roles.includes(role);
  const isOpeners = there.every(({ person }) => person === opener);
  return isOwn && excludesOpener(step) && isOpeners ? 'held by the opener alone' : null;
}

/** The roles that a step asks, and those of the ladder that climbs when they stay silent. */
export function rolesAsked(playbook: Playbook, step: StepDefinition): RoleName[] {
  const { roles, escalation, alsoEscalates = [] } = modelOf(step.kind).asks(step);
  const ladders = [...new Set([escalation, ...alsoEscalates])];
  const rungs = ladders.flatMap((ladder) => (ladder === null ? [] : (playbook.escalations[ladder] ?? [])));
  const climbed = rungs.flatMap(({ to }) => (to === 'deputy' ? [] : [to as RoleName]));
  return [...new Set([...roles, ...climbed])];
}

function excludesOpener(step: StepDefinition): boolean {
  return step.kind === 'gate' && step.excludeOpener;
}

/** How many people a step needs at least, its opener counted where that one may not decide; 0 where nobody votes on it. */
export function peopleNeeded(step: StepDefinition): number {
  const approvers = modelOf(step.kind).votes?.(step);
  return approvers === undefined ? 0 : votesNeeded(approvers) + (excludesOpener(step) ? 1 : 0);
}

/**
 * Where one human could be two of the people that a step needs: under two ids of which both may be asked, or as the
 * holder of two roles that each have a vote.
 */
export function sharedRoles(playbook: Playbook, roster: Roster, opener: PersonId | null): SharedRoles[] {
  const humanBehind = humanOf(roster.people);
  return playbook.steps
    .filter((step) => peopleNeeded(step) > 1)
    .flatMap((step) => [
      ...underTwoIds(playbook, roster, { step, opener, humanBehind }),
      ...holdingTwoRoles(roster, step, humanBehind),
    ]);
}

type HumanBehind = ReturnType<typeof humanOf>;

function underTwoIds(
  playbook: Playbook,
  { roles }: Roster,
  { step, opener, humanBehind }: { step: StepDefinition; opener: PersonId | null; humanBehind: HumanBehind },
): SharedRoles[] {
  const asked = roles.filter(({ role }) => rolesAsked(playbook, step).includes(role));
  const people = new Set(asked.flatMap(({ holder, deputies }) => [holder, ...deputies]));
  if (opener !== null && excludesOpener(step)) people.add(opener);
  const humans = new Set([...people].map(humanBehind));
  return [...humans].flatMap((human): SharedRoles[] => {
    const ids = [...people].filter((person) => humanBehind(person) === human);
    if (ids.length < 2) return [];
    const held = asked.filter(({ holder, deputies }) => [holder, ...deputies].some((one) => ids.includes(one)));
    return [{ step: step.name, roles: held.map(({ role }) => role), people: ids }];
  });
}

function holdingTwoRoles({ roles }: Roster, step: StepDefinition, humanBehind: HumanBehind): SharedRoles[] {
  const approvers = modelOf(step.kind).votes?.(step);
  if (approvers === undefined || votesNeeded(approvers) < 2) return [];
  const voting = roles.filter(({ role }) => approvers.roles.includes(role));
  const holders = [...new Set(voting.map(({ holder }) => holder))];
  // So many votes of any of the roles can be had as long as that many people hold them.
  if (approvers.kind === 'any' && new Set(holders.map(humanBehind)).size >= approvers.count) return [];
  return holders.flatMap((holder): SharedRoles[] => {
    const held = voting.filter((one) => one.holder === holder).map(({ role }) => role);
    return held.length < 2 ? [] : [{ step: step.name, roles: held, people: [holder] }];
  });
}

/** Which role is asked in vain, and by which steps, in words. */
export function unheldWords({ role, steps, why }: Unheld): string {
  const asking = `which ${steps.join(', ')} ${steps.length > 1 ? 'ask' : 'asks'}`;
  switch (why) {
    case 'not held':
      return `nobody holds the role ${role}, ${asking}`;
    case 'away':
      return `whoever holds the role ${role}, ${asking}, is away, and nobody stands in`;
    case 'held by the opener alone':
      return `only the opener holds the role ${role}, ${asking}, and may not decide there`;
    default:
      return why satisfies never;
  }
}
