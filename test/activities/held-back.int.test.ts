import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Deps } from '../../activities/deps.js';
import type { EffectCall } from '../../engine/effects.js';
import type { EffectId, RecallId, StepName } from '../../engine/words.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { SCOPE } from '../engine/recall.js';
import { factsOf, minutes, ownDatabase } from '../store/database.js';
import { runEffect } from './activity-deps.js';
import { ask, drill, keepAsk, ROSTER } from './asking.js';
import { startWarehouse, type HttpEnd } from './http-end.js';
import { ownWorker } from './own-worker.js';

const database = ownDatabase();
const worker = ownWorker(database);
beforeAll(() => keepRoster(database.pool, parseRoster(ROSTER, 'roster.yaml')));

let warehouse: HttpEnd;
let confirmation: string;
let deps: Deps;
beforeEach(async () => {
  confirmation = '{"reference":"WH-1","unitsHeld":3}';
  warehouse = await startWarehouse(() => confirmation);
  deps = { ...worker.deps, warehouseUrl: warehouse.origin };
});
afterEach(() => warehouse.stop());

function stopShip(recallId: RecallId): EffectCall<'stopShipping'> {
  const [id, step] = ['contain/1/stopShipping/1' as EffectId, 'contain' as StepName];
  return { id, kind: 'stopShipping', step, round: 1, recallId, now: minutes(1), payload: { scope: SCOPE } };
}

test('an order to stop shipping leaves a drill only towards its allow-list, and its record says that it was held back', async () => {
  const recallId = await drill(database.pool);
  expect(await runEffect(deps, stopShip(recallId))).toMatchObject({ failed: { code: 'service-missing' } });
  expect(warehouse.seen).toHaveLength(0);
  expect(await factsOf(database.pool, recallId, 'egress refused')).toMatchObject([{ what: 'stop-ship' }]);
  const allowed = await drill(database.pool, [warehouse.origin]);
  expect(await runEffect(deps, stopShip(allowed))).toEqual({ result: { confirmationNumber: 'WH-1', unitsHeld: 3 } });
  expect(warehouse.seen).toHaveLength(1);
});

test.each([
  ['half a character', '{"reference":"W\\ud800H","unitsHeld":1}'],
  ['NUL', '{"reference":"W\\u0000H","unitsHeld":1}'],
  ['more than any reference', `{"reference":"${'W'.repeat(201)}","unitsHeld":1}`],
  ['more than any answer', `{"reference":"${'W'.repeat(5_000_000)}","unitsHeld":1}`],
  ['fewer than no units', '{"reference":"WH","unitsHeld":-5.5}'],
  ['more units than there are', '{"reference":"WH","unitsHeld":9007199254740991}'],
  ['half a unit', '{"reference":"WH","unitsHeld":0.5}'],
  ['nothing', ''],
])('a warehouse that answers with %s has not answered', async (_what, answered) => {
  confirmation = answered;
  const recallId = await drill(database.pool, [warehouse.origin]);
  const { failed } = (await runEffect(deps, stopShip(recallId))) as { failed: { retryAfterSeconds: number } };
  // In the recall's time it is asked again, and meanwhile a person is asked to telephone.
  expect(failed.retryAfterSeconds).toBeGreaterThan(0);
  expect(await factsOf(database.pool, recallId, 'containment confirmed')).toEqual([]);
  confirmation = '{"reference":"WH-2","unitsHeld":3}';
  expect(await runEffect(deps, stopShip(recallId))).toMatchObject({ result: { confirmationNumber: 'WH-2' } });
});

test('a person outside the allow-list is asked in the inbox and gets no mail from a drill', async () => {
  const recallId = await drill(database.pool);
  await keepAsk(database.pool, recallId);
  expect(await runEffect(deps, ask(recallId, 'holder'))).toMatchObject({ result: { people: [{ person: 'outside' }] } });
  expect(worker.mail.connections()).toBe(0);
  expect(await factsOf(database.pool, recallId, 'person told')).toMatchObject([{ outcome: 'egress-refused' }]);
  expect(await factsOf(database.pool, recallId, 'egress refused')).toMatchObject([{ what: 'ask decide/1/1' }]);
  const other = await drill(database.pool);
  await keepAsk(database.pool, other);
  await runEffect(deps, ask(other, 'deputy'));
  expect(worker.mail.taken).toHaveLength(1);
  expect(await factsOf(database.pool, other, 'egress refused')).toEqual([]);
});
