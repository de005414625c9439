import { Temporal } from 'temporal-polyfill';
import type { QuietHours } from '../engine/quiet.js';
import { instantOf, type IsoInstant, type Market } from '../engine/words.js';
import { zonesOf } from './zones.js';

/** So often one zone's morning may be another's evening before they are taken to have no hour in common. */
const MORNINGS_MAX = 8;

/**
 * Until when somebody of these markets is not to be rung up; null where they may be now. Of a market with several zones
 * none may be in its quiet hours; where they have no hour in common, the first zone counts alone.
 */
export function quietUntil(now: IsoInstant, markets: readonly Market[], hours: QuietHours): IsoInstant | null {
  const zones = zonesOf(markets);
  let at = now;
  for (let mornings = 0; mornings < MORNINGS_MAX; mornings += 1) {
    const ends = zones.flatMap((zone) => endOfQuiet(at, zone, hours) ?? []);
    if (ends.length === 0) return at === now ? null : at;
    at = ends.reduce((latest, end) => (end > latest ? end : latest));
  }
  return endOfQuiet(now, zones[0]!, hours);
}

/** When the quiet hours of a zone end that this instant lies in; null where it lies in none. */
export function endOfQuiet(at: IsoInstant, zone: string, { from, to }: QuietHours): IsoInstant | null {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const time = local.toPlainTime().toString({ smallestUnit: 'second' }).slice(0, 5);
  const isQuiet = from <= to ? from <= time && time < to : from <= time || time < to;
  if (!isQuiet) return null;
  const day = local.toPlainDate();
  const ends = [day, day.add({ days: 1 })].flatMap((date) => endsOn(date.toPlainDateTime(to), zone));
  return ends.find((end) => end > at)!;
}

/**
 * When the clocks of a zone come to a time of a day, in order: twice where they are put back over it, so that whoever asks in
 * the hour that comes again does not wait for the next day; and where they are put forward over it, when they are.
 */
function endsOn(end: Temporal.PlainDateTime, zone: string): IsoInstant[] {
  const [first, last] = (['earlier', 'later'] as const).map((disambiguation) =>
    end.toZonedDateTime(zone, { disambiguation }),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
  const isSkipped = !first.toPlainDateTime().equals(end);
  const all = isSkipped ? [first.getTimeZoneTransition('next')!] : [first, last];
  return all.map(({ epochMilliseconds }) => instantOf(epochMilliseconds));
}
