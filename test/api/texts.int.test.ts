import { voice } from '../../activities/channels/voice.js';
import { sms } from '../../activities/channels/sms.js';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Route } from '../../api/contract/route.js';
import { ROUTES } from '../../api/contract/routes.js';
import { BUNDLED_BRAND, readBrand } from '../../api/brand.js';
import { createApi } from '../../api/server.js';
import { newKeys } from '../../trust/keys.js';
import { testDatabase, type TestDatabase } from '../store/database.js';

const LOCAL_KEY = 'a key of this test alone';
const ACCESS = 'a-secret-part-of-a-path';
const HEADERS = { authorization: `Local ${LOCAL_KEY}`, 'x-recall-person': 'somebody' };

let database: TestDatabase;
let connection: Connection;
let api: FastifyInstance;
beforeAll(async () => {
  database = await testDatabase();
  // What is refused never comes as far as Temporal; nothing listens there.
  connection = Connection.lazy({ address: '127.0.0.1:9' });
  api = await createApi({
    pool: database.pool,
    client: new Client({ connection }),
    log: pino({ level: 'silent' }),
    keys: newKeys(),
    identityProvider: null,
    localKey: LOCAL_KEY,
    codecAccess: ACCESS,
    temporalUi: null,
    mailDoor: null,
    allowList: { mailDomains: ['.example'], urls: [], phones: [] },
    channelLacks: {},
    authorityMail: {},
    webhookKey: null,
    twilioAuthToken: null,
    readReports: { sms: sms.readReport, voice: voice.readReport },
    mailDomain: 'maker.example',
    publicUrl: 'http://127.0.0.1:8080',
    helpContact: 'help@maker.example',
    trustedProxies: [],
    brand: readBrand(BUNDLED_BRAND),
  });
});
afterAll(async () => {
  await api.close();
  await connection.close();
  await database.stop();
});

type Sent = { path?: string; query?: string; payload?: string; type?: string; key?: string };

/** Every route with its path filled in: `parts` with a word, and the secret where the path has it. */
async function send({ method, url, form }: Route, { path = 'x', query = '', ...sent }: Sent) {
  const filled = url.replace(/:(\w+)/g, (_, name: string) => (name === 'access' ? ACCESS : path));
  const type = sent.type ?? (form ? 'application/x-www-form-urlencoded' : 'application/json');
  const answered = await api.inject({
    method,
    url: filled + query,
    headers: {
      ...HEADERS,
      ...(sent.payload !== undefined && { 'content-type': type }),
      ...(sent.key !== undefined && { 'idempotency-key': sent.key }),
    },
    payload: sent.payload,
  });
  return { status: answered.statusCode, body: answered.body };
}

/** What Twilio has not signed is refused before a field of it is read. */
const ALL = Object.entries<Route>(ROUTES).filter(([, { access }]) => access !== 'twilio');
const named = (routes: [string, Route][]) => routes.map(([name, route]) => ({ name, route }));

describe('what is no text', () => {
  it.each(named(ALL.filter(([, { body }]) => body)))('is no part of what $name takes', async ({ route }) => {
    for (const [payload, where] of [
      ['{"some":{"where":["\\ud800"]}}', 'body.some.where.0'],
      ['{"some":"N\\u0000L"}', 'body.some'],
      ['{"k\\udc00":1}', 'body'],
    ])
      expect(JSON.parse((await send(route, { payload })).body)).toMatchObject({
        code: 'wrong-use',
        status: 400,
        where,
      });
  });

  it.each(named(ALL.filter(([, { form }]) => form)))('is no part of the form of $name', async ({ route }) => {
    const { status, body } = await send(route, { payload: 'reason=a%00b&comment=a%00b' });
    expect(status).toBe(400);
    expect(body).toContain('This could not be taken');
    expect(body).toContain('NUL');
  });

  it.each(named(ALL.filter(([, { url }]) => /:(?!access)/.test(url))))(
    'is no part of the path of $name',
    async ({ route }) => {
      const payload = route.method === 'POST' ? (route.form ? 'a=b' : '{}') : undefined;
      expect((await send(route, { path: 'a%00b', payload })).status).toBe(400);
      // Half a character has no bytes of its own, so this is no path at all.
      expect((await send(route, { path: 'a%ED%A0%80b', payload })).status).toBe(400);
    },
  );

  it.each(named(ALL.filter(([, { query }]) => query)))('is no part of the query of $name', async ({ route }) => {
    expect((await send(route, { path: 'RC-2026-0001', query: '?after=%00' })).status).toBe(400);
  });

  it('is said with its line and column where it stands in a file', async () => {
    const roster = { file: 'roster.yaml', text: 'people:\n  \u0000' };
    expect(JSON.parse((await send(ROUTES.importRoster, { payload: JSON.stringify(roster) })).body)).toMatchObject({
      code: 'wrong-use',
      where: 'roster.yaml:2:3',
    });
    const opening = { playbookFile: 'p.yaml', playbook: 'playbook: x\ntitle: \u0000' };
    expect(JSON.parse((await send(ROUTES.openRecall, { payload: JSON.stringify(opening) })).body)).toMatchObject({
      where: 'p.yaml:2:8',
    });
  });
});

it('a key that is too long is refused, and not cut until it is another request’s', async () => {
  const sent = { path: 'RC-2026-0001', payload: '{"ask":"a","values":{}}', key: 'k'.repeat(201) };
  const { status, body } = await send(ROUTES.answer, sent);
  expect([status, JSON.parse(body)]).toMatchObject([400, { code: 'wrong-use', where: 'header idempotency-key' }]);
});

it.each([
  ['nothing in any language', {}],
  ['words that are none', { en: ' \t' }],
  ['a language that is none', { english: 'Lamp' }],
])('a case whose product is %s does not open', async (_what, product) => {
  const some = { en: 'Words.' };
  const texts = { hazard: some, actions: some, remedies: some, identification: some, disclaimer: {} };
  const caseFile = { ...texts, product, company: 'Maker', contact: 'recalls@maker.example' };
  const opening = { playbook: 'playbook: x', playbookFile: 'p.yaml', mode: 'drill', idempotencyKey: 'a long key' };
  const scope = { item: '1', from: '2026-03-03', to: '2026-03-03' };
  const { status, body } = await send(ROUTES.openRecall, { payload: JSON.stringify({ ...opening, scope, caseFile }) });
  const { where } = JSON.parse(body) as { where: string };
  expect([status, where.startsWith('body.caseFile.product')]).toEqual([400, true]);
});

it('a page is framed by nobody and runs nothing', async () => {
  const { headers } = await api.inject({ method: 'GET', url: '/d/x' });
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';/,
  );
});
