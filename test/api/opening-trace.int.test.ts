import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { Client } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { pino } from 'pino';
import { createApi } from '../../api/server.js';
import type { EffectId, StepName } from '../../engine/words.js';
import { importSales } from '../../store/import/import-sales.js';
import { parseMapping } from '../../store/import/mapping.js';
import { listRecalls, recallRow } from '../../store/recalls.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import type { RecallInput } from '../../workflows/contract.js';
import { activityDeps, KEYS, runEffect } from '../activities/activity-deps.js';
import { ROSTER } from '../activities/asking.js';
import { startMailServer, type MailServer } from '../activities/mail-server.js';
import { OPENED, testDatabase, type TestDatabase } from '../store/database.js';
import { samplePath } from '../store/sample-sales.js';

const PLAYBOOK = 'playbooks/short-notice-drill.yaml';
const SALES = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
545220,21955,DOORMAT,2,2011-03-01 08:30:00,7.95,14620.0,United Kingdom
`;
const SCOPE = { item: '21955', from: '2026-03-03', to: '2026-03-03' };
const LOCAL_KEY = 'k3y';

let database: TestDatabase;
let mail: MailServer;
let api: FastifyInstance;
let started: RecallInput[];
let statements: jest.SpiedFunction<typeof pg.Client.prototype.query>;
beforeAll(async () => {
  database = await testDatabase();
  mail = await startMailServer();
  const { pool } = database;
  const mapping = parseMapping(readFileSync(samplePath('mapping.yaml'), 'utf8'), 'mapping.yaml');
  await importSales(pool, mapping, 'little.csv', Readable.from([SALES]));
  await keepRoster(pool, parseRoster(ROSTER, 'roster.yaml'));
  const start = async (_name: string, { args }: { args: [RecallInput] }) => void started.push(args[0]);
  api = await createApi({
    pool,
    // All that an opening asks of Temporal.
    client: { workflow: { start } } as unknown as Client,
    log: pino({ level: 'silent' }),
    keys: KEYS,
    localKey: LOCAL_KEY,
    codecAccess: null,
    temporalUi: null,
    allowList: { mailDomains: [], urls: [] },
    channelLacks: {},
    webhookKey: null,
  });
});
afterAll(async () => {
  await api.close();
  await mail.stop();
  await database.stop();
});
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
  expect(await runEffect(activityDeps(database.pool, mail), call)).toMatchObject({ result: { unitsSold: 2 } });
  expect(traces()).toBe(1);
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
