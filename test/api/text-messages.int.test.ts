import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import type { RecallId } from '../../engine/words.js';
import { listPost } from '../../store/post.js';
import { repliesOf } from '../../store/replies.js';
import { tallyOf } from '../../store/tally.js';
import { done, freezing, noticesOf, sending, traced } from '../activities/campaigning.js';
import { ACCOUNT, startTwilioEnd, type TwilioEnd } from '../activities/channels/twilio-end.js';
import { keyOf } from '../store/campaign-fixture.js';
import { factsOf, minutes, OPENED, ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';

const database = ownDatabase();
const [FIRST, SECOND] = ['+447700900100', '+447700900101'];
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

/** A campaign by text message to two customers, both told; the SID of each message, by its number. */
async function told(): Promise<{ recallId: RecallId; sids: Record<string, string> }> {
  const customers = ['100', '101'].map((code) => ({ code, address: end.addressOf(code) }));
  const { allowList } = end;
  const recallId = await traced(database.pool, customers, { channel: 'sms', allowList });
  const deps = { ...end.deps(database.pool), publicUrl };
  await done(deps, freezing(recallId, 'sms'));
  deps.egress.close();
  await send(recallId);
  return { recallId, sids: Object.fromEntries(end.twilio.messages().map(({ to, sid }) => [to, sid])) };
}

async function send(recallId: RecallId, n = 1, now = OPENED): Promise<void> {
  const deps = { ...end.deps(database.pool), publicUrl };
  await done(deps, sending(recallId, 'sms', n, now));
  deps.egress.close();
}

const tally = (recallId: RecallId) => tallyOf(database.pool, keyOf(recallId));
const facts = (recallId: RecallId, type: string) => factsOf(database.pool, recallId, type);

describe('what Twilio says of a message', () => {
  test('is recorded when it has arrived, once, however often and in whatever order it is said', async () => {
    const { recallId, sids } = await told();
    for (const status of ['sent', 'delivered', 'sending', 'delivered', 'queued'] as const)
      expect(await end.twilio.reportMessage(sids[FIRST]!, status)).toBe(200);
    expect(await facts(recallId, 'notice arrived')).toMatchObject([{ recipient: 'c100', channel: 'sms', rung: 0 }]);
    expect(await tally(recallId)).toMatchObject({ delivered: 2, bounced: 0 });
  });

  test.each([
    [30005, 'for-good', null],
    [30003, 'for-now', 1],
    [30007, 'for-now', 1],
    [30001, 'for-now', 1],
  ])('as failed by error %i is recorded %s', async (code, how, next) => {
    const { recallId, sids } = await told();
    for (let times = 0; times < 2; times += 1)
      expect(await end.twilio.reportMessage(sids[FIRST]!, 'undelivered', code)).toBe(200);
    expect(await facts(recallId, 'notice bounced')).toMatchObject([{ recipient: 'c100', status: String(code), how }]);
    expect(await tally(recallId)).toMatchObject({ delivered: 1, bounced: 1, unreachable: 1 });
    const { rows } = await database.pool.query(
      `select next_rung from recipient where recall_id = $1 and recipient = 'c100'`,
      [recallId],
    );
    expect(rows).toEqual([{ next_rung: next }]);
  });

  test('by somebody else is refused and changes nothing', async () => {
    const { recallId } = await told();
    const [notice] = await noticesOf(database.pool, recallId);
    const url = `${publicUrl}/twilio/messages/${/[0-9a-f]{32}/.exec(notice!.messageId)![0]}`;
    const body = new URLSearchParams({ MessageStatus: 'undelivered', ErrorCode: '30005' });
    const forged: Record<string, string>[] = [
      {},
      { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
      { 'x-twilio-signature': '' },
    ];
    for (const headers of forged) {
      const answer = await fetch(url, { method: 'POST', headers, body });
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'not-allowed']);
    }
    expect(await facts(recallId, 'notice bounced')).toEqual([]);
  });

  test('counts for the message and the words that were signed, and for no others', async () => {
    const { recallId } = await told();
    const [url, elsewhere] = (await noticesOf(database.pool, recallId)).map(
      ({ messageId }) => `${publicUrl}/twilio/messages/${/[0-9a-f]{32}/.exec(messageId)![0]}`,
    ) as [string, string];
    const form = { MessageStatus: 'undelivered', ErrorCode: '30005' };
    const signature = createHmac('sha1', ACCOUNT.authToken).update(`${url}ErrorCode30005MessageStatusundelivered`);
    const headers = { 'x-twilio-signature': signature.digest('base64') };
    const post = async (to: string, body: Record<string, string>): Promise<number> =>
      (await fetch(to, { method: 'POST', headers, body: new URLSearchParams(body) })).status;
    expect(await post(url, { ...form, ErrorCode: '30006' })).toBe(403);
    expect(await post(url, { ...form, More: '1' })).toBe(403);
    expect(await post(elsewhere, form)).toBe(403);
    expect(await facts(recallId, 'notice bounced')).toEqual([]);
    expect(await post(url, form)).toBe(200);
    expect(await facts(recallId, 'notice bounced')).toMatchObject([{ recipient: 'c100' }]);
  });
});

describe('what people write to our number', () => {
  const write = (from: string, body: string) =>
    end.twilio.receiveMessage(`${publicUrl}/twilio/incoming`, { from, to: ACCOUNT.from, body });

  test('as STOP ends the messages to it in this recall and in those to come, until they write START', async () => {
    const { recallId } = await told();
    const { status, replies } = await write(FIRST, ' Stop. ');
    expect(status).toBe(200);
    expect(replies).toEqual([expect.stringMatching(/^Maker Ltd \(invented\): .*no more text messages/)]);
    // It was read, and counts as what it is; the next one does not go there.
    expect(await facts(recallId, 'complaint received')).toMatchObject([{ recipient: 'c100', feedback: 'opt-out' }]);
    expect(await tally(recallId)).toMatchObject({ delivered: 2, unreachable: 0 });
    await send(recallId, 2, minutes(3 * 24 * 60));
    // Who holds more units is told first.
    expect(end.twilio.messages().map(({ to }) => to)).toEqual([SECOND, FIRST, SECOND]);
    const later = await told();
    expect(end.twilio.messages().filter(({ to }) => to === FIRST)).toHaveLength(1);
    expect(await tally(later.recallId)).toMatchObject({ recipients: 2, delivered: 1, unreachable: 1 });

    expect((await write(FIRST, 'START')).replies).toEqual([expect.stringContaining('again')]);
    await told();
    expect(end.twilio.messages().filter(({ to }) => to === FIRST)).toHaveLength(2);
  });

  test('as HELP is answered with who writes and whom to ask', async () => {
    await told();
    const { replies } = await write(SECOND, 'help');
    expect(replies).toEqual([expect.stringContaining('recalls@maker.example')]);
  });

  test('in their own words is kept for a person to read', async () => {
    const { recallId } = await told();
    const { replies } = await write(SECOND, 'Ein Kind hat sich geschnitten e\u0301');
    expect(replies).toEqual([expect.stringContaining('a person will read')]);
    expect(await repliesOf(database.pool, recallId)).toMatchObject([
      { about: { kind: 'notice', id: 'c101' }, text: 'Ein Kind hat sich geschnitten \u00e9', automatic: false },
    ]);
  });

  test('is in the tray of its recall, and one that speaks of an injury waits for quality, whoever wrote it', async () => {
    const { recallId } = await told();
    const incoming = { from: SECOND, to: ACCOUNT.from, body: 'A child cut her hand on it' };
    await end.twilio.receiveMessage(`${publicUrl}/twilio/incoming`, incoming);
    expect(await listPost(database.pool, { recall: recallId })).toMatchObject([
      { kind: 'person', sender: SECOND, about: { kind: 'notice', id: 'c101' }, injury: 'mentioned', state: 'new' },
    ]);
    expect(await facts(recallId, 'injury mentioned')).toHaveLength(1);
    const stranger = '+447700900778';
    await write(stranger, 'My hand is bleeding, somebody is hurt');
    await write(stranger, 'Who is this?');
    const general = (await listPost(database.pool, { recall: null })).filter(({ sender }) => sender === stranger);
    expect(general.map(({ injury }) => injury)).toEqual(['none', 'mentioned']);
  });

  test('belongs to the recall whose message they got, and not to a later drill that was kept from their number', async () => {
    const { recallId } = await told();
    const [allowed, customers] = [end.allowList, [{ code: '101', address: SECOND }]];
    const drill = await traced(database.pool, customers, { channel: 'sms', allowList: { ...allowed, phones: ['+1'] } });
    const deps = { ...end.deps(database.pool), publicUrl };
    await done(deps, freezing(drill, 'sms'));
    deps.egress.close();
    await send(drill);
    expect((await noticesOf(database.pool, drill)).map(({ state }) => state)).toEqual(['egress-refused']);
    await write(SECOND, 'A child cut her hand on this one');
    expect(await listPost(database.pool, { recall: drill })).toEqual([]);
    expect(await facts(recallId, 'injury mentioned')).toHaveLength(1);
  });

  test('from a number that nothing went to is answered all the same', async () => {
    expect(await write('+447700900777', 'who is this?')).toMatchObject({ status: 200, replies: [expect.any(String)] });
    expect((await write('+447700900777', 'STOP')).status).toBe(200);
  });
});
