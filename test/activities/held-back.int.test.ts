import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Deps } from '../../activities/deps.js';
import type { EffectCall } from '../../engine/effects.js';
import type { Scope } from '../../engine/scope.js';
import type { EffectId, IsoDate, RecallId, StepName } from '../../engine/words.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { factsOf, minutes, testDatabase, type TestDatabase } from '../store/database.js';
import { activityDeps, runEffect } from './activity-deps.js';
import { ask, drill, keepAsk, ROSTER } from './asking.js';
import { startMailServer, type MailServer } from './mail-server.js';

let database: TestDatabase;
let server: MailServer;
let deps: Deps;
let warehouse: Server;
let instructions = 0;

beforeAll(async () => {
  database = await testDatabase();
  await keepRoster(database.pool, parseRoster(ROSTER, 'roster.yaml'));
});
afterAll(() => database.stop());
beforeEach(async () => {
  server = await startMailServer();
  instructions = 0;
  warehouse = createServer((_request, response) => {
    instructions += 1;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"reference":"WH-1","unitsHeld":3}');
  });
  await new Promise<void>((resolve) => warehouse.listen(0, '127.0.0.1', resolve));
  const { port } = warehouse.address() as AddressInfo;
  deps = { ...activityDeps(database.pool, server), warehouseUrl: `http://127.0.0.1:${port}` };
});
afterEach(async () => {
  deps.egress.close();
  await server.stop();
  await new Promise((resolve) => warehouse.close(resolve));
});

function stopShip(recallId: RecallId): EffectCall<'stopShipping'> {
  const [from, to] = ['2026-03-03' as IsoDate, '2026-06-02' as IsoDate];
  const scope: Scope = { version: 1, kind: 'window', item: '22423', from, to };
  const [id, step] = ['contain/1/stopShipping/1' as EffectId, 'contain' as StepName];
  return { id, kind: 'stopShipping', step, round: 1, recallId, now: minutes(1), payload: { scope } };
}

test('an order to stop shipping leaves a drill only towards its allow-list, and its record says that it was held back', async () => {
  const recallId = await drill(database.pool);
  expect(await runEffect(deps, stopShip(recallId))).toMatchObject({ failed: { code: 'service-missing' } });
  expect(instructions).toBe(0);
  expect(await factsOf(database.pool, recallId, 'egress refused')).toMatchObject([{ what: 'stop-ship' }]);
  const allowed = await drill(database.pool, [new URL(deps.warehouseUrl).origin]);
  expect(await runEffect(deps, stopShip(allowed))).toEqual({ result: { confirmationNumber: 'WH-1', unitsHeld: 3 } });
  expect(instructions).toBe(1);
});

test('a person outside the allow-list is asked in the inbox and gets no mail from a drill', async () => {
  const recallId = await drill(database.pool);
  await keepAsk(database.pool, recallId);
  expect(await runEffect(deps, ask(recallId, 'holder'))).toMatchObject({ result: { people: [{ person: 'outside' }] } });
  expect(server.connections()).toBe(0);
  expect(await factsOf(database.pool, recallId, 'person told')).toMatchObject([{ outcome: 'egress-refused' }]);
  expect(await factsOf(database.pool, recallId, 'egress refused')).toMatchObject([{ what: 'ask decide/1/1' }]);
  const other = await drill(database.pool);
  await keepAsk(database.pool, other);
  await runEffect(deps, ask(other, 'deputy'));
  expect(server.taken).toHaveLength(1);
  expect(await factsOf(database.pool, other, 'egress refused')).toEqual([]);
});
