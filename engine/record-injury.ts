import type { Facts } from './fact-changes.js';
import { INJURIES, type SaidInjury } from './injury.js';
import { say, type Turn } from './turn.js';
import type { PersonId } from './words.js';

/** Records somebody who was hurt. Where the playbook counts injuries, there are at least as many as are recorded. */
export function recordInjury(turn: Turn, injury: SaidInjury, by: PersonId): void {
  const { state } = turn;
  const n = state.injuries.length + 1;
  const counted = state.facts[INJURIES] ?? 0;
  const isCounted = state.playbook.facts[INJURIES]?.type === 'number';
  const facts: Facts = isCounted && typeof counted === 'number' && counted < n ? { [INJURIES]: n } : {};
  say(turn, { type: 'injury recorded', injury: { ...injury, n }, by, facts });
}
