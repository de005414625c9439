import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import twilio from 'twilio';
import { startTwilio, type Twilio } from '../../../drills/far-ends/twilio.js';
import type { MessageAnswer } from '../../../drills/far-ends/twilio/answers.js';
import { eventually } from '../../eventually.js';
import { startCallbacks, type Heard, type Said } from './own-callbacks.js';
import { unlikeTwilio } from './twilio-answers.js';
import { libraryAt } from './twilio-client.js';

const ACCOUNT = { accountSid: `AC${'0a'.repeat(16)}`, authToken: 'a token of nobody' };
const FROM = '+441632960000';
const TO = '+441632960111';
const BASIC = `Basic ${Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64')}`;

let far: Twilio;
let callbacks: Awaited<ReturnType<typeof startCallbacks>>;
let answer: () => MessageAnswer | Promise<MessageAnswer>;
/** What we say at each path. */
let says: Record<string, (heard: Heard) => Said | Promise<Said>>;
beforeEach(async () => {
  answer = () => ({ do: 'take' });
  says = {};
  callbacks = await startCallbacks(ACCOUNT.authToken, (heard) => {
    const said = says[heard.path.split('?')[0]!];
    return said ? said(heard) : { status: 404, text: 'nothing' };
  });
  far = await startTwilio({
    ...{ ...ACCOUNT, onMessage: () => ({ do: 'take' }), onCall: () => answer() },
    now: () => new Date('2026-03-02T10:00:00Z'),
  });
});
afterEach(async () => {
  await far.stop();
  await callbacks.stop();
});

const client = () => libraryAt(far.url, ACCOUNT);
type Wanted = Partial<Parameters<ReturnType<typeof client>['calls']['create']>[0]>;
const call = (given: Wanted = {}) =>
  client().calls.create({
    ...{ to: TO, from: FROM, url: `${callbacks.url}/voice?notice=1%2F2` },
    ...{ statusCallback: `${callbacks.url}/ended`, ...given },
  });
const human = (...keys: string[]) => ({ answeredBy: 'human', keys }) as const;
const coded = (status: number, code: number) => expect.objectContaining({ status, code });
const xml = (inside: string): Said => ({
  text: `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`,
});
const heardAt = (path: string): Heard[] => callbacks.heard.filter((heard) => heard.path.split('?')[0] === path);
const ended = (): Said => ({ status: 204 });

/** What a product says with Twilio's own library. */
function menu(): Said {
  const response = new twilio.twiml.VoiceResponse();
  const gather = response.gather({ numDigits: 1, action: '/keys', timeout: 3 });
  gather.say({ language: 'de-DE' }, 'Übung. Bitte Lampe & Ofen nicht benutzen.');
  gather.pause({ length: 2 });
  gather.say({ language: 'de-DE' }, 'Drücken Sie die 1.');
  response.say({ language: 'de-DE' }, 'Auf Wiederhören.');
  return { text: response.toString() };
}
const MENU = [
  { language: 'de-DE', text: 'Übung. Bitte Lampe & Ofen nicht benutzen.' },
  { language: 'de-DE', text: 'Drücken Sie die 1.' },
];

describe('a call', () => {
  test('is taken, kept as Twilio keeps it, and counted', async () => {
    const created = await call({ machineDetection: 'DetectMessageEnd' });
    expect(created).toMatchObject({
      to: TO,
      from: FROM,
      status: 'queued',
      direction: 'outbound-api',
      answeredBy: null,
    });
    expect(created.sid).toMatch(/^CA[0-9a-f]{32}$/);
    expect((await client().calls(created.sid).fetch()).toJSON()).toEqual(created.toJSON());
    expect(far.calls()).toEqual([
      {
        ...{ sid: created.sid, to: TO, from: FROM, url: `${callbacks.url}/voice?notice=1%2F2` },
        ...{ statusCallback: `${callbacks.url}/ended`, machineDetection: true },
      },
    ]);
    expect(far.counts()).toEqual({ messagesAccepted: 0, messagesRefused: 0, callsAccepted: 1, callsRefused: 0 });
  });

  test('and its account are shown with what the OpenAPI names, and nothing else', async () => {
    const { sid } = await call();
    const shown = async (path: string): Promise<unknown> =>
      (await fetch(`${far.url}/2010-04-01/Accounts/${path}`, { headers: { authorization: BASIC } })).json();
    expect(unlikeTwilio('call', await shown(`${ACCOUNT.accountSid}/Calls/${sid}.json`))).toEqual([]);
    says = { '/voice': () => xml('<Hangup/>'), '/ended': ended };
    await far.conductCall(sid, human());
    expect(unlikeTwilio('call', await shown(`${ACCOUNT.accountSid}/Calls/${sid}.json`))).toEqual([]);
    expect(unlikeTwilio('account', await shown(`${ACCOUNT.accountSid}.json`))).toEqual([]);
    const account = await client().api.v2010.accounts(ACCOUNT.accountSid).fetch();
    expect(account).toMatchObject({ status: 'active', type: 'Full' });
  });

  test('is found by whoever is in doubt', async () => {
    const [first, second] = [await call(), await call({ to: '+441632960112' })];
    says = { '/voice': () => xml('<Pause length="89"/><Pause/>'), '/ended': ended };
    await far.conductCall(second.sid, human());
    const found = async (query: Parameters<ReturnType<typeof client>['calls']['list']>[0]) =>
      (await client().calls.list(query)).map(({ sid }) => sid);
    expect(await found({})).toEqual([second.sid, first.sid]);
    expect(await found({ to: TO })).toEqual([first.sid]);
    expect(await found({ from: TO })).toEqual([]);
    expect(await found({ status: 'completed' })).toEqual([second.sid]);
    expect(await found({ startTimeAfter: new Date('2026-03-02T10:00:00Z') })).toEqual([second.sid]);
    expect(await found({ endTimeBefore: new Date('2026-03-02T10:01:29Z') })).toEqual([]);
    expect(await found({ endTimeBefore: new Date('2026-03-02T10:01:30Z') })).toEqual([second.sid]);
  });

  test.each([
    ['without a number', { to: '' }, 400, 21201],
    ['from nobody', { from: '' }, 400, 21213],
    ['to what is no number', { to: '960111' }, 400, 21211],
    ['from what is no number', { from: '960111' }, 400, 21212],
    ['without anything to say', { url: '' }, 400, 21205],
    ['with an address that is none', { url: '/voice' }, 400, 21205],
    ['with an event that there is none of', { statusCallbackEvent: ['finished'] }, 400, 21626],
    ['with a method that is none', { method: 'PUT' }, 400, 20001],
    ['with a detection that there is none of', { machineDetection: 'yes' }, 400, 20001],
    ['with what drills do not do', { record: true }, 501, 20501],
  ])('is refused %s', async (_what, given, status, code) => {
    await expect(call(given)).rejects.toEqual(coded(status, code));
    expect(far.counts()).toMatchObject({ callsAccepted: 0, callsRefused: 1 });
  });

  test('is refused or put off where the drill says so', async () => {
    answer = () => ({ do: 'refuse', code: 21215, status: 400 });
    await expect(call()).rejects.toEqual(coded(400, 21215));
    answer = () => ({ do: 'later', code: 20429, status: 429 });
    await expect(call()).rejects.toEqual(coded(429, 20429));
    expect(far.calls()).toEqual([]);
  });

  test('can be taken without a word', async () => {
    answer = () => ({ do: 'hang' });
    const heard = call().then(
      () => 'an answer',
      () => 'nothing',
    );
    await eventually('what is never answered', () => far.counts().callsAccepted === 1);
    expect(await client().calls.list({ to: TO })).toMatchObject([{ sid: far.calls()[0]?.sid, status: 'queued' }]);
    await far.stop();
    expect(await heard).toBe('nothing');
  });
});

describe('what a call can be made with', () => {
  test('is all that something is done about, or that changes nothing here', async () => {
    const { sid } = await call({
      ...{ method: 'GET', fallbackUrl: callbacks.url, fallbackMethod: 'GET', statusCallbackMethod: 'GET' },
      ...{ statusCallbackEvent: ['completed'], timeout: 20, timeLimit: 300, callReason: 'DRILL' },
      ...{ machineDetection: 'DetectMessageEnd', machineDetectionTimeout: 30, machineDetectionSilenceTimeout: 3000 },
      ...{ machineDetectionSpeechThreshold: 2400, machineDetectionSpeechEndThreshold: 1200 },
      ...{ asyncAmd: 'true', asyncAmdStatusCallback: `${callbacks.url}/who`, asyncAmdStatusCallbackMethod: 'GET' },
    });
    says = { '/voice': () => xml('<Say>x</Say>'), '/who': ended, '/ended': ended };
    expect(await far.conductCall(sid, human())).toMatchObject({ status: 'completed', problems: [] });
    expect(callbacks.heard.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      ...['GET /voice', 'GET /who', 'GET /ended'],
    ]);
  });
});

describe('a person who takes it', () => {
  test('hears our words in their language, and presses a key', async () => {
    says = { '/voice': menu, '/keys': () => xml('<Say language="de-DE">Danke.</Say>'), '/ended': ended };
    const { sid } = await call();
    expect(await far.conductCall(sid, human('1'))).toEqual({
      ...{ sid, status: 'completed', reported: 204, problems: [], keysSent: ['1'] },
      spoken: [...MENU, { language: 'de-DE', text: 'Danke.' }],
    });
    expect(callbacks.heard.map(({ path, isSigned }) => [path, isSigned])).toEqual([
      ['/voice?notice=1%2F2', true],
      ['/keys', true],
      ['/ended', true],
    ]);
    const [asked, keys, end] = callbacks.heard.map(({ params }) => params);
    const about = { AccountSid: ACCOUNT.accountSid, CallSid: sid, From: FROM, To: TO };
    expect(asked).toMatchObject({ ...about, CallStatus: 'in-progress' });
    expect(asked).not.toHaveProperty('AnsweredBy');
    expect(keys).toMatchObject({ ...about, Digits: '1' });
    expect(end).toMatchObject({ ...about, CallStatus: 'completed', CallDuration: '8', SequenceNumber: '0' });
    expect(end).toMatchObject({ Timestamp: 'Mon, 02 Mar 2026 10:00:00 +0000' });
    expect(await client().calls(sid).fetch()).toMatchObject({ status: 'completed', duration: '8', answeredBy: null });
  });

  test('who presses nothing hears what comes after', async () => {
    says = { '/voice': menu, '/ended': ended };
    const { sid } = await call();
    expect(await far.conductCall(sid, human(''))).toMatchObject({
      ...{ keysSent: [], problems: [] },
      spoken: [...MENU, { language: 'de-DE', text: 'Auf Wiederhören.' }],
    });
    expect(heardAt('/keys')).toEqual([]);
  });

  test('can press at one question and not at the next, more than one key, and a last one', async () => {
    says = {
      '/voice': () => xml('<Gather/><Gather numDigits="2" action="/two"/><Say>unheard</Say>'),
      '/two': () => xml('<Gather action="http://127.0.0.1:1/x" method="GET" finishOnKey=""><Say>three</Say></Gather>'),
      '/ended': ended,
    };
    const { sid } = await call();
    const log = await far.conductCall(sid, human('', '123', '4#5'));
    expect(log).toMatchObject({ keysSent: ['12', '4#5'], spoken: [{ language: null, text: 'three' }] });
    // Nobody answers there.
    expect(log.problems).toEqual([expect.stringMatching(/^11205: /)]);
    expect(heardAt('/two').map(({ params }) => params.Digits)).toEqual(['12']);
  });

  test('presses no key where words are wanted', async () => {
    says = {
      '/voice': () => xml('<Gather input="speech"/><Gather input="dtmf speech" action="/keys"/>'),
      '/ended': ended,
    };
    says['/keys'] = () => xml('<Hangup/>');
    const { sid } = await call();
    expect(await far.conductCall(sid, human('7', '8'))).toMatchObject({ keysSent: ['7'], problems: [] });
  });

  test('finishes what they type, and silence can be told too', async () => {
    says = {
      '/voice': () => xml('<Gather action="/keys" actionOnEmptyResult="true"/>'),
      '/keys': ({ params }) => xml(params.Digits === '' ? '<Gather action="/keys"/>' : '<Hangup/><Say>unheard</Say>'),
      '/ended': ended,
    };
    const { sid } = await call();
    expect(await far.conductCall(sid, human('', '42#9'))).toMatchObject({ keysSent: ['42'], spoken: [], problems: [] });
    expect(heardAt('/keys').map(({ params }) => params.Digits)).toEqual(['', '42']);
  });

  test('is led on by address, and asked with the method that is wanted', async () => {
    says = {
      '/a/voice': () =>
        xml('<Play loop="2">/a.mp3</Play><Redirect method="get">next?x=1&amp;y=2</Redirect><Say>unheard</Say>'),
      '/a/next': ({ params }) => xml(`<Say><prosody>x is ${params.x}</prosody>\n  y is ${params.y}</Say>`),
      '/ended': ended,
    };
    const { sid } = await call({ url: `${callbacks.url}/a/voice`, statusCallbackMethod: 'GET' });
    expect(await far.conductCall(sid, human())).toMatchObject({
      spoken: [
        { language: null, text: '/a.mp3' },
        { language: null, text: '/a.mp3' },
        { language: null, text: 'x is 1 y is 2' },
      ],
    });
    expect(callbacks.heard.map(({ method, isSigned }) => `${method} ${isSigned}`)).toEqual([
      'POST true',
      'GET true',
      'GET true',
    ]);
  });

  test('who is led in circles is let go', async () => {
    says = { '/voice': () => xml('<Say loop="0">again</Say><Redirect/>'), '/ended': ended };
    const { sid } = await call();
    const log = await far.conductCall(sid, human());
    expect(log).toMatchObject({ status: 'completed', problems: ['a call of more than 25 documents'] });
    expect(log.spoken).toHaveLength(250);
  });

  test('hears what came with the call', async () => {
    says = { '/ended': ended };
    const { sid } = await call({
      url: undefined,
      twiml: '<Response><Say>hello</Say><Redirect>/x</Redirect></Response>',
    });
    expect(await far.conductCall(sid, human())).toMatchObject({
      spoken: [{ language: null, text: 'hello' }],
      problems: ['11100: no address: /x'],
    });
  });
});

describe('who takes it', () => {
  beforeEach(() => {
    says = {
      '/voice': ({ params }) => xml(`<Gather action="/keys"><Say>for ${params.AnsweredBy ?? 'anybody'}</Say></Gather>`),
      '/keys': () => xml('<Hangup/>'),
      '/ended': ended,
    };
  });

  test.each([
    ['human', 'Enable', 'human'],
    ['human', 'DetectMessageEnd', 'human'],
    ['machine', 'Enable', 'machine_start'],
    ['machine', 'DetectMessageEnd', 'machine_end_beep'],
    ['machine', undefined, undefined],
    ['fax', 'Enable', 'fax'],
    ['fax', 'DetectMessageEnd', 'fax'],
  ] as const)('is a %s: with %s we are told %s', async (who, machineDetection, told) => {
    const { sid } = await call({ machineDetection });
    const log = await far.conductCall(sid, who === 'human' ? human('1') : { answeredBy: who });
    expect(log).toMatchObject({
      ...{ status: 'completed', keysSent: who === 'human' ? ['1'] : [] },
      spoken: [{ language: null, text: `for ${told ?? 'anybody'}` }],
    });
    expect(heardAt('/ended').map(({ params }) => params.AnsweredBy)).toEqual([told]);
    expect((await client().calls(sid).fetch()).answeredBy).toBe(told ?? null);
  });

  test.each([
    ['busy', '486'],
    ['no-answer', '487'],
    ['failed', '404'],
  ] as const)('is nobody: %s', async (answeredBy, code) => {
    const { sid } = await call({ machineDetection: 'Enable' });
    expect(await far.conductCall(sid, { answeredBy })).toEqual({
      ...{ sid, status: answeredBy, spoken: [], keysSent: [], problems: [], reported: 204 },
    });
    expect(
      callbacks.heard.map(({ params: { CallStatus, CallDuration, SipResponseCode, AnsweredBy } }) => [
        ...[CallStatus, CallDuration, SipResponseCode, AnsweredBy],
      ]),
    ).toEqual([[answeredBy, '0', code, undefined]]);
    expect(await client().calls(sid).fetch()).toMatchObject({ status: answeredBy, startTime: null });
  });

  test('is told while the call goes on where that was asked for, and what is said can be changed', async () => {
    says['/who'] = async ({ params }) => {
      if (params.AnsweredBy === 'machine_start')
        await client()
          .calls(params.CallSid!)
          .update({ url: `${callbacks.url}/for-machines` });
      return ended();
    };
    says['/for-machines'] = () => xml('<Say>a message</Say>');
    const { sid } = await call({
      ...{ machineDetection: 'Enable', asyncAmd: 'true', asyncAmdStatusCallback: `${callbacks.url}/who` },
    });
    expect(await far.conductCall(sid, { answeredBy: 'machine' })).toMatchObject({
      spoken: [{ language: null, text: 'a message' }],
    });
    expect(heardAt('/voice').map(({ params }) => params.AnsweredBy)).toEqual([undefined]);
    expect(callbacks.heard.every(({ isSigned }) => isSigned)).toBe(true);
  });
});

describe('a call that goes on', () => {
  test('is told of at each event that was asked for, in their order', async () => {
    says = { '/voice': () => xml('<Say>x</Say>'), '/ended': ended };
    const { sid } = await call({ statusCallbackEvent: ['completed', 'answered', 'ringing', 'initiated'] });
    await far.conductCall(sid, human());
    expect(heardAt('/ended').map(({ params }) => `${params.SequenceNumber} ${params.CallStatus}`)).toEqual([
      ...['0 queued', '1 ringing', '2 in-progress', '3 completed'],
    ]);
    expect(heardAt('/ended').map(({ params }) => params.CallDuration)).toEqual([undefined, undefined, undefined, '1']);
  });

  test('can be told something else by us', async () => {
    const change = async (sid: string): Promise<Said> => {
      await client().calls(sid).update({ twiml: '<Response><Say>b</Say></Response>' });
      return xml('<Say>a</Say>');
    };
    says = { '/voice': ({ params }) => change(params.CallSid!), '/ended': ended };
    const { sid } = await call();
    expect((await far.conductCall(sid, human())).spoken.map(({ text }) => text)).toEqual(['b']);
  });

  test('can be ended by us, and not twice', async () => {
    const hangUp = async (sid: string): Promise<Said> => {
      await client().calls(sid).update({ status: 'canceled' });
      await client().calls(sid).update({ status: 'completed' });
      return xml('<Say>unheard</Say>');
    };
    says = { '/voice': ({ params }) => hangUp(params.CallSid!), '/ended': ended };
    const { sid } = await call();
    expect(await far.conductCall(sid, human())).toMatchObject({ spoken: [], status: 'completed' });
    await expect(client().calls(sid).update({ status: 'completed' })).rejects.toEqual(coded(400, 21220));
    await expect(far.conductCall(sid, human())).rejects.toThrow(`${sid} was made: completed`);
  });

  test('never begins where it is canceled before, or while it rings', async () => {
    says = {
      '/ended': ({ params }) => {
        if (params.CallStatus !== 'ringing') return ended();
        return client().calls(params.CallSid!).update({ status: 'completed' }).then(ended);
      },
    };
    const before = await call();
    await expect(client().calls(before.sid).update({ url: callbacks.url })).rejects.toEqual(coded(400, 21220));
    await client().calls(before.sid).update({ status: 'canceled' });
    const ringing = await call({ statusCallbackEvent: ['ringing', 'completed'] });
    for (const { sid } of [before, ringing])
      expect(await far.conductCall(sid, human('1'))).toMatchObject({ status: 'canceled', spoken: [], reported: 204 });
    expect(heardAt('/voice')).toEqual([]);
  });

  test('is over though nobody hears of it, and is told of again', async () => {
    says = { '/voice': () => xml('<Say>x</Say>'), '/ended': ended };
    const { sid } = await call({ statusCallback: 'http://127.0.0.1:1/' });
    expect(await far.conductCall(sid, human())).toMatchObject({ status: 'completed', reported: null });
    const quiet = await call({ statusCallback: undefined });
    expect(await far.conductCall(quiet.sid, human())).toMatchObject({ status: 'completed', reported: null });
    const told = await call();
    await far.conductCall(told.sid, human());
    expect(await far.reportCall(told.sid)).toBe(204);
    const [first, second] = heardAt('/ended').map(({ params }) => params);
    expect(second).toEqual(first);
    await expect(far.conductCall('CA1', human())).rejects.toThrow('no call CA1');
    await expect(far.reportCall((await call()).sid)).rejects.toThrow('is not over');
  });

  test('asks and tells nobody off this machine', async () => {
    says = { '/voice': () => xml('<Redirect>https://recall.example/voice</Redirect>'), '/ended': ended };
    const led = await call();
    await expect(far.conductCall(led.sid, human())).rejects.toThrow('not on this machine');
    const told = await call({ statusCallback: 'https://recall.example/ended' });
    await expect(far.conductCall(told.sid, { answeredBy: 'busy' })).rejects.toThrow('not on this machine');
  });
});

describe('what is wrong with our words is in the log', () => {
  test.each([
    ['<Say>a</Say><Dial>1</Dial><Say>b</Say>', ['a', 'b'], ['12200: <Dial> is not spoken in drills']],
    ['<Say lang="de">a</Say>', ['a'], ['12200: lang="de" of <Say>']],
    ['<Say></Say>', [''], ['13520: <Say> without anything to say']],
    [
      '<Gather numDigits="one"><Dial/></Gather>',
      [],
      ['12200: numDigits="one" of <Gather>', '12200: <Dial> in <Gather>'],
    ],
    ['<Say>a</Say', [], [expect.stringMatching(/^12100: /)]],
  ])('%s', async (inside, spoken, problems) => {
    says = { '/voice': () => xml(inside), '/ended': ended };
    const { sid } = await call();
    const log = await far.conductCall(sid, human());
    expect(log.spoken.map(({ text }) => text)).toEqual(spoken);
    expect(log.problems).toHaveLength(problems.length);
    expect(log.problems).toEqual(expect.arrayContaining(problems));
  });

  test('an answer that is none leads to the other address, once', async () => {
    says = {
      '/voice': () => ({ status: 500 }),
      '/other': () => ({ type: 'text/plain', text: 'sorry' }),
      '/ended': ended,
    };
    const { sid } = await call({ fallbackUrl: `${callbacks.url}/other`, fallbackMethod: 'GET' });
    const { problems } = await far.conductCall(sid, human());
    expect(problems).toEqual(['11200: answered with status 500', '12300: an invalid Content-Type: text/plain']);
    expect(heardAt('/other')).toMatchObject([{ method: 'GET', isSigned: true, params: { ErrorCode: '11200' } }]);
  });
});
