import { mayActAlone } from '../asks.js';
import type { Approvers } from '../playbook.js';
import type { Ask, RecallState, Vote } from '../state.js';

/** What the votes cast so far come to. One person counts once, whatever roles they hold: four eyes are two people. */
export function standing(
  state: RecallState,
  approvers: Approvers,
  votes: Vote[],
  asks: Ask[],
): { is: 'open' } | { is: 'rejected' } | { is: 'approved'; alone: boolean } {
  if (votes.some((vote) => vote.outcome === 'reject')) return { is: 'rejected' };
  if (votes.some((vote) => asks.some((ask) => mayActAlone(state, ask, vote.by))))
    return { is: 'approved', alone: true };
  const enough =
    approvers.kind === 'all'
      ? approvers.roles.every((role) => votes.some((vote) => vote.role === role))
      : new Set(votes.map((vote) => vote.by)).size >= approvers.count;
  return enough ? { is: 'approved', alone: false } : { is: 'open' };
}
