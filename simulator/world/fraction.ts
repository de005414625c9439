import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { durationMs, epochMs, instantOf, type IsoInstant } from '../../engine/words.js';
import type { Delay } from './schema.js';

const MINUTE = 60_000;

/**
 * A number in [0, 1) that depends on the seed and on who is asked what, and on nothing else: the first 48 bits of the
 * digest of the question. A list of texts and numbers is canonical JSON as it is written, and half of a simulation is this.
 */
export function fraction(seed: number, ...question: (string | number)[]): number {
  const bytes = sha256(utf8ToBytes(JSON.stringify([seed, ...question])));
  let number = 0;
  for (let index = 0; index < 6; index += 1) number = number * 256 + bytes[index]!;
  return number / 2 ** 48;
}

/** The instant a drawn delay after `at`, in whole minutes, because people do not answer by the millisecond. */
export function afterDelay(at: IsoInstant, delay: Delay, drawn: number): IsoInstant {
  const from = durationMs(delay.from)!;
  const span = durationMs(delay.to)! - from;
  const minutes = Math.max(1, Math.round((from + span * drawn) / MINUTE));
  return instantOf(epochMs(at) + minutes * MINUTE);
}
