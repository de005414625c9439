import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { readFileSync } from 'node:fs';
import { createApi } from '../../api/server.js';
import { publicSchema, type Public } from '../../api/contract/public.js';
import { publicityOf } from '../../engine/outlets.js';
import { readEntries } from '../../engine/entries.js';
import type { RecallId } from '../../engine/words.js';
import { readLedger } from '../../store/ledger.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { factsOf, ownDatabase, verdict } from '../store/database.js';
import { apiDeps } from './api-deps.js';
import { published } from './publication.js';

const KEY = 'local-key';
const PAGE = Buffer.from('%PDF of a newspaper').toString('base64');

const database = ownDatabase();
let api: FastifyInstance;
beforeAll(async () => {
  api = await createApi(apiDeps(database.pool, { localKey: KEY }));
  const file = new URL('../../samples/roster.yaml', import.meta.url);
  const roster = parseRoster(readFileSync(file, 'utf8'), 'roster.yaml');
  await keepRoster(database.pool, roster);
});
afterAll(() => api.close());

function post(recallId: RecallId, path: string, payload: object, person = 'coordinator') {
  const headers = { authorization: `Local ${KEY}`, 'x-recall-person': person };
  return api.inject({ method: 'POST', url: `/recalls/${recallId}/public/outlets${path}`, headers, payload });
}

async function shown(recallId: RecallId): Promise<Public> {
  const headers = { authorization: `Local ${KEY}` };
  const { body } = await api.inject({ method: 'GET', url: `/recalls/${recallId}/public`, headers });
  return publicSchema.parse(JSON.parse(body));
}

const TIMES = { name: 'The Daily Times', kind: 'newspaper' };
const PROOF = { date: '2026-09-12', file: { name: 'page 3.PDF', base64: PAGE } };

test('an outlet and its proof stand by number and hash in the ledger, once, and in words beside it', async () => {
  const recallId = await published(database.pool);
  expect((await post(recallId, '', TIMES)).json()).toEqual({ outlet: 1 });
  expect((await post(recallId, '', { name: ' The Daily Times ', kind: 'newspaper' })).json()).toEqual({ outlet: 1 });
  expect((await post(recallId, '', { ...TIMES, kind: 'website' })).json()).toEqual({ outlet: 2 });
  const proved = (await post(recallId, '/1/proofs', PROOF)).json() as { file: { name: string } };
  expect(proved).toMatchObject({
    outlet: 1,
    proofs: 1,
    file: { name: expect.stringMatching(/^proof-1-[0-9a-f]{12}\.pdf$/) },
  });
  expect((await post(recallId, '/1/proofs', PROOF)).json()).toEqual(proved);
  expect((await post(recallId, '/1/proofs', { ...PROOF, date: '2026-09-13' })).json()).toMatchObject({ proofs: 2 });
  const added = await factsOf(database.pool, recallId, 'outlet added');
  expect(added.map(({ outlet, kind, by }) => [outlet, kind, by])).toEqual([
    [1, 'newspaper', 'coordinator'],
    [2, 'website', 'coordinator'],
  ]);
  const entries = await readLedger(database.pool, recallId);
  expect(JSON.stringify(entries)).not.toContain('Daily');
  expect((await verdict(database.pool, recallId)).verified).toBe(true);
  const { outlets, publications } = await shown(recallId);
  expect(outlets).toMatchObject([
    { outlet: 1, name: 'The Daily Times', proofs: [{ date: '2026-09-12', file: proved.file }, { date: '2026-09-13' }] },
    { outlet: 2, name: 'The Daily Times', kind: 'website', proofs: [] },
  ]);
  expect(publications).toMatchObject([{ n: 1, documents: [] }]);
  expect(publicityOf(readEntries(entries).facts)).toMatchObject({ outlets: 2, proved: 1, proofs: 2 });
});

test('two who enter at once get two numbers', async () => {
  const recallId = await published(database.pool);
  const answers = await Promise.all([1, 2, 3].map((n) => post(recallId, '', { name: `Station ${n}`, kind: 'radio' })));
  expect(new Set(answers.map((one) => (one.json() as { outlet: number }).outlet))).toEqual(new Set([1, 2, 3]));
});

test('a stranger, an outlet that there is not and a file that is none are refused, and nothing is kept', async () => {
  const recallId = await published(database.pool);
  expect((await post(recallId, '', TIMES, 'stranger')).statusCode).toBe(403);
  expect((await post(recallId, '', { ...TIMES, kind: 'pigeon' })).statusCode).toBe(400);
  expect((await post(recallId, '/1/proofs', PROOF)).statusCode).toBe(404);
  await post(recallId, '', TIMES);
  expect((await post(recallId, '/1/proofs', PROOF, 'stranger')).statusCode).toBe(403);
  expect((await post(recallId, '/1/proofs', { ...PROOF, date: '2026-02-31' })).statusCode).toBe(400);
  expect((await post(recallId, '/1/proofs', { ...PROOF, file: { name: 'x', base64: '' } })).statusCode).toBe(400);
  expect((await shown(recallId)).outlets).toMatchObject([{ proofs: [] }]);
  expect(await factsOf(database.pool, recallId, 'publication proved')).toEqual([]);
});
