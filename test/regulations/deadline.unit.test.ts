import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import { parse } from 'yaml';
import { epochMs, instantOf, type IsoInstant } from '../../engine/words.js';
import { deadline, type Counting } from '../../regulations/deadline.js';

type Vector = { id: string; deadline: string; from: string; zone: string; due: string } & Counting;
const file = new URL('./vectors.yaml', import.meta.url);
const { vectors } = parse(readFileSync(file, 'utf8')) as { vectors: Vector[] };

/** An event of which only the day is known happened at noon there. */
function eventOf({ from, zone }: Vector): IsoInstant {
  if (from.length > 10) return instantOf(Date.parse(from));
  const noon = Temporal.PlainDate.from(from).toZonedDateTime({ timeZone: zone, plainTime: '12:00' });
  return instantOf(noon.epochMilliseconds);
}

test.each(vectors)('$id $deadline from $from is due $due', (vector) => {
  expect(epochMs(deadline(eventOf(vector), vector, vector.zone)!)).toBe(Date.parse(vector.due));
});

test('the day of the event is the day in the authority’s zone', () => {
  const lateInLondon = '2026-09-10T15:00:00.000Z' as IsoInstant;
  const dueAt = deadline(lateInLondon, { rule: 'calendar-days', days: 2 }, 'Australia/Sydney');
  expect(dueAt).toBe('2026-09-13T13:59:59.000Z');
});
