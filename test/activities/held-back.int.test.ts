import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Deps } from '../../activities/deps.js';
import type { EffectCall } from '../../engine/effects.js';
import type { AskId, EffectId, IsoDate, PersonId, RecallId, RoleName, Sha256, StepName } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { ROOT } from '../../tools/setup.mjs';
import { keepRoster, parseRoster } from '../../store/import/import-people.js';
import { factsOf, minutes, openRecall, testDatabase, type TestDatabase } from '../store/database.js';
import { activityDeps, CASE_FILE, runEffect } from './activity-deps.js';
import { startMailServer, type MailServer } from './mail-server.js';

const ROSTER = `
people:
  - { id: inside, name: Inside Person, email: inside@maker.example }
  - { id: outside, name: Outside Person, email: outside@real-company.test }
roles:
  - { role: legal, holder: outside, deputies: [inside] }
`;

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

function drill(urls: string[]): Promise<RecallId> {
  const file = 'playbooks/consumer-product-gb-eu.yaml';
  const playbook = requirePlaybook(readFileSync(join(ROOT, file), 'utf8'), file, bundledCatalogue());
  return openRecall(database.pool, { playbook, caseFile: CASE_FILE, allowList: { mailDomains: ['.example'], urls } });
}

function stopShip(recallId: RecallId): EffectCall<'stopShipping'> {
  const scope = { version: 1, item: '22423', from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate };
  const [id, step] = ['contain/1/stopShipping/1' as EffectId, 'contain' as StepName];
  return { id, kind: 'stopShipping', step, round: 1, recallId, now: minutes(1), payload: { scope } };
}

function ask(recallId: RecallId, to: 'holder' | 'deputy'): EffectCall<'askPeople'> {
  return {
    id: `decide/1/askPeople/${to}` as EffectId,
    kind: 'askPeople',
    step: 'decide' as StepName,
    round: 1,
    recallId,
    now: minutes(1),
    payload: {
      ask: 'decide/1/1' as AskId,
      question: 'decide',
      role: 'legal' as RoleName,
      to,
      rung: 0,
      dueAt: minutes(60),
      shown: 'a'.repeat(64) as Sha256,
      regime: null,
      exclude: [] as PersonId[],
    },
  };
}

async function keepAsk(recallId: RecallId): Promise<void> {
  await database.pool.query(
    `insert into ask (recall_id, ask, step, question, role, status, people, due_at, shown)
     values ($1, 'decide/1/1', 'decide', 'decide', 'legal', 'opening', '[]', $2, 'x')`,
    [recallId, minutes(60)],
  );
}

test('an order to stop shipping leaves a drill only towards its allow-list, and its record says that it was held back', async () => {
  const recallId = await drill([]);
  expect(await runEffect(deps, stopShip(recallId))).toMatchObject({ failed: { code: 'service-missing' } });
  expect(instructions).toBe(0);
  expect(await factsOf(database.pool, recallId, 'egress refused')).toMatchObject([{ what: 'stop-ship' }]);
  const allowed = await drill([new URL(deps.warehouseUrl).origin]);
  expect(await runEffect(deps, stopShip(allowed))).toEqual({ result: { reference: 'WH-1', unitsHeld: 3 } });
  expect(instructions).toBe(1);
});

test('a person outside the allow-list is asked in the inbox and gets no mail from a drill', async () => {
  const recallId = await drill([]);
  await keepAsk(recallId);
  expect(await runEffect(deps, ask(recallId, 'holder'))).toMatchObject({ result: { people: [{ person: 'outside' }] } });
  expect(server.connections()).toBe(0);
  expect(await factsOf(database.pool, recallId, 'person told')).toMatchObject([{ outcome: 'egress-refused' }]);
  const other = await drill([]);
  await keepAsk(other);
  await runEffect(deps, ask(other, 'deputy'));
  expect(server.taken).toHaveLength(1);
});
