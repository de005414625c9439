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
let deps: Deps;
beforeEach(async () => {
  warehouse = await startWarehouse();
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
