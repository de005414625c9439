import { Temporal } from 'temporal-polyfill';
import { instantOf, secondsAfter, type IsoInstant } from '../engine/words.js';

const HOUR_SECONDS = 3_600;
const SATURDAY = 6;

/** An instant as people in a zone read it, with its offset from UTC: `2026-09-10 16:30:00+01:00`. */
export function localWords(instant: IsoInstant, zone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
  return local.toString({ smallestUnit: 'second', timeZoneName: 'never' }).replace('T', ' ');
}

/**
 * How a law's number is counted. `clock-hours`: elapsed hours in UTC. `calendar-days`: the day of the event is day 0, due at
 * the end of the last day in the authority's zone. `next-business-day`: the same, and a last day that is a Saturday, a Sunday
 * or a public holiday moves to the end of the next other one.
 */
export type Counting =
  | { rule: 'clock-hours'; hours: number }
  | { rule: 'calendar-days'; days: number }
  | { rule: 'next-business-day'; days: number; holidays: string[] };

/** The last instant that is in time, to the second; null where it lies in a year of which the holidays are not known. */
export function deadline(from: IsoInstant, counting: Counting, zone: string): IsoInstant | null {
  if (counting.rule === 'clock-hours') return secondsAfter(from, counting.hours * HOUR_SECONDS);
  const eventDay = Temporal.Instant.from(from).toZonedDateTimeISO(zone).toPlainDate();
  let lastDay = eventDay.add({ days: counting.days });
  if (counting.rule === 'next-business-day') {
    while (lastDay.dayOfWeek >= SATURDAY || counting.holidays.includes(lastDay.toString()))
      lastDay = lastDay.add({ days: 1 });
    if (!counting.holidays.some((holiday) => holiday.startsWith(`${lastDay.year}-`))) return null;
  }
  return secondsAfter(instantOf(lastDay.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds), -1);
}
