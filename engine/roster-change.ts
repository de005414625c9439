import { reached } from './asks.js';
import type { AskedPerson } from './effects.js';
import type { RosterChanged } from './inputs.js';
import type { Ask } from './state.js';
import { isUnanswered, request, say, type Turn } from './turn.js';
import type { HeldRole } from './words.js';

/** Whether somebody who was asked would still be asked in the same place, as the holder or for that holder. */
function stillHolds({ holder, deputies }: HeldRole, { person, onBehalfOf }: AskedPerson): boolean {
  return onBehalfOf === null ? person === holder : onBehalfOf === holder && deputies.includes(person);
}

/** Whoever holds a role no more is no longer asked in it, and those who hold it now are asked what is still open. */
export function takeRosterChange(turn: Turn, { roles }: RosterChanged): void {
  if (turn.state.endedAt !== null) return;
  say(turn, { type: 'roster changed', roles });
  for (const ask of turn.state.asks.filter(isUnanswered)) {
    leave(
      turn,
      ask,
      ask.people.filter((one) => roles.some((held) => held.role === one.role && !stillHolds(held, one))),
    );
    // Who is being found meanwhile is looked at when they are found.
    if (ask.status === 'open') askAnew(turn, ask, roles);
  }
}

/** Of people whom an effect has found, those who held their roles before they were held otherwise: it may have read an older roster. */
export function foundTooEarly({ state }: Turn, reads: number | null, people: AskedPerson[]): AskedPerson[] {
  const since = state.held.filter((held) => reads !== null && reads < held.since);
  return people.filter((one) => since.some((held) => held.role === one.role && !stillHolds(held, one)));
}

/** They are asked no more; where others hold their roles, these are asked. */
export function replace(turn: Turn, ask: Ask, people: AskedPerson[]): void {
  leave(turn, ask, people);
  const roles = turn.state.held.filter(({ role }) => people.some((one) => one.role === role));
  if (isUnanswered(ask)) askAnew(turn, ask, roles);
}

function leave(turn: Turn, ask: Ask, people: AskedPerson[]): void {
  if (people.length === 0) return;
  say(turn, { type: 'people left', ask: ask.id, step: ask.step, people: people.map(({ person }) => person) });
}

function askAnew(turn: Turn, { id, step, role, climbed }: Ask, roles: HeldRole[]): void {
  const ask = turn.state.asks.find((one) => one.id === id)!;
  for (const to of reached(turn.state, ask)) {
    const asked = to === 'holder' || to === 'deputy' ? role : to;
    if (!roles.some((held) => held.role === asked)) continue;
    const exclude = [...ask.exclude, ...ask.people.map(({ person }) => person)];
    request(turn, step, 'askPeople', { ask: id, role, to, rung: climbed, exclude });
  }
}
