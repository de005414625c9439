import { mayActAlone } from './asks.js';
import type { Approvers } from './steps/definition.js';
import type { Ask, RecallState } from './state.js';
import type { Vote } from './vote.js';

/** What the votes cast so far come to. One person has one vote (see `mayAnswer`), whatever roles they hold: four eyes are two people. */
export function standing(
  state: RecallState,
  approvers: Approvers,
  votes: Vote[],
  asks: Ask[],
): { is: 'open' } | { is: 'rejected' } | { is: 'approved'; alone: boolean } {
  if (votes.some((vote) => vote.verb === 'reject')) return { is: 'rejected' };
  if (votes.some((vote) => asks.some((ask) => mayActAlone(state, ask, vote.by))))
    return { is: 'approved', alone: true };
  const enough =
    approvers.kind === 'all'
      ? approvers.roles.every((role) => votes.some((vote) => vote.role === role))
      : votes.length >= approvers.count;
  return enough ? { is: 'approved', alone: false } : { is: 'open' };
}

/** How many votes it takes. */
export function votesNeeded(approvers: Approvers): number {
  return approvers.kind === 'all' ? approvers.roles.length : approvers.count;
}
