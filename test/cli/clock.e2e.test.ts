import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ask } from '../../drills/door.js';
import { prepareDrill, openingOf, OPENED_AT, OPENER, type SmallDrill } from '../drills/small-drill.js';
import type { RecallId } from '../../engine/words.js';
import { recall } from './stand-in.js';

const PLAYBOOK = 'playbooks/consumer-product-gb-eu.yaml';

let small: SmallDrill;
beforeAll(async () => {
  small = await prepareDrill();
}, 60_000);
afterAll(() => small.stop());

/** `recall clock advance RC …`, with what it answers as JSON. */
async function advance(
  recallId: RecallId,
  ...how: string[]
): Promise<{ exit: number; answered: Record<string, unknown> }> {
  const here = ['--api', small.door.url, '--key', small.door.localKey, '--json'];
  const { exit, out } = await recall(['clock', 'advance', recallId, ...how, ...here]);
  return { exit, answered: JSON.parse(out) as Record<string, unknown> };
}

const at = (hour: string): string => `2026-09-10T${hour}:00.000Z`;

/** When the ladder of the assessment, which nobody answers, has climbed. */
async function climbed(recallId: RecallId): Promise<string[]> {
  const entries = await small.export(recallId);
  return entries.filter(({ body }) => body.includes('"type":"escalated"')).map((entry) => entry.at);
}

test('a drill is moved by hand: to what is due next, by so much, or to an instant, and all happens when it was due', async () => {
  const recallId = await small.open();
  const [first, second] = [at('10:00'), at('12:00')];
  expect(await advance(recallId)).toEqual({
    exit: 0,
    answered: { recallId, now: first, instants: [first], nextDue: second, phase: 'open' },
  });
  const status = await ask(small.door, 'showRecall', { params: { recall: recallId } });
  expect(status.asks.find(({ step }) => step === 'assess')!.people).toEqual(['quality-head', 'quality-deputy']);
  expect((await advance(recallId, '--by', 'PT1H')).answered).toMatchObject({ now: at('11:00'), instants: [] });
  expect((await advance(recallId, '--to', '2026-09-10T16:00:00+02:00')).answered).toMatchObject({
    now: at('14:00'),
    instants: [second],
    nextDue: at('16:00'),
  });
  const atOnce = await small.open();
  await advance(atOnce, '--to', at('20:00'));
  await advance(recallId, '--to', at('20:00'));
  expect(await climbed(atOnce)).toEqual([first, second, at('16:00'), at('20:00')]);
  expect(await climbed(recallId)).toEqual(await climbed(atOnce));
}, 60_000);

test('the clock does not go back, and that of a drill on real time is not moved', async () => {
  const recallId = await small.open();
  expect(await advance(recallId, '--to', '2026-09-10T07:00:00Z')).toMatchObject({
    exit: 2,
    answered: { error: { where: '--to', message: `the clock shows ${OPENED_AT} already, and never goes back` } },
  });
  const { openedAt: _stepped, ...opening } = openingOf(PLAYBOOK);
  const awareness = { firstSignal: null, reportableInformation: null };
  const body = { ...opening, awareness, mode: 'drill', idempotencyKey: 'on the real clock' } as const;
  const real = await ask(small.door, 'openRecall', { body, person: OPENER });
  expect(await advance(real.recallId)).toMatchObject({ exit: 1, answered: { error: { code: 'mode-is-recall' } } });
});
