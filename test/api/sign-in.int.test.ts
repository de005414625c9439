import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { identityProvider } from '../../api/sign-in/provider.js';
import { createApi } from '../../api/server.js';
import { startIdentityProvider, type DevelopmentProvider, type Pickable } from '../../drills/identity-provider.js';
import type { PersonId } from '../../engine/words.js';
import { endSessionsOf } from '../../store/sessions.js';
import { replaceRoster } from '../../store/roster.js';
import { freePort } from '../../tools/servers.mjs';
import { ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';
import { createBrowser, hiddenField, signInAs } from './browser.js';

const ROBIN = { id: 'robin' as PersonId, name: 'Robin Ashdown', email: 'Robin.Ashdown@maker.example' };
const NOOR = { id: 'noor' as PersonId, name: 'Noor Haddad', email: 'noor@maker.example' };
const rest = { phone: null, zone: 'UTC' };

const database = ownDatabase();
let provider: DevelopmentProvider;
let api: FastifyInstance;
let url: string;
/** Who has an account at the provider. */
let accounts: Pickable[];

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  provider = await startIdentityProvider({ people: async () => accounts, redirectUri: `${url}/sign-in/done` });
  api = await createApi(apiDeps(database.pool, { identityProvider: identityProvider(provider), publicUrl: url }));
  await api.listen({ host: '127.0.0.1', port });
});
afterAll(async () => {
  await api.close();
  await provider.stop();
});
beforeEach(async () => {
  await database.pool.query('delete from session; delete from identity; delete from sign_in_begun');
  await replaceRoster(database.pool, {
    people: [ROBIN, NOOR].map((one) => ({ ...one, ...rest })),
    roles: [],
    absences: [],
  });
  accounts = [{ ...ROBIN, email: 'robin.ashdown@MAKER.example' }, NOOR];
});

test('who goes to their inbox is led to sign in, there picks who they are, and is back where they wanted to go', async () => {
  const browser = createBrowser();
  const page = await browser.open(`${url}/my`);
  expect([page.status, page.led]).toEqual([200, [`${url}/sign-in?to=%2Fmy`]]);
  expect(page.text).toContain('/sign-in/begin?to=%2Fmy');
  const inbox = await signInAs(browser, url, ROBIN.id);
  expect([inbox.status, inbox.url]).toEqual([200, `${url}/my`]);
  expect(inbox.text).toContain('Robin Ashdown');
  expect(inbox.text).toContain('Nothing is asked of you');
  // Signed in, nobody is sent to the provider again.
  expect((await browser.open(`${url}/sign-in`)).url).toBe(`${url}/my`);
  const out = await browser.send(`${url}/sign-out`, { proof: hiddenField(inbox, 'proof') });
  expect(out.text).toContain('You have signed out');
  expect((await browser.open(`${url}/my`)).led).toHaveLength(1);
});

test('an account that is nobody of the roster, or whose address nobody has seen answered, opens nothing', async () => {
  accounts = [
    { id: 'robin', name: 'Robin', email: ROBIN.email, isUnverified: true },
    { id: 'mallory', name: 'Mallory', email: 'mallory@elsewhere.example' },
  ];
  for (const { id, name } of accounts) {
    const browser = createBrowser();
    const refused = await signInAs(browser, url, id);
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining(`${name} is not in the roster`)]);
    expect((await browser.open(`${url}/my`)).led).toHaveLength(1);
  }
});

test('a person is one account: another with the same address is refused, and the account stays theirs when their address changes', async () => {
  await signInAs(createBrowser(), url, ROBIN.id);
  accounts = [{ id: 'other', name: 'Robin', email: ROBIN.email }];
  const refused = await signInAs(createBrowser(), url, 'other');
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('signs in with another account')]);
  accounts = [{ id: ROBIN.id, name: 'Robin', email: NOOR.email }];
  expect((await signInAs(createBrowser(), url, ROBIN.id)).text).toContain('Robin Ashdown');
});

test('who has left the roster is signed out with it', async () => {
  const browser = createBrowser();
  await signInAs(browser, url, ROBIN.id);
  await replaceRoster(database.pool, { people: [{ ...NOOR, ...rest }], roles: [], absences: [] });
  expect((await browser.open(`${url}/my`)).led).toHaveLength(1);
});

test('a session has a token of its own, whatever cookie came, and goes to no script and to no other site', async () => {
  const browser = createBrowser();
  browser.cookies.set('recall', 'a-token-that-somebody-has-planted');
  await signInAs(browser, url, ROBIN.id);
  expect(browser.cookies.get('recall')).not.toBe('a-token-that-somebody-has-planted');
  const begun = await fetch(`${url}/sign-in/begin`, { redirect: 'manual' });
  expect(begun.headers.getSetCookie()).toEqual([expect.stringMatching(/; Path=\/; HttpOnly; SameSite=Lax$/)]);
  // Whoever reads the database can be nobody with it.
  const { rows } = await database.pool.query<{ all: string }>('select row_to_json(session)::text as all from session');
  expect(rows[0]!.all).not.toContain(browser.cookies.get('recall'));
});

test('over TLS no neighbouring domain can have set the cookie', async () => {
  const secure = await createApi(
    apiDeps(database.pool, {
      identityProvider: identityProvider(provider),
      publicUrl: 'https://recalls.maker.example',
    }),
  );
  const { headers } = await secure.inject('/sign-in/begin');
  expect(headers['set-cookie']).toMatch(/^__Host-recall-sign-in=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  await secure.close();
});

test('nobody is led elsewhere by an address that somebody gave them', async () => {
  for (const to of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/my/../r/x',
    'javascript:alert(1)',
    '/my/%0d%0a x',
  ])
    expect((await signInAs(createBrowser(), url, ROBIN.id, to)).url.startsWith(`${url}/my`)).toBe(true);
});

test('a code counts once, in the browser that went for it, and nobody can give somebody their own', async () => {
  const browser = createBrowser();
  const page = await signInAs(browser, url, ROBIN.id);
  const back = page.led.find((one) => one.includes('/sign-in/done'))!;
  const refused = { status: 401, text: expect.stringContaining('was not begun in this browser, or is over') };
  // Replayed where it was used.
  expect(await browser.open(back)).toMatchObject(refused);
  // Given to somebody else, before and after they have begun a sign-in of their own.
  const victim = createBrowser();
  expect(await victim.open(back)).toMatchObject(refused);
  await victim.open(`${url}/sign-in/begin`);
  expect(await victim.open(back)).toMatchObject(refused);
  expect((await victim.open(`${url}/my`)).led).toHaveLength(1);
});

test('of two windows in which somebody signs in, each comes to where it was to go', async () => {
  const browser = createBrowser();
  const [first, second] = [
    await browser.open(`${url}/sign-in/begin?to=/my`),
    await browser.open(`${url}/sign-in/begin?to=/my/RC-2026-0001/tell/1/1/x`),
  ];
  expect((await browser.send(first!.url, { person: ROBIN.id })).url).toBe(`${url}/my`);
  expect((await browser.send(second!.url, { person: ROBIN.id })).led).toContain(`${url}/my/RC-2026-0001/tell/1/1/x`);
});

test('an answer in the name of another provider is refused (RFC 9207), and so is what the provider refuses', async () => {
  const browser = createBrowser();
  const asked = await browser.open(`${url}/sign-in/begin`);
  const { searchParams } = new URL(asked.led[0]!);
  const state = searchParams.get('state')!;
  const forged = await browser.open(
    `${url}/sign-in/done?code=x&state=${state}&iss=${encodeURIComponent('http://evil.example')}`,
  );
  expect([forged.status, forged.text]).toEqual([401, expect.stringContaining('has not said who you are')]);
  const declined = createBrowser();
  const begun = await declined.open(`${url}/sign-in/begin`);
  const refused = await declined.send(begun.url, { person: 'nobody' });
  expect([refused.status, refused.text]).toEqual([401, expect.stringContaining('(access_denied)')]);
});

test('a form that was on no page of ours changes nothing, and no other site can show our pages', async () => {
  const browser = createBrowser();
  const inbox = await signInAs(browser, url, ROBIN.id);
  for (const proof of ['', 'x'.repeat(43)]) {
    const forged = await browser.send(`${url}/sign-out`, { proof });
    expect([forged.status, forged.text]).toEqual([403, expect.stringContaining('was not on a page of yours')]);
  }
  expect((await browser.open(`${url}/my`)).led).toEqual([]);
  expect(inbox.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(inbox.headers.get('cache-control')).toBe('no-store');
  expect(inbox.headers.get('referrer-policy')).toBe('no-referrer');
});

test('a lost device is signed out from another, and by another hand', async () => {
  const [lost, other, third] = [createBrowser(), createBrowser(), createBrowser()];
  await signInAs(lost, url, ROBIN.id);
  const inbox = await signInAs(other, url, ROBIN.id);
  await signInAs(third, url, NOOR.id);
  await other.send(`${url}/sign-out`, { proof: hiddenField(inbox, 'proof'), everywhere: 'yes' });
  for (const one of [lost, other]) expect((await one.open(`${url}/my`)).led).toHaveLength(1);
  expect((await third.open(`${url}/my`)).led).toEqual([]);
  expect(await endSessionsOf(database.pool, NOOR.id)).toBe(1);
  expect((await third.open(`${url}/my`)).led).toHaveLength(1);
});

test('a session ends after an hour in which nobody used it, and after twelve however busy', async () => {
  for (const column of ['seen_at = seen_at', 'until = until']) {
    const browser = createBrowser();
    await signInAs(browser, url, ROBIN.id);
    await database.pool.query(`update session set ${column} - interval '${column.startsWith('seen') ? 1 : 12} hours'`);
    expect((await browser.open(`${url}/my`)).led).toHaveLength(1);
  }
});

test('a provider that does not answer is away, for now: who comes later signs in', async () => {
  const port = await freePort();
  const away = identityProvider({ issuer: `http://127.0.0.1:${port}`, clientId: 'x', clientSecret: 'y' });
  const own = await createApi(apiDeps(database.pool, { identityProvider: away, publicUrl: url }));
  expect((await own.inject('/sign-in/begin')).statusCode).toBe(503);
  const issuer = `http://127.0.0.1:${port}`;
  const settings = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(settings)),
  );
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const begun = await own.inject('/sign-in/begin');
  expect([begun.statusCode, begun.headers.location]).toEqual([
    303,
    expect.stringMatching(/code_challenge_method=S256/),
  ]);
  await new Promise((resolve) => server.close(resolve));
  await own.close();
});

test('without a provider nobody signs in, and the page says what to set', async () => {
  const own = await createApi(apiDeps(database.pool));
  const answer = await own.inject('/sign-in');
  expect([answer.statusCode, answer.body]).toEqual([404, expect.stringContaining('no identity provider is set')]);
  await own.close();
});
