import { fractionOf } from '../../engine/digest.js';
import { durationMs, epochMs, instantOf, type IsoInstant } from '../../engine/words.js';
import type { Delay } from './schema.js';

const MINUTE = 60_000;

/**
 * A number in [0, 1) that depends on the seed and on who is asked what, and on nothing else. A list of texts and numbers
 * is canonical JSON as it is written.
 */
export function fraction(seed: number, ...question: (string | number)[]): number {
  return fractionOf(JSON.stringify([seed, ...question]));
}

/** The instant a drawn delay after `at`, in whole minutes, because people do not answer by the millisecond. */
export function afterDelay(at: IsoInstant, delay: Delay, drawn: number): IsoInstant {
  const from = durationMs(delay.from)!;
  const span = durationMs(delay.to)! - from;
  const minutes = Math.max(1, Math.round((from + span * drawn) / MINUTE));
  return instantOf(epochMs(at) + minutes * MINUTE);
}
