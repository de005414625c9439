import { putCorrectedAnew } from './decisions.js';
import type { InjuryCame } from './injury.js';
import { recordInjury } from './record-injury.js';
import { judged } from './take-mention.js';
import type { Turn } from './turn.js';

/**
 * Records somebody who was hurt, as a door was told: who was shown a smaller number of them is asked anew, and so are
 * authorities told. Where an entry of the tray told it, nobody is asked about that any more.
 */
export function takeInjury(turn: Turn, { injury, by, about }: InjuryCame): void {
  const { state } = turn;
  if (state.endedAt !== null) return;
  recordInjury(turn, injury, by);
  putCorrectedAnew(turn, state.facts, by);
  if (about !== null) judged(turn, { about, by, found: 'injury' });
}
