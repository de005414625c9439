import type { IsoInstant } from '../engine/words.js';
import { localWords } from '../regulations/deadline.js';

/** The zone of whoever is not known to sit in one. */
export const NO_ZONE = 'UTC';

/** An instant as its reader has it on the clock, with the offset from UTC: `2026-09-10 17:00:00+01:00`. */
export function instantText(instant: IsoInstant, zone: string): string {
  return localWords(instant, zone);
}
