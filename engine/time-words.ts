import { counted } from './counted.js';
import { durationMs, elapsed, type IsoDuration, type IsoInstant } from './words.js';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;
/** After the two largest units nobody cares for the rest. */
const UNITS_SAID_MAX = 2;

/** An instant for readers of any zone, in UTC: `2026-09-10 16:00:00+00:00`. */
export function utcWords(instant: IsoInstant): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}+00:00`;
}

/** A duration in English, in the units it was written in where it has but one: `24 hours` for `PT24H`, `1 day 2 hours` for `P1DT2H33M`. */
export function durationWords(duration: IsoDuration): string {
  const ms = durationMs(duration);
  if (ms === null) return duration;
  const written = /^P(?:T)?(\d+)([DHMS])$/.exec(duration);
  if (written) return counted(Number(written[1]), UNITS['DHMS'.indexOf(written[2]!)]![0]);
  const said: string[] = [];
  let rest = ms;
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) said.push(counted(count, unit));
    else if (said.length > 0) break;
  }
  return said.length === 0 ? '0 seconds' : said.slice(0, UNITS_SAID_MAX).join(' ');
}

/** How an instant lies to now: `in 2 hours`, `overdue by 2 hours`, `now`. */
export function dueWords(dueAt: IsoInstant, now: IsoInstant): string {
  if (dueAt === now) return 'now';
  return dueAt > now ? `in ${durationWords(elapsed(now, dueAt))}` : `overdue by ${durationWords(elapsed(dueAt, now))}`;
}
