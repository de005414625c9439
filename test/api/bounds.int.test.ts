import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import type { ApiDeps } from '../../api/deps.js';
import { secondsAfter, type RecallId, type RecipientId } from '../../engine/words.js';
import { keepLinks } from '../../store/links.js';
import { readLedger } from '../../store/ledger.js';
import { tellRefusals } from '../../store/refusals.js';
import { linkPath } from '../../trust/links.js';
import { newKeys } from '../../trust/keys.js';
import { CASE_FILE, KEYS } from '../activities/activity-deps.js';
import { freeze, keyOf } from '../store/campaign-fixture.js';
import { factsOf, OPENED, openRecall, ownDatabase, verdict } from '../store/database.js';
import { apiDeps } from './api-deps.js';

const AT_ONCE = 20;
const GOOD = { quarantined: '4', soldOn: '6', destroyed: '0', passedOn: 'yes', comment: '' };

const database = ownDatabase();
const apis: FastifyInstance[] = [];
afterAll(() => Promise.all(apis.map((api) => api.close())));

/** An API of its own that listens, as every process of a deployment does. */
async function listening(changes: Partial<ApiDeps> = {}): Promise<string> {
  const api = await createApi(apiDeps(database.pool, changes));
  apis.push(api);
  return api.listen({ host: '127.0.0.1', port: 0 });
}

let url: string;
beforeAll(async () => {
  url = await listening();
});

async function linkFor(recallId: RecallId, recipient: RecipientId, seconds = 600): Promise<string> {
  const link = { use: 'response', ...keyOf(recallId), recipient } as const;
  await keepLinks(database.pool, KEYS.token, [link], secondsAfter(OPENED, seconds));
  return linkPath(KEYS.token, link);
}

async function told(count = 1): Promise<{ recallId: RecallId; recipients: RecipientId[] }> {
  const recallId = await openRecall(database.pool, { caseFile: CASE_FILE });
  return { recallId, recipients: await freeze(database.pool, recallId, count) };
}

async function post(to: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const sent = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  const response = await fetch(to, { method: 'POST', headers: sent, body: new URLSearchParams(form).toString() });
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.text() };
}

/** Answers by their status, some requests at a time. */
async function statuses(
  count: number,
  send: (index: number) => Promise<{ status: number }>,
): Promise<Record<number, number>> {
  const found: Record<number, number> = {};
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      const { status } = await send(next);
      found[status] = (found[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return found;
}

async function entries(recallId: RecallId): Promise<number> {
  return (await readLedger(database.pool, recallId)).length;
}

async function unknownLinks(): Promise<number> {
  const { rows } = await database.pool.query<{ sum: number }>(
    'select coalesce(sum(count), 0)::integer as sum from unknown_link',
  );
  return rows[0]!.sum;
}

test('2,000 forged links make no entry in any ledger; they are counted, and beyond 60 a minute from one address not even that', async () => {
  const { recallId, recipients } = await told();
  const forged = (use: 'decision' | 'response') =>
    use === 'response'
      ? linkPath(newKeys().token, { use, ...keyOf(recallId), recipient: recipients[0]! })
      : linkPath(newKeys().token, { use, recallId, ask: 'decide/1/1', person: 'counsel', shown: 'x' } as never);
  const before = await unknownLinks();
  const found = await statuses(2_000, (index) => {
    const use = index % 2 === 0 ? 'decision' : 'response';
    return post(`${url}${forged(use)}`, use === 'decision' ? { outcome: 'approve' } : GOOD);
  });
  // Each of the two pages counts for itself.
  expect(found[404]! + found[429]!).toBe(2_000);
  expect(found[404]).toBeGreaterThanOrEqual(60);
  expect((await unknownLinks()) - before).toBe(found[404]);
  expect(await entries(recallId)).toBe(0);
  const { rows } = await database.pool.query('select 1 from ledger_entry');
  expect(rows).toEqual([]);
}, 120_000);

test('500 different answers by one link, through several processes, make 20 entries; the last kept one stands', async () => {
  const { recallId, recipients } = await told();
  const path = await linkFor(recallId, recipients[0]!);
  const urls = [url, ...(await Promise.all(Array.from({ length: 4 }, () => listening())))];
  const found = await statuses(500, (index) =>
    post(`${urls[index % urls.length]!}${path}`, { ...GOOD, comment: `comment ${index}` }),
  );
  expect(found[200]).toBe(20);
  expect(found[429]).toBeGreaterThan(0);
  expect(found[200]! + found[409]! + found[429]!).toBe(500);
  expect(await entries(recallId)).toBe(20);
  expect((await verdict(database.pool, recallId)).verified).toBe(true);
  const late = await post(`${await listening()}${path}`, { ...GOOD, quarantined: '3', soldOn: '7' });
  expect([late.status, late.body.includes('so oft berichtigt'), late.body.includes(CASE_FILE.contact)]).toEqual([
    409,
    true,
    true,
  ]);
}, 120_000);

test('who sends too fast is told when to come again, in their language, and is let in by another link meanwhile', async () => {
  const { recallId, recipients } = await told(2);
  const path = await linkFor(recallId, recipients[0]!);
  const again = (): ReturnType<typeof post> => post(`${url}${path}`, GOOD, { 'accept-language': 'nl' });
  let answered = await again();
  for (let sent = 1; sent < 200 && answered.status === 200; sent += 1) answered = await again();
  const { status, retryAfter, body } = answered;
  expect([status, body.includes('Te veel verzoeken')]).toEqual([429, true]);
  expect(Number(retryAfter)).toBeGreaterThan(0);
  expect((await post(`${url}${await linkFor(recallId, recipients[1]!)}`, GOOD)).status).toBe(200);
  // The same answer again is no news, however often it comes.
  expect(await entries(recallId)).toBe(2);
});

test('an expired link is refused on record at once, and what follows within a minute is one entry with count and digest', async () => {
  const { pool } = database;
  const { recallId, recipients } = await told();
  const path = await linkFor(recallId, recipients[0]!, -1);
  await fetch(`${url}${path}`);
  expect(await entries(recallId)).toBe(0);
  const first = { v: 1, count: 1, reasons: { 'link-expired': 1 }, from: OPENED, to: OPENED };
  const facts = (): Promise<Record<string, unknown>[]> => factsOf(pool, recallId, 'refusals summarised');
  const toldBefore = (interval: string): Promise<unknown> =>
    pool.query('update refusal set told_at = clock_timestamp() - $2::interval where recall_id = $1', [
      recallId,
      interval,
    ]);
  expect((await post(`${url}${path}`, GOOD)).status).toBe(410);
  expect(await facts()).toMatchObject([first]);
  // However long the requests take here, the minute is not over.
  await toldBefore('-1 hour');
  const { 410: refused = 0 } = await statuses(200, () => post(`${url}${path}`, GOOD));
  await tellRefusals(pool);
  expect(await facts()).toHaveLength(1);
  await toldBefore('1 minute');
  // Two workers at once tell it once.
  await Promise.all([tellRefusals(pool), tellRefusals(pool)]);
  const tried = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(await facts()).toMatchObject([first, { count: refused, reasons: { 'link-expired': refused }, tried }]);
  await toldBefore('1 minute');
  await tellRefusals(pool);
  expect(await entries(recallId)).toBe(2);
  expect((await verdict(pool, recallId)).verified).toBe(true);
});

test('the word of a proxy on where a request comes from is taken of a trusted one only', async () => {
  const spread = (to: string) =>
    statuses(100, (index) =>
      post(`${to}/r/${'A'.repeat(22)}${index}`, GOOD, { 'x-forwarded-for': `203.0.113.${index}` }),
    );
  expect(await spread(await listening())).toMatchObject({ 429: expect.any(Number) });
  expect(await spread(await listening({ trustedProxies: ['127.0.0.0/8'] }))).toEqual({ 404: 100 });
});

test('addresses of one IPv6 network count as one', async () => {
  const to = await listening({ trustedProxies: ['127.0.0.0/8'] });
  const from = (index: number) => `2001:db8:1:2::${index.toString(16)}`;
  const found = await statuses(100, (index) =>
    post(`${to}/r/${'A'.repeat(22)}${index}`, GOOD, { 'x-forwarded-for': from(index) }),
  );
  expect(found).toMatchObject({ 429: expect.any(Number) });
});
