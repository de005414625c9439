import { Temporal } from 'temporal-polyfill';
import { instantOf, secondsAfter, type IsoInstant } from '../engine/words.js';

const HOUR_SECONDS = 3_600;

/** An instant as people in a zone read it, with its offset from UTC: `2026-09-10 16:30:00+01:00`. */
export function localWords(instant: IsoInstant, zone: string): string {
  const local = Temporal.Instant.from(instant).toZonedDateTimeISO(zone);
  return local.toString({ smallestUnit: 'second', timeZoneName: 'never' }).replace('T', ' ');
}

/** How a law's number is counted. `clock-hours`: elapsed hours in UTC. `calendar-days`: the day of the event is day 0, due at the end of the last day in the authority's zone. */
export type Counting = { rule: 'clock-hours'; hours: number } | { rule: 'calendar-days'; days: number };

/** The last instant that is in time, to the second. */
export function deadline(from: IsoInstant, counting: Counting, zone: string): IsoInstant {
  if (counting.rule === 'clock-hours') return secondsAfter(from, counting.hours * HOUR_SECONDS);
  const eventDay = Temporal.Instant.from(from).toZonedDateTimeISO(zone).toPlainDate();
  const dayAfter = eventDay.add({ days: counting.days + 1 }).toZonedDateTime(zone);
  return secondsAfter(instantOf(dayAfter.epochMilliseconds), -1);
}
