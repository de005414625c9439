import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import type { Answering, CallLog } from '../../drills/far-ends/twilio/voice.js';
import type { EffectResult } from '../../engine/effects.js';
import type { RecallId } from '../../engine/words.js';
import { callList } from '../../store/calls.js';
import { listPost } from '../../store/post.js';
import { recordResponse } from '../../store/responses.js';
import { tallyOf } from '../../store/tally.js';
import { done, freezing, noticesOf, sending, traced } from '../activities/campaigning.js';
import { ACCOUNT, startTwilioEnd, type TwilioEnd } from '../activities/channels/twilio-end.js';
import { keyOf } from '../store/campaign-fixture.js';
import { factsOf, minutes, OPENED, outboxOf, ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';

const database = ownDatabase();
/** The first customer received ten units, of which one was credited, the second ten; the third speaks German. */
const CUSTOMERS = [{ code: '100' }, { code: '101' }, { code: '102', language: 'de' }];
const THREE_DAYS = minutes(3 * 24 * 60);
let end: TwilioEnd;
let api: FastifyInstance;
let publicUrl: string;
beforeAll(async () => {
  const deps = apiDeps(database.pool, { twilioAuthToken: ACCOUNT.authToken });
  api = await createApi(deps);
  // What is signed begins with an address that is known when the API listens.
  publicUrl = deps.publicUrl = await api.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(async () => {
  end = await startTwilioEnd();
});
afterEach(() => end.stop());
afterAll(() => api.close());

/** A campaign by telephone whose calls are placed, and nobody has taken yet. */
async function called(credited?: number): Promise<RecallId> {
  const customers = CUSTOMERS.map((one) => ({ ...one, address: end.addressOf(one.code), credited }));
  const recallId = await traced(database.pool, customers, { channel: 'voice', allowList: end.allowList });
  const deps = { ...end.deps(database.pool), publicUrl };
  await done(deps, freezing(recallId, 'voice'));
  deps.egress.close();
  await send(recallId);
  return recallId;
}

async function send(recallId: RecallId, n = 1, now = OPENED): Promise<EffectResult<'runCampaign'>> {
  const deps = { ...end.deps(database.pool), publicUrl };
  const result = await done(deps, sending(recallId, 'voice', n, now));
  deps.egress.close();
  return result;
}

/** The newest call to a customer is made. */
async function call(code: string, who: Answering): Promise<CallLog> {
  const { sid } = end.twilio.calls().findLast(({ to }) => to === end.addressOf(code))!;
  const log = await end.twilio.conductCall(sid, who);
  expect([log.problems, log.reported]).toEqual([[], 200]);
  return log;
}
const person = (...keys: string[]): Answering => ({ answeredBy: 'human', keys });
const words = ({ spoken }: CallLog): string => spoken.map(({ text }) => text).join(' ');
const facts = (recallId: RecallId, type: string) => factsOf(database.pool, recallId, type);
const tally = (recallId: RecallId) => tallyOf(database.pool, keyOf(recallId));

describe('what is said in a call', () => {
  test('is the notice in the language of its recipient, as a drill, and what can be pressed', async () => {
    await called();
    const english = await call('101', person());
    expect(english.spoken.map(({ language }) => language)).toEqual(['en-GB', 'en-GB', 'en-GB', 'en-GB']);
    expect(english.spoken[0]!.text).toMatch(/^DRILL\. .*product safety recall.*Units supplied to you: 10\./);
    expect(english.spoken[1]!.text).toBe(english.spoken[2]!.text);
    expect(english.spoken[1]!.text).toMatch(/press 1.*press 2.*press 9/);
    const german = await call('102', person());
    expect(german.spoken[0]).toMatchObject({ language: 'de-DE', text: expect.stringContaining('sofort') });
  });

  test('to somebody who listens to the end has arrived, and to who hangs up has not', async () => {
    const recallId = await called();
    await call('101', person());
    expect(await facts(recallId, 'notice arrived')).toMatchObject([
      { recipient: 'c101', channel: 'voice', status: 'human' },
    ]);
    expect(await tally(recallId)).toMatchObject({ delivered: 3, responded: 0 });
  });

  test('is left on a machine once, and not again by a later call', async () => {
    const recallId = await called();
    const first = await call('101', { answeredBy: 'machine' });
    expect(first.spoken).toHaveLength(1);
    expect(words(first)).toMatch(/DRILL.*or call: /);
    expect(words(first)).not.toContain('press');
    expect(await facts(recallId, 'notice arrived')).toMatchObject([{ status: 'machine_end_beep' }]);
    await send(recallId, 2, THREE_DAYS);
    expect((await call('101', { answeredBy: 'machine' })).spoken).toEqual([]);
    expect(words(await call('100', { answeredBy: 'machine' }))).toContain('DRILL');
  });
});

describe('a fax', () => {
  const fax: Answering = { answeredBy: 'fax' };

  test('that takes a call is told nothing and is no arrival, and its number is called no more', async () => {
    const recallId = await called();
    const before = await tally(recallId);
    expect(before).toMatchObject({ delivered: 3, bounced: 0, unreachable: 0 });
    const log = await call('101', fax);
    expect([log.spoken, log.status]).toEqual([[], 'completed']);
    // It is said once while the call goes on, and once when it is over.
    expect(await end.twilio.reportCall(log.sid)).toBe(200);
    expect(await facts(recallId, 'notice arrived')).toEqual([]);
    expect(await facts(recallId, 'notice bounced')).toMatchObject([
      { recipient: 'c101', channel: 'voice', status: 'fax', how: 'for-good' },
    ]);
    expect(await tally(recallId)).toMatchObject({ delivered: 2, bounced: 1, unreachable: 1 });
    await send(recallId, 2, THREE_DAYS);
    expect(end.twilio.calls().filter(({ to }) => to === end.addressOf('101'))).toHaveLength(1);
    expect(end.twilio.calls().filter(({ to }) => to === end.addressOf('100'))).toHaveLength(2);
  });

  test('is one by the report of its end too, where nobody was there to say anything in the call', async () => {
    const recallId = await called();
    const url = await endOf(recallId, 'c101');
    const form = { AnsweredBy: 'fax', CallStatus: 'completed', SipResponseCode: '200' };
    expect(await post(url, form)).toBe(200);
    expect(await facts(recallId, 'notice bounced')).toMatchObject([{ status: 'fax', how: 'for-good' }]);
  });

  test('arrives and answers nothing, whatever is posted in its name', async () => {
    const recallId = await called();
    const url = await endOf(recallId, 'c101');
    const form = { AnsweredBy: 'fax', Digits: '2', CallSid: 'CA1', To: end.addressOf('101') };
    for (const path of ['/heard', '/keys', '/units']) expect(await post(`${url}${path}`, form)).toBe(200);
    for (const type of ['notice arrived', 'key pressed', 'response recorded'])
      expect(await facts(recallId, type)).toEqual([]);
    expect(await facts(recallId, 'notice bounced')).toHaveLength(1);
  });

  /** Where what becomes of the call to a recipient is posted. */
  async function endOf(recallId: RecallId, recipient: string): Promise<string> {
    const notice = (await noticesOf(database.pool, recallId)).find((one) => one.recipient === recipient)!;
    return `${publicUrl}/twilio/calls/${/[0-9a-f]{32}/.exec(notice.messageId)![0]}`;
  }
  /** As Twilio signs it. */
  async function post(url: string, form: Record<string, string>): Promise<number> {
    const names = Object.keys(form).sort();
    const signed = names.reduce((text, name) => `${text}${name}${form[name]}`, url);
    const signature = createHmac('sha1', ACCOUNT.authToken).update(signed).digest('base64');
    const headers = { 'x-twilio-signature': signature };
    return (await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) })).status;
  }
});

describe('keys', () => {
  test('1 and a number say how many units somebody has; what became of the others stays open', async () => {
    const recallId = await called();
    const log = await call('101', person('1', '4#'));
    expect(log.keysSent).toEqual(['1', '4']);
    expect(words(log)).toMatch(/How many do you have.*Thank you/);
    expect(await facts(recallId, 'key pressed')).toMatchObject([{ recipient: 'c101', said: 'has', rung: 0 }]);
    const answer = { quarantined: 4, soldOn: 0, destroyed: 0, passedOn: false };
    expect(await facts(recallId, 'response recorded')).toMatchObject([{ recipient: 'c101', answer }]);
    expect(await facts(recallId, 'notice arrived')).toHaveLength(1);
    expect(await tally(recallId)).toMatchObject({ responded: 1, unitsReported: 4 });
  });

  test('1 of who got one unit asks for no number', async () => {
    const recallId = await called(9);
    expect((await call('101', person('1'))).keysSent).toEqual(['1']);
    const answer = { quarantined: 1, soldOn: 0, destroyed: 0, passedOn: false };
    expect(await facts(recallId, 'response recorded')).toMatchObject([{ answer }]);
  });

  test('of more units than were delivered are asked for again, and without a number 1 is no answer', async () => {
    const recallId = await called();
    expect((await call('101', person('1', '11#', '10#'))).keysSent).toEqual(['1', '11', '10']);
    await call('100', person('1'));
    expect(await facts(recallId, 'response recorded')).toMatchObject([{ answer: { quarantined: 10 } }]);
    expect(await facts(recallId, 'key pressed')).toMatchObject([{ said: 'has' }, { said: 'has' }]);
  });

  test('2 says that none are left, and takes back nothing that was said before', async () => {
    const recallId = await called();
    expect(words(await call('101', person('2')))).toContain('do not have it any more');
    const before = { quarantined: 3, soldOn: 6, destroyed: 0, passedOn: true };
    await recordResponse(database.pool, keyOf(recallId), {
      recipient: 'c100' as never,
      answer: before,
      comment: null,
      at: OPENED,
    });
    await call('100', person('2'));
    const none = { quarantined: 0, soldOn: 0, destroyed: 0, passedOn: false };
    expect(await facts(recallId, 'response recorded')).toMatchObject([
      { recipient: 'c101', answer: none },
      { recipient: 'c100', answer: before },
    ]);
    expect(await facts(recallId, 'key pressed')).toHaveLength(2);
  });

  test('9 puts somebody on the list of those who are called, until somebody has', async () => {
    const recallId = await called();
    expect(words(await call('101', person('9')))).toContain('A person will call you');
    const asked = { rules: [], now: OPENED };
    expect(await callList(database.pool, recallId, asked)).toMatchObject([
      { recipient: 'c101', why: 'asked', phone: end.addressOf('101') },
    ]);
    // People are asked, once for all who want it at the same time.
    await call('102', person('9'));
    expect(await outboxOf(database.pool, recallId)).toMatchObject([{ input: { type: 'call wanted', revision: 1 } }]);
    expect(await send(recallId, 2, THREE_DAYS)).toMatchObject({ calls: 2 });
    expect((await listPost(database.pool, { recall: recallId })).slice(-1)).toMatchObject([
      { sender: end.addressOf('101'), about: { kind: 'notice', id: 'c101' }, kind: 'person' },
    ]);
  });

  test('that mean nothing are asked for again', async () => {
    const recallId = await called();
    expect((await call('101', person('5', '2'))).keysSent).toEqual(['5', '2']);
    expect(await facts(recallId, 'key pressed')).toMatchObject([{ said: 'has-none' }]);
  });
});

describe('what Twilio says of a call', () => {
  test.each([
    ['busy', 'busy', 'for-now'],
    ['no-answer', 'no-answer', 'for-now'],
    ['failed', '404', 'for-good'],
  ] as const)('as %s is recorded once, however often it is said', async (answeredBy, status, how) => {
    const recallId = await called();
    const { sid } = await call('101', { answeredBy });
    expect(await end.twilio.reportCall(sid)).toBe(200);
    expect(await facts(recallId, 'notice bounced')).toMatchObject([{ recipient: 'c101', status, how }]);
    expect(await tally(recallId)).toMatchObject({ delivered: 2, bounced: 1 });
    await send(recallId, 2, THREE_DAYS);
    const again = end.twilio.calls().filter(({ to }) => to === end.addressOf('101'));
    expect(again).toHaveLength(how === 'for-now' ? 2 : 1);
  });

  test('by somebody else is refused, and a call that is no notice is hung up', async () => {
    const recallId = await called();
    const [notice] = await noticesOf(database.pool, recallId);
    const id = /[0-9a-f]{32}/.exec(notice!.messageId)![0];
    for (const path of ['', '/say', '/keys', '/units', '/heard']) {
      const body = new URLSearchParams({ CallStatus: 'busy', Digits: '2' });
      const answer = await fetch(`${publicUrl}/twilio/calls/${id}${path}`, { method: 'POST', body });
      expect(answer.status).toBe(403);
    }
    expect(await facts(recallId, 'key pressed')).toEqual([]);
    expect(await facts(recallId, 'notice bounced')).toEqual([]);
  });

  test('ends a doubt: who was spoken to is not called again', async () => {
    const recallId = await called();
    await call('101', person());
    await database.pool.query(
      `update notice set state = 'claimed' where recall_id = $1 and recipient in ('c100', 'c101')`,
      [recallId],
    );
    const before = end.twilio.calls().length;
    // The call to the first is over as Twilio has it, and nobody was told anything.
    const { sid } = end.twilio.calls().find(({ to }) => to === end.addressOf('100'))!;
    await end.twilio.conductCall(sid, { answeredBy: 'busy' });
    await database.pool.query(
      `update notice set is_taken = false, bounced = null, bounced_at = null where recall_id = $1 and recipient = 'c100'`,
      [recallId],
    );
    await send(recallId, 2);
    const later = end.twilio.calls().slice(0, end.twilio.calls().length - before);
    expect(end.twilio.calls()).toHaveLength(before + 1);
    expect(later.length).toBe(1);
  });
});
