import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { requestOf } from '../../api/contract/request.js';
import type { Route } from '../../api/contract/route.js';
import { ROUTES, type JsonRoute } from '../../api/contract/routes.js';
import { HANDLERS, type Exactly, type Handlers } from '../../api/routes.js';
import { call } from '../../cli/client.js';
import { ask } from '../../drills/door.js';
import { standIn, type StandIn } from '../cli/stand-in.js';
import { ASK, PREVIEW, RECALL, REPLY, SHOWN_ASK, STATUS, UNREACHED } from './answers.js';

const EACH: [string, Route][] = Object.entries(ROUTES);
const PARTS = ['params', 'query', 'body', 'form', 'upload'] as const;

describe('every route', () => {
  test.each(EACH)('%s: what it takes and what it answers goes into JSON Schema', (_name, route) => {
    for (const part of PARTS) {
      const schema = route[part];
      if (schema) expect(z.toJSONSchema(schema, { io: 'input' })).toMatchObject({ $schema: expect.any(String) });
    }
    if (typeof route.answer === 'string') return;
    // An answer of which a schema says nothing would say nothing to who reads it.
    const { type } = z.toJSONSchema(route.answer, { io: 'output' });
    expect(['object', 'array']).toContain(type);
  });

  test.each(EACH)('%s is named and told in words, and names each part of its path', (name, route) => {
    expect(name).toMatch(/^[a-z][a-zA-Z]*$/);
    expect(route.summary).toMatch(/^[A-Z].*\.$/);
    const named = [...route.url.matchAll(/:(\w+)/g)].map(([, param]) => param);
    expect(Object.keys(route.params?.shape ?? {})).toEqual(named);
    if (route.method === 'GET')
      expect([route.body, route.form, route.upload, route.keyed]).toEqual(Array.from({ length: 4 }, () => undefined));
    expect([route.body, route.form, route.upload].filter(Boolean).length).toBeLessThan(2);
  });

  test('stands in one place of the table, and has a handler', () => {
    const places = EACH.map(([, { method, url }]) => `${method} ${url}`);
    expect(new Set(places).size).toBe(places.length);
    expect(Object.keys(HANDLERS).toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  test('does not compile without its handler, or with one that gives less or more than its answer says', () => {
    const { listRecalls, ...others } = HANDLERS;
    // @ts-expect-error a route has no handler
    const missing: Handlers = others;
    const forgetful = { ...HANDLERS, readClock: async () => ({ now: RECALL.openedAt }) };
    // @ts-expect-error a field of the answer is not given
    const less: Handlers = forgetful;
    const generous = { ...HANDLERS, readClock: async () => ({ now: RECALL.openedAt, told: 1, salt: 'secret' }) };
    const allowed: Handlers = generous;
    // @ts-expect-error a field is given that no schema names
    const more: Exactly<typeof generous> = generous;
    expect([missing, less, allowed, more, listRecalls]).toHaveLength(5);
  });

  test('is called with all that it needs, or the call does not compile', () => {
    const params = { recall: 'RC-2026-0001' };
    // @ts-expect-error the path names a recall
    expect(() => requestOf('showRecall', {}, { localKey: null })).not.toThrow();
    // @ts-expect-error nobody decides without saying who
    const decision: Parameters<typeof ask<'decide'>>[2] = { params, body: { ask: '', outcome: 'approve', shown: '' } };
    expect(decision.params).toBe(params);
  });
});

test('a request names its parts as the route says: path and query are escaped, a form is no JSON', () => {
  const sender = { localKey: 'k3y', person: 'ops', key: 'once' };
  const document = requestOf('readDocument', { params: { recall: 'RC-2026-0001', name: 'a/b c.pdf' } }, sender);
  expect(document).toEqual({
    method: 'GET',
    path: '/recalls/RC-2026-0001/documents/a%2Fb%20c.pdf',
    headers: { authorization: 'Local k3y', 'x-recall-person': 'ops', 'idempotency-key': 'once' },
  });
  const { path } = requestOf('exportLedger', { params: { recall: 'R' }, query: { after: '7' } }, { localKey: null });
  expect(path).toBe('/recalls/R/ledger?after=7');
  const { headers, body } = requestOf(
    'sendDecisionPage',
    { params: { id: 't' }, form: { outcome: 'approve', reason: 'a & b' } },
    { localKey: null },
  );
  expect([headers['content-type'], body]).toEqual([
    'application/x-www-form-urlencoded',
    'outcome=approve&reason=a+%26+b',
  ]);
});

test.each<[JsonRoute, unknown]>([
  ['readInbox', [ASK]],
  ['showAsk', SHOWN_ASK],
  ['listRecalls', [RECALL]],
  ['showRecall', STATUS],
  ['listReplies', [REPLY]],
  ['listUnreached', [UNREACHED]],
  ['previewRecall', PREVIEW],
])('the answer of %s that tests stand in for is one', (name, answer) => {
  expect(ROUTES[name].answer.parse(answer)).toEqual(answer);
});

test('evidence passes whole, because the hash of an ask covers all of it', () => {
  const data = { ...SHOWN_ASK.data, told: [], until: 'a condition', somethingNew: { n: 1 } };
  expect(ROUTES.showAsk.answer.parse({ ...SHOWN_ASK, data }).data).toEqual(data);
});

describe('the command and a drill', () => {
  let api: StandIn;
  beforeAll(async () => {
    const refusal = {
      type: 'about:blank',
      title: 'stale-hash',
      status: 409,
      code: 'stale-hash',
      message: 'it has moved',
    };
    api = await standIn({
      'GET /recalls/RC-2026-0001/clock': { body: { now: RECALL.openedAt } },
      'GET /recalls/RC-2026-0002/clock': { body: 'no JSON' },
      'GET /recalls/RC-2026-0003/clock': { status: 409, body: refusal },
      'GET /recalls/RC-2026-0004/clock': { status: 502, body: '<h1>Bad gateway</h1>' },
    });
  });
  afterAll(() => api.close());

  const callers = {
    command: (recall: string) =>
      call({ url: api.url, localKey: null, person: null }, 'readClock', { params: { recall } }),
    drill: (recall: string) => ask({ url: api.url, localKey: 'k3y' }, 'readClock', { params: { recall } }),
  };
  test.each(Object.entries(callers))('%s: an answer that does not fit its schema is none', async (_who, read) => {
    const odd = /^the API answered GET \/recalls\/RC-2026-000\d\/clock with something else than expected: /;
    for (const [recall, field] of [
      ['RC-2026-0001', 'told'],
      ['RC-2026-0002', 'expected object'],
    ] as const)
      await expect(read(recall)).rejects.toMatchObject({
        detail: {
          code: 'service-missing',
          message: expect.stringMatching(new RegExp(`${odd.source}.*${field}`)),
          where: api.url,
          expected: 'the API of this version of the product',
        },
      });
  });

  test.each(Object.entries(callers))('%s: a refusal is an error of the one table', async (_who, read) => {
    await expect(read('RC-2026-0003')).rejects.toMatchObject({
      detail: { code: 'refused', message: 'it has moved (stale-hash)' },
    });
    await expect(read('RC-2026-0004')).rejects.toMatchObject({
      detail: { code: 'service-missing', message: 'the API answered GET /recalls/RC-2026-0004/clock with 502' },
    });
  });
});

test('a route that does not say how often it may be called does not compile', () => {
  const unlimited = { method: 'GET', url: '/x', access: 'public', summary: 'No limit.', answer: 'text/css' } as const;
  // @ts-expect-error The limit is missing: `npm run check` fails where this is no error.
  const route: Route = unlimited;
  expect(Object.values<Route>(ROUTES).every(({ limit }) => limit !== undefined)).toBe(true);
  expect('limit' in route).toBe(false);
});
