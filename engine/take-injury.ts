import { putCorrectedAnew } from './decisions.js';
import type { Facts } from './fact-changes.js';
import { INJURIES, type InjuryCame } from './injury.js';
import { say, type Turn } from './turn.js';

/**
 * Records somebody who was hurt. Where the playbook counts injuries, there are at least as many as are recorded: who was
 * told of fewer is asked anew, and so are authorities told.
 */
export function takeInjury(turn: Turn, { injury, by }: InjuryCame): void {
  const { state } = turn;
  if (state.endedAt !== null) return;
  const n = state.injuries.length + 1;
  const counted = state.facts[INJURIES] ?? 0;
  const isCounted = state.playbook.facts[INJURIES]?.type === 'number';
  const facts: Facts = isCounted && typeof counted === 'number' && counted < n ? { [INJURIES]: n } : {};
  say(turn, { type: 'injury recorded', injury: { ...injury, n }, by, facts });
  putCorrectedAnew(turn, state.facts, by);
}
