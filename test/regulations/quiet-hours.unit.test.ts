import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { epochMs, instantOf, type IsoInstant, type Market } from '../../engine/words.js';
import { endOfQuiet, quietUntil } from '../../regulations/quiet-hours.js';
import { MARKETS_WITH_ZONES, zonesOf } from '../../regulations/zones.js';

const HOURS = { from: '21:00', to: '08:00' };
const at = (text: string): IsoInstant => instantOf(Date.parse(text));
const until = (text: string, ...markets: string[]): IsoInstant | null =>
  quietUntil(at(text), markets as Market[], HOURS);

describe('quiet hours', () => {
  it('are those of the recipient, and end in their morning', () => {
    expect(until('2026-09-10T18:59:59Z', 'DE')).toBeNull();
    expect(until('2026-09-10T19:00:00Z', 'DE')).toBe(at('2026-09-11T06:00:00Z'));
    expect(until('2026-09-11T05:59:59Z', 'DE')).toBe(at('2026-09-11T06:00:00Z'));
    expect(until('2026-09-11T06:00:00Z', 'DE')).toBeNull();
    expect(until('2026-09-10T19:00:00Z', 'GB')).toBeNull();
  });

  it('end an hour later or earlier where the clocks are changed at night', () => {
    // In Germany the night of 28 March 2027 has an hour less, and that of 25 October 2026 one more.
    expect(until('2027-03-27T20:30:00Z', 'DE')).toBe(at('2027-03-28T06:00:00Z'));
    expect(until('2026-10-24T20:30:00Z', 'DE')).toBe(at('2026-10-25T07:00:00Z'));
    // New South Wales puts them forward on 4 October 2026.
    expect(until('2026-10-03T15:00:00Z', 'NZ')).toBe(at('2026-10-03T19:00:00Z'));
  });

  it('are those of every zone that somebody may be in', () => {
    // In Sydney it is eight in the morning, in Perth it is not.
    expect(until('2026-07-01T22:00:00Z', 'AU')).toBe(at('2026-07-02T00:00:00Z'));
    expect(until('2026-09-10T19:30:00Z', 'GB', 'DE')).toBe(at('2026-09-11T07:00:00Z'));
  });

  it('within a day are kept too, and where no hour is left the first zone counts', () => {
    const siesta = { from: '13:00', to: '15:00' };
    expect(quietUntil(at('2026-09-10T12:00:00Z'), ['DE' as Market], siesta)).toBe(at('2026-09-10T13:00:00Z'));
    const always = { from: '12:00', to: '11:00' };
    expect(quietUntil(at('2026-09-10T02:00:00Z'), ['AU' as Market], always)).toBe(at('2026-09-11T01:00:00Z'));
  });

  it('of a market that is not known are read on the clock of UTC', () => {
    expect(until('2026-09-10T22:00:00Z', 'ZZ')).toBe(at('2026-09-11T08:00:00Z'));
  });

  it('end at an instant at which nobody is in theirs, and a minute before somebody was', () => {
    const instant = fc
      .integer({ min: Date.parse('2025-01-01'), max: Date.parse('2028-01-01') })
      .map((ms) => instantOf(ms - (ms % 1_000)));
    const hour = (min: number, max: number) => fc.integer({ min, max }).map((h) => `${String(h).padStart(2, '0')}:00`);
    fc.assert(
      fc.property(
        instant,
        fc.constantFrom(...MARKETS_WITH_ZONES),
        hour(20, 23),
        hour(5, 8),
        (now, market, from, to) => {
          const end = quietUntil(now, [market], { from, to });
          const isQuiet = (when: IsoInstant): boolean =>
            zonesOf([market]).some((zone) => {
              const time = Temporal.Instant.from(when).toZonedDateTimeISO(zone).toPlainTime().toString().slice(0, 5);
              return time >= from || time < to;
            });
          if (end === null) return expect(isQuiet(now)).toBe(false);
          expect([isQuiet(now), isQuiet(end), end > now]).toEqual([true, false, true]);
          const before = instantOf(epochMs(end) - 60_000);
          if (before >= now) expect(isQuiet(before)).toBe(true);
        },
      ),
    );
  });
});

const MINUTE_MS = 60_000;

/** What a clock of a zone shows, by another library than the one that is tested. */
function clockIn(zone: string): (ms: number) => string {
  const shown = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (ms) => shown.format(ms);
}

// The nights of 2026 and 2027 in which clocks are changed. On Lord Howe they are by half an hour.
describe.each([
  ['Europe/London', '2026-10-24T20:00:00Z', ['01:00', '01:15', '01:30', '01:59', '02:00']],
  ['America/New_York', '2026-10-31T23:00:00Z', ['01:00', '01:15', '01:30', '01:59', '02:00']],
  ['Australia/Lord_Howe', '2026-04-04T09:00:00Z', ['01:00', '01:30', '01:45', '01:59', '02:00']],
  ['Europe/London', '2027-03-27T20:00:00Z', ['01:00', '01:15', '01:30', '02:00']],
  ['America/New_York', '2027-03-13T23:00:00Z', ['02:00', '02:30', '03:00']],
  ['Australia/Lord_Howe', '2026-10-03T09:00:00Z', ['02:00', '02:15', '02:30']],
])('quiet hours in %s in the night of %s', (zone, evening, tos) => {
  const clock = clockIn(zone);

  it.each(tos)('that end at %s end at the first instant at which its clock shows so, and not a day later', (to) => {
    const isQuiet = (ms: number): boolean => clock(ms) >= '21:00' || clock(ms) < to;
    const start = Date.parse(evening);
    // From the end of a day to its beginning, so that each instant knows when the first after it is that is not quiet.
    let free = start + 48 * 60 * MINUTE_MS;
    while (isQuiet(free)) free += MINUTE_MS;
    for (let now = free; now >= start; now -= MINUTE_MS) {
      if (!isQuiet(now)) free = now;
      const end = isQuiet(now) ? instantOf(free) : null;
      expect([instantOf(now), endOfQuiet(instantOf(now), zone, { from: '21:00', to })]).toEqual([instantOf(now), end]);
    }
  });
});

it('who is asked for in the hour that comes again is rung up when it is over, and not the next night', () => {
  const hours = { from: '21:00', to: '01:30' };
  const gb = ['GB' as Market];
  // The first and the second 01:10 of that night.
  expect(quietUntil(at('2026-10-25T00:10:00Z'), gb, hours)).toBe(at('2026-10-25T00:30:00Z'));
  expect(quietUntil(at('2026-10-25T00:40:00Z'), gb, hours)).toBeNull();
  expect(quietUntil(at('2026-10-25T01:10:00Z'), gb, hours)).toBe(at('2026-10-25T01:30:00Z'));
});

it('zones are those that the IANA database knows', () => {
  const known = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
  const same = (zone: string): string => new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  for (const zone of zonesOf([...MARKETS_WITH_ZONES, 'ZZ' as Market])) expect(known).toContain(same(zone));
});
