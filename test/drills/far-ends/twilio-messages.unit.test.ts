import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startTwilio, type Twilio } from '../../../drills/far-ends/twilio.js';
import { freePort } from '../../../tools/servers.mjs';
import { signatureOf } from '../../../drills/far-ends/twilio/callbacks.js';
import type { MessageAnswer } from '../../../drills/far-ends/twilio/answers.js';
import { eventually } from '../../eventually.js';
import { startCallbacks, type Said } from './own-callbacks.js';
import { unlikeTwilio } from './twilio-answers.js';
import { libraryAt } from './twilio-client.js';

const ACCOUNT = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'a token of nobody' };
const FROM = '+441632960000';
const TO = '+441632960111';
const SID = /^SM[0-9a-f]{32}$/;
const BASIC = `Basic ${Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64')}`;

const onCall = (): MessageAnswer => ({ do: 'refuse', code: 21215, status: 400 });

let far: Twilio;
let callbacks: Awaited<ReturnType<typeof startCallbacks>>;
let answer: (sid: string) => MessageAnswer | Promise<MessageAnswer>;
let said: Said;
let clock: Date;
beforeEach(async () => {
  answer = () => ({ do: 'take' });
  said = {};
  clock = new Date('2026-03-02T10:00:00.250Z');
  callbacks = await startCallbacks(ACCOUNT.authToken, () => said);
  far = await startTwilio({ ...ACCOUNT, onMessage: ({ sid }) => answer(sid), onCall, now: () => clock });
});
afterEach(async () => {
  await far.stop();
  await callbacks.stop();
});

const client = (given: Partial<typeof ACCOUNT> = {}) => libraryAt(far.url, { ...ACCOUNT, ...given });
const send = (given: Record<string, unknown> = {}) =>
  client().messages.create({ to: TO, from: FROM, body: 'DRILL: stop using it [k1]', ...given });
/** A request that the library does not make. */
const raw = async (
  fields: string | [string, string][],
  { path = 'Messages.json', method = 'POST', type = 'application/x-www-form-urlencoded', authorization = BASIC } = {},
) => {
  const response = await fetch(`${far.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/${path}`, {
    method,
    headers: { authorization, 'content-type': type },
    ...(method === 'POST'
      ? { body: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString() }
      : {}),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const coded = (status: number, code: number) =>
  expect.objectContaining({ status, code, moreInfo: `https://www.twilio.com/docs/errors/${code}` });

describe('a message', () => {
  test('is taken, kept as Twilio keeps it, and counted', async () => {
    const created = await send({ statusCallback: `${callbacks.url}/told` });
    expect(created).toMatchObject({ to: TO, from: FROM, status: 'queued', direction: 'outbound-api', errorCode: null });
    expect(created.sid).toMatch(SID);
    expect(created.dateCreated).toEqual(new Date('2026-03-02T10:00:00Z'));
    const fetched = await client().messages(created.sid).fetch();
    expect(fetched.toJSON()).toEqual(created.toJSON());
    expect(far.messages()).toEqual([
      {
        ...{ sid: created.sid, to: TO, from: FROM, body: 'DRILL: stop using it [k1]' },
        statusCallback: `${callbacks.url}/told`,
      },
    ]);
    expect(far.counts()).toMatchObject({ messagesAccepted: 1, messagesRefused: 0 });
  });

  test('is shown with what the OpenAPI names, and nothing else', async () => {
    const { status, body } = await raw([
      ...([
        ['To', TO],
        ['Body', 'Grüße'],
        ['MessagingServiceSid', `MG${'1'.repeat(32)}`],
      ] as [string, string][]),
    ]);
    expect(status).toBe(201);
    expect(unlikeTwilio('message', body)).toEqual([]);
    expect(body).toMatchObject({ from: null, body: 'Grüße', messaging_service_sid: `MG${'1'.repeat(32)}` });
    const wrong = { ...body, status: 'gone', extra: 1, error_code: 'x', date_sent: 'today', sid: 'CA1' };
    expect(unlikeTwilio('message', wrong).sort()).toEqual(['date_sent', 'error_code', 'extra', 'sid', 'status']);
  });

  test('has an id that follows from what it is, another each time', async () => {
    const first = [await send(), await send(), await send({ body: 'else' })].map(({ sid }) => sid);
    expect(new Set(first).size).toBe(3);
    const again = await startTwilio({ ...ACCOUNT, onMessage: () => ({ do: 'take' }), onCall });
    const library = libraryAt(again.url, ACCOUNT);
    const second = [];
    for (const { body } of far.messages())
      second.push((await library.messages.create({ to: TO, from: FROM, body })).sid);
    await again.stop();
    expect(second).toEqual(first);
  });

  test('is known still to a far end that was started again with what it had taken', async () => {
    const service = `MG${'1'.repeat(32)}`;
    const sent = await client().messages.create({ to: TO, messagingServiceSid: service, body: 'one [k1]' });
    const port = await freePort();
    const past = far.messages();
    await far.stop();
    far = await startTwilio({ ...ACCOUNT, port, past, onMessage: ({ sid }) => answer(sid), onCall, now: () => clock });
    expect(far.url).toBe(`http://127.0.0.1:${port}`);
    const found = await client().messages.list({ to: TO });
    expect(found.map((one) => one.toJSON())).toEqual([sent.toJSON()]);
    // Which is one of those that it has, and not the same again.
    const again = await client().messages.create({ to: TO, messagingServiceSid: service, body: 'one [k1]' });
    expect(again.sid).not.toBe(sent.sid);
    expect(far.counts().messagesAccepted).toBe(1);
  });

  test('says in how many parts it goes', async () => {
    expect((await send()).numSegments).toBe('1');
    expect((await send({ body: `${'a'.repeat(70)}ł` })).numSegments).toBe('2');
  });

  test('can go under a name in place of a number', async () => {
    expect((await send({ from: 'Kitchenware' })).from).toBe('Kitchenware');
  });
});

describe('a message is not taken', () => {
  test.each([
    ['without a recipient', { to: '' }, 400, 21604],
    ['without words', { body: '' }, 400, 21602],
    ['without a sender', { from: '' }, 400, 21603],
    ['to what is no number', { to: '01632 960111' }, 400, 21211],
    ['to the number that sends', { to: FROM }, 400, 21266],
    ['from what can send nothing', { from: 'a name that is too long' }, 400, 21212],
    ['with 1,601 characters', { body: 'x'.repeat(1601) }, 400, 21617],
    ['with an address for reports that is none', { statusCallback: '/told' }, 400, 21609],
    [
      'with an address for reports that Twilio will not have',
      { statusCallback: 'https://our_host.example/' },
      400,
      21609,
    ],
    ['with an id of another kind', { messagingServiceSid: 'AC123' }, 400, 20001],
    ['with a number that is none', { attempt: 'first' }, 400, 20001],
    ['with what drills do not do', { sendAt: new Date('2026-03-03T00:00:00Z'), scheduleType: 'fixed' }, 501, 20501],
  ])('%s', async (_what, given, status, code) => {
    await expect(send(given)).rejects.toEqual(coded(status, code));
    expect(far.counts()).toMatchObject({ messagesAccepted: 0, messagesRefused: 1 });
    expect(far.messages()).toEqual([]);
  });

  test('of 1,600 characters only where it is longer', async () => {
    expect((await send({ body: 'x'.repeat(1600) })).status).toBe('queued');
  });

  test('with fields that Twilio does not know, or twice', async () => {
    const known: [string, string][] = [
      ['To', TO],
      ['From', FROM],
      ['Body', 'x'],
    ];
    expect(await raw([...known, ['Subject', 'x']])).toMatchObject({ status: 400, body: { code: 20001 } });
    expect(await raw([...known, ['Body', 'y']])).toMatchObject({ status: 400, body: { code: 20001 } });
    expect(await raw(JSON.stringify({ To: TO }), { type: 'application/json' })).toMatchObject({ status: 415 });
    expect(await raw(known)).toMatchObject({ status: 201 });
  });

  test('where Twilio says for good that it will not', async () => {
    answer = () => ({ do: 'refuse', code: 21610, status: 400 });
    await expect(send()).rejects.toEqual(coded(400, 21610));
    await expect(send()).rejects.toThrow('Attempt to send to unsubscribed recipient');
    expect(await client().messages.list()).toEqual([]);
    expect(far.counts()).toMatchObject({ messagesAccepted: 0, messagesRefused: 2 });
  });

  test('where Twilio says that it cannot now, and until when', async () => {
    answer = () => ({ do: 'later', code: 20429, status: 429, retryAfterSeconds: 7 });
    await expect(send()).rejects.toEqual(coded(429, 20429));
    const { headers } = await raw([...Object.entries({ To: TO, From: FROM, Body: 'x' })]);
    expect(headers.get('retry-after')).toBe('7');
    answer = () => ({ do: 'later', code: 30001, status: 503 });
    await expect(send()).rejects.toEqual(coded(503, 30001));
  });

  test('where the drill itself fails', async () => {
    answer = () => Promise.reject(new Error('a fault in a test'));
    await expect(send()).rejects.toEqual(coded(500, 20500));
    expect(far.messages()).toEqual([]);
  });
});

describe('a request', () => {
  test('needs the credentials of the account', async () => {
    await expect(client({ authToken: 'another' }).messages.create({ to: TO, from: FROM, body: 'x' })).rejects.toEqual(
      coded(401, 20003),
    );
    const { status, headers } = await raw('', { authorization: '' });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Twilio API"']);
    expect(far.counts()).toMatchObject({ messagesAccepted: 0, messagesRefused: 0 });
  });

  test.each([
    ['GET', 'Nothing.json', 404, 20404],
    ['GET', `Messages/SM${'0'.repeat(32)}.json`, 404, 20404],
    ['GET', 'Messages/SM1.json', 404, 20404],
    ['GET', 'Messages', 404, 20404],
    ['DELETE', 'Messages.json', 405, 20004],
  ])('%s %s is answered with %i', async (method, path, status, code) => {
    expect(await raw('', { method, path })).toMatchObject({ status, body: { status, code } });
  });

  test('for another account finds nothing', async () => {
    const path = `/2010-04-01/Accounts/AC${'0b'.repeat(16)}/Messages.json`;
    expect((await fetch(far.url + path, { headers: { authorization: BASIC } })).status).toBe(404);
  });
});

describe('a sender in doubt', () => {
  test('finds what was taken without a word', async () => {
    answer = () => ({ do: 'hang' });
    const heard = raw([...Object.entries({ To: TO, From: FROM, Body: 'DRILL [k7]' })]).catch(() => 'nothing');
    await eventually('what is never answered', () => far.counts().messagesAccepted === 1);
    const found = await client().messages.list({ to: TO, limit: 20 });
    expect(found.filter(({ body }) => body.endsWith('[k7]')).map(({ sid }) => sid)).toEqual(
      far.messages().map(({ sid }) => sid),
    );
    expect(found).toHaveLength(1);
    await far.stop();
    expect(await heard).toBe('nothing');
  });

  test('asks by recipient, sender and day', async () => {
    const others = ['+441632960112', '+441632960113'];
    for (const [day, to] of [TO, ...others].entries()) {
      clock = new Date(`2026-03-0${day + 2}T10:00:00Z`);
      await send({ to, from: day === 2 ? '+441632960001' : FROM });
    }
    const told = async (query: Parameters<ReturnType<typeof client>['messages']['list']>[0]) =>
      (await client().messages.list(query)).map(({ to }) => to);
    expect(await told({})).toEqual([...[TO, ...others]].reverse());
    expect(await told({ to: TO })).toEqual([TO]);
    expect(await told({ from: FROM })).toEqual([others[0], TO]);
    expect(await told({ dateSent: new Date('2026-03-03T00:00:00Z') })).toEqual([others[0]]);
    expect(await told({ dateSentAfter: new Date('2026-03-03T10:00:00Z') })).toEqual([others[1], others[0]]);
    expect(await told({ dateSentAfter: new Date('2026-03-03T10:00:01Z') })).toEqual([others[1]]);
    expect(await told({ dateSentBefore: new Date('2026-03-03T10:00:00Z') })).toEqual([others[0], TO]);
    expect((await raw('', { method: 'GET', path: 'Messages.json?DateSent<=2026-03-02' })).body.messages).toHaveLength(
      1,
    );
    expect((await raw('', { method: 'GET', path: 'Messages.json?DateSent>=2026-03-03' })).body.messages).toHaveLength(
      2,
    );
    expect(await raw('', { method: 'GET', path: 'Messages.json?DateSent=yesterday' })).toMatchObject({ status: 400 });
  });

  test('gets everything, page by page', async () => {
    for (let n = 0; n < 7; n += 1) await send({ body: `n ${n}` });
    const found = await client().messages.list({ pageSize: 3 });
    expect(found.map(({ body }) => body)).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `n ${n}`));
    const path = `/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`;
    const sids = found.map(({ sid }) => sid);
    const second = `Messages.json?PageSize=3&Page=1&PageToken=PA${sids[2]}`;
    const { messages: shown, ...places } = (await raw('', { method: 'GET', path: second })).body;
    expect((shown as { sid: string }[]).map(({ sid }) => sid)).toEqual(sids.slice(3, 6));
    expect(places).toEqual({
      ...{ page: 1, page_size: 3, start: 3, end: 5 },
      first_page_uri: `${path}?PageSize=3&Page=0`,
      previous_page_uri: `${path}?PageSize=3&Page=0`,
      uri: path.replace('Messages.json', second),
      next_page_uri: `${path}?PageSize=3&Page=2&PageToken=PA${sids[5]}`,
    });
    // What comes meanwhile moves no page.
    const page = await client().messages.page({ pageSize: 3 });
    await send({ body: 'n 7' });
    const next = await page.nextPage();
    expect(next?.instances.map(({ body }) => body)).toEqual(['n 3', 'n 2', 'n 1']);
    expect((await next?.previousPage())?.instances).toHaveLength(3);
    expect(await raw('', { method: 'GET', path: 'Messages.json?PageSize=1001' })).toMatchObject({ status: 400 });
  });
});

describe('a report', () => {
  test('comes signed, and stands in the message', async () => {
    said = { status: 204 };
    const local = callbacks.url.replace('127.0.0.1', 'localhost');
    expect(await far.reportMessage((await send({ statusCallback: local })).sid, 'sent')).toBe(204);
    callbacks.heard.length = 0;
    const { sid } = await send({ statusCallback: `${callbacks.url}/told?notice=1%2F2&x=a'b` });
    expect(await far.reportMessage(sid, 'sent')).toBe(204);
    expect(await far.reportMessage(sid, 'undelivered', 30003)).toBe(204);
    expect(callbacks.heard.map(({ isSigned, params }) => [isSigned, params.MessageStatus])).toEqual([
      [true, 'sent'],
      [true, 'undelivered'],
    ]);
    expect(callbacks.heard[1]?.params).toEqual({
      ...{ AccountSid: ACCOUNT.accountSid, ApiVersion: '2010-04-01', From: FROM, To: TO, ErrorCode: '30003' },
      ...{ MessageSid: sid, SmsSid: sid, MessageStatus: 'undelivered', SmsStatus: 'undelivered' },
    });
    expect(await client().messages(sid).fetch()).toMatchObject({ status: 'undelivered', errorCode: 30003 });
  });

  test('that comes late is sent and changes nothing', async () => {
    const { sid } = await send({ statusCallback: callbacks.url });
    for (const status of ['delivered', 'sent', 'failed'] as const) await far.reportMessage(sid, status);
    expect(callbacks.heard.map(({ params }) => params.MessageStatus)).toEqual(['delivered', 'sent', 'failed']);
    expect((await client().messages(sid).fetch()).status).toBe('delivered');
  });

  test('can overtake the answer to its message', async () => {
    answer = async (sid) => {
      await far.reportMessage(sid, 'sent');
      return { do: 'take' };
    };
    expect((await send({ statusCallback: callbacks.url })).status).toBe('sent');
    expect(callbacks.heard).toHaveLength(1);
  });

  test('goes nowhere where none was asked for, and never off this machine', async () => {
    const quiet = await send();
    expect(await far.reportMessage(quiet.sid, 'sent')).toBeNull();
    const elsewhere = await send({ statusCallback: 'https://recall.example/told' });
    await expect(far.reportMessage(elsewhere.sid, 'sent')).rejects.toThrow('not on this machine');
    await expect(far.reportMessage('SM1', 'sent')).rejects.toThrow('no message SM1');
  });
});

describe('a signature', () => {
  // The example of Twilio's own documents and libraries.
  test('is the one of Twilio for its own example', () => {
    const params = {
      ...{ CallSid: 'CA1234567890ABCDE', Digits: '1234', From: '+14158675309', To: '+18005551212' },
      Caller: '+14158675309',
    };
    const url = 'https://mycompany.com/myapp.php?foo=1&bar=2';
    expect(signatureOf('12345', { url, params })).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
  });
});

describe('somebody who writes to us', () => {
  const incoming = { from: TO, to: FROM, body: 'STOP' };

  test('is heard, signed, and gets our words', async () => {
    said = {
      text: '<Response><Message>You are out.\nDRILL &amp; done</Message><Message><Body> 2 </Body></Message></Response>',
    };
    expect(await far.receiveMessage(`${callbacks.url}/sms`, incoming)).toEqual({
      status: 200,
      replies: ['You are out.\nDRILL & done', '2'],
    });
    const [{ isSigned, params } = { isSigned: false, params: {} as Record<string, string> }] = callbacks.heard;
    expect([isSigned, params.From, params.To, params.Body, params.SmsStatus]).toEqual([
      true,
      TO,
      FROM,
      'STOP',
      'received',
    ]);
    expect(params.MessageSid).toMatch(SID);
    expect(await client().messages.list({ from: TO })).toMatchObject([{ direction: 'inbound', body: 'STOP' }]);
    expect(await client().messages.list({ to: TO })).toHaveLength(2);
    // What is said in answer is not what the account was asked to send.
    expect(far.messages()).toEqual([]);
  });

  test('can get no answer', async () => {
    said = { status: 204 };
    expect(await far.receiveMessage(callbacks.url, incoming)).toEqual({ status: 204, replies: [] });
    said = { text: '<Response/>' };
    expect(await far.receiveMessage(callbacks.url, incoming)).toEqual({ status: 200, replies: [] });
    said = { status: 403, type: 'application/json', text: '{}' };
    expect(await far.receiveMessage(callbacks.url, incoming)).toEqual({ status: 403, replies: [] });
  });

  test.each([
    ['<Response><Message>a</Response>', 'text/xml', '12100'],
    ['<Message>a</Message>', 'text/xml', '12100'],
    ['<Response>a</Response>', 'text/xml', '12200'],
    ['<Response/>', 'application/json', '12300'],
    ['<Response><Dial/></Response>', 'text/xml', '<Dial>'],
  ])('is answered with %s as %s: %s', async (text, type, expected) => {
    said = { text, type };
    await expect(far.receiveMessage(callbacks.url, incoming)).rejects.toThrow(expected);
  });
});
