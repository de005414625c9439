import { readFileSync } from 'node:fs';
import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { createApi } from '../../api/server.js';
import type { EffectId, StepName } from '../../engine/words.js';
import { listRecalls, recallRow } from '../../store/recalls.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import type { RecallInput } from '../../workflows/contract.js';
import { runEffect } from '../activities/activity-deps.js';
import { ownWorker } from '../activities/own-worker.js';
import { OPENED, ownDatabase } from '../store/database.js';
import { fileOf, importText } from '../store/sales-files.js';
import { apiDeps } from './api-deps.js';

const PLAYBOOK = 'playbooks/short-notice-drill.yaml';
const SALES = fileOf(['545220,21955,DOORMAT,2,2011-03-01 08:30:00,7.95,14620.0,United Kingdom']);
const SCOPE = { item: '21955', from: '2026-03-03', to: '2026-03-03' };
const ROSTER = `
people:
  - { id: inside, name: Inside Person, email: inside@maker.example }
  - { id: head, name: Head Person, email: head@maker.example }
roles:
  - { role: commander, holder: inside }
  - { role: quality, holder: head }
`;
const LOCAL_KEY = 'k3y';

const database = ownDatabase();
const worker = ownWorker(database);
let api: FastifyInstance;
let started: RecallInput[];
let statements: jest.SpiedFunction<typeof pg.Client.prototype.query>;
beforeAll(async () => {
  const { pool } = database;
  await importText(pool, 'little.csv', SALES);
  await keepRoster(pool, parseRoster(ROSTER, 'roster.yaml'));
  const start = async (_name: string, { args }: { args: [RecallInput] }) => void started.push(args[0]);
  // All that an opening asks of Temporal.
  const client = { workflow: { start } } as unknown as Client;
  api = await createApi(apiDeps(pool, { client, localKey: LOCAL_KEY }));
});
afterAll(() => api.close());
beforeEach(() => {
  started = [];
  statements = jest.spyOn(pg.Client.prototype, 'query');
});
afterEach(() => statements.mockRestore());

/** How often the sales of a scope were summed up, on whatever connection. */
function traces(): number {
  const texts = statements.mock.calls.map(([first]: unknown[]) => (typeof first === 'string' ? first : ''));
  return texts.filter((text) => text.includes('as "saleLines"')).length;
}

function send(url: string, payload: object) {
  const headers = { authorization: `Local ${LOCAL_KEY}`, 'x-recall-person': 'inside' };
  return api.inject({ method: 'POST', url, headers, payload });
}

function opening(changes: object): object {
  const playbook = readFileSync(PLAYBOOK, 'utf8');
  const drill = { mode: 'drill', clock: 'stepped', openedAt: OPENED, idempotencyKey: 'an opening' };
  return { playbook, playbookFile: PLAYBOOK, scope: SCOPE, ...drill, ...changes };
}

test('an opening traces its sales once: its effect does, the request looks only whether there were any', async () => {
  const answered = await send('/recalls', opening({ idempotencyKey: 'traces once' }));
  expect(answered.statusCode).toBe(200);
  const [input] = started;
  const { recallId, scope } = input!.open;
  expect(answered.json()).toEqual({ recallId });
  expect(traces()).toBe(0);
  const effect = { id: 'trace/1/traceSales/1' as EffectId, kind: 'traceSales', step: 'trace' as StepName } as const;
  const call = { ...effect, round: 1, recallId, now: OPENED, payload: { scope } };
  expect(await runEffect(worker.deps, call)).toMatchObject({ result: { unitsSold: 2 } });
  expect(traces()).toBe(1);
});

test('a key opens what was asked for under it, and nothing else', async () => {
  const request = opening({ idempotencyKey: 'one request' });
  const first = await send('/recalls', request);
  expect((await send('/recalls', request)).json()).toEqual(first.json());
  const { recallId } = first.json<{ recallId: string }>();
  for (const changes of [{ scope: { ...SCOPE, to: '2026-06-03' } }, { action: 'safety warning' }]) {
    const other = await send('/recalls', { ...request, ...changes });
    expect([other.statusCode, other.json()]).toEqual([
      409,
      expect.objectContaining({ code: 'key-taken', message: expect.stringContaining(recallId) }),
    ]);
  }
});

test('a preview is a look of its own', async () => {
  expect((await send('/recalls/preview', { scope: SCOPE })).json()).toMatchObject({ trace: { unitsSold: 2 } });
  expect(traces()).toBe(1);
  expect(started).toEqual([]);
});

test('nothing that is refused is written down or started', async () => {
  const before = await listRecalls(database.pool);
  const refused = {
    'nobody-bought': { scope: { ...SCOPE, item: '00000' } },
    'playbook-malformed': { playbook: 'playbook: x' },
    'wrong-use': { mode: 'recall' },
  };
  for (const [code, changes] of Object.entries(refused))
    expect((await send('/recalls', opening(changes))).json()).toMatchObject({ code });
  expect(await listRecalls(database.pool)).toEqual(before);
  expect(started).toEqual([]);
});

test('the same opening that is sent again opens the same recall', async () => {
  const [first, second] = [await send('/recalls', opening({})), await send('/recalls', opening({}))];
  expect(second.json()).toEqual(first.json());
  const { recallId } = first.json<{ recallId: RecallInput['open']['recallId'] }>();
  expect(await recallRow(database.pool, recallId)).toMatchObject({ opener: 'inside', scope: { version: 1, ...SCOPE } });
});
