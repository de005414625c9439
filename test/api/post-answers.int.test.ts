import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { sendOutgoing } from '../../activities/outgoing.js';
import { email } from '../../activities/channels/email.js';
import { createMailReader, type MailReader } from '../../api/inbound/read-mail.js';
import { takeReport } from '../../api/inbound/twilio.js';
import { receiveMail } from '../../api/inbound/receive.js';
import { answerPost, shownPost } from '../../api/post-answers.js';
import { aboutPost } from '../../engine/about.js';
import type { PersonId, RecallId } from '../../engine/words.js';
import { listPost, markPost } from '../../store/post.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { headerOf } from '../activities/mail-server.js';
import { startTwilioEnd } from '../activities/channels/twilio-end.js';
import { ownWorker } from '../activities/own-worker.js';
import { freeze } from '../store/campaign-fixture.js';
import { factsOf, OPENED, openRecall, ownDatabase } from '../store/database.js';
import { insertPost, type NewPost } from '../../store/post.js';
import { withTransaction } from '../../store/db.js';
import { apiDeps } from './api-deps.js';
import { statusOf } from './inbound.mail.js';

const SILENT = pino({ level: 'silent' });
const BY = 'quality-head' as PersonId;

const database = ownDatabase();
const worker = ownWorker(database);
let reader: MailReader;
beforeAll(async () => {
  reader = createMailReader(SILENT);
  await keepRoster(database.pool, parseRoster(readFileSync('samples/roster.yaml', 'utf8'), 'roster.yaml'));
});
beforeEach(async () => {
  await database.pool.query(`update recall set phase = 'ended'`);
});
afterAll(() => reader.stop());

const deps = () => apiDeps(database.pool);
const send = () => sendOutgoing(worker.deps);
const again = () => database.pool.query('update outgoing set due_at = clock_timestamp()');

async function receive(raw: string, to = 'reply@maker.example', sender = 'mum@home.example'): Promise<void> {
  const doors = { pool: database.pool, log: SILENT, readReport: email.readReport, reader };
  await receiveMail(doors, Buffer.from(raw), { sender, recipients: [to] });
}

const ASKED = [
  'From: mum@home.example',
  'Subject: our lamp',
  'Message-ID: <two@home.example>',
  'References: <one@home.example>',
  '',
  'Is it one of yours?',
  '',
].join('\n');

/** The number of the newest entry of a tray. */
async function newest(recall: RecallId | null): Promise<number> {
  return (await listPost(database.pool, { recall }))[0]!.id;
}

describe('an answer from the tray', () => {
  test('goes to who wrote, in their thread, as the word of a person; what they write next is about it', async () => {
    const { pool } = database;
    const recallId = await openRecall(pool, { mode: 'recall' });
    await receive(`${ASKED}${recallId}\n`);
    const id = await newest(recallId);
    const given = { text: 'Yes. Please stop using it.', by: BY, key: null };
    const shown = await answerPost(deps(), id, given);
    expect(shown).toMatchObject({
      state: 'answered',
      handledBy: BY,
      answers: [{ by: BY, channel: 'email', to: 'mum@home.example', text: given.text, state: 'waiting' }],
    });
    await answerPost(deps(), id, given);
    expect(await send()).toBe(1);
    const [mail, ...others] = worker.mail.taken;
    expect([others, mail!.to]).toEqual([[], ['mum@home.example']]);
    const header = (name: string) => headerOf(mail!.raw, name);
    expect(header('subject')).toBe('Re: our lamp');
    expect(header('in-reply-to')).toBe('<two@home.example>');
    expect(header('references')).toBe('<one@home.example> <two@home.example>');
    expect(header('auto-submitted')).toBeUndefined();
    expect(mail!.raw).toContain('Please stop using it.');
    expect((await shownPost(deps(), id)).answers).toMatchObject([{ state: 'delivered' }]);
    expect(await factsOf(pool, recallId, 'post answered')).toEqual([
      {
        type: 'post answered',
        v: 1,
        about: aboutPost(id),
        by: BY,
        via: 'email',
        text: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
    const next = ['From: mum@home.example', 'Subject: Re: our lamp', '', 'Thank you, we did.'].join('\n');
    await receive(next, header('reply-to')!.replace(/^.*<|>$/g, ''));
    const [answered] = await listPost(pool, { recall: recallId });
    expect(answered).toMatchObject({ about: aboutPost(id), state: 'new', subject: 'Re: our lamp' });
    // That it did not arrive is for whoever wrote it.
    await receive(statusOf(header('message-id')!), 'reply@maker.example', '');
    expect((await listPost(pool, { recall: recallId }))[0]).toMatchObject({
      kind: 'failed',
      about: aboutPost(id),
      state: 'new',
    });
  });

  test('goes from the general tray as from a recall’s, and what comes back is about it', async () => {
    await receive(ASKED.replace('lamp', 'chair'));
    const id = await newest(null);
    await answerPost(deps(), id, { text: 'No.', by: BY, key: 'k' });
    await answerPost(deps(), id, { text: 'No.', by: BY, key: 'k' });
    await send();
    expect(worker.mail.taken).toHaveLength(1);
    const replyTo = headerOf(worker.mail.taken[0]!.raw, 'reply-to')!;
    await receive('From: mum@home.example\nSubject: Re: x\n\nGood.\n', replyTo.replace(/^.*<|>$/g, ''));
    expect((await listPost(database.pool, { recall: null }))[0]).toMatchObject({ about: aboutPost(id), recall: null });
  });

  test('is by people of the roster, and to people', async () => {
    await receive(ASKED.replace('lamp', 'table'));
    const id = await newest(null);
    await expect(answerPost(deps(), id, { text: 'x', by: 'nobody' as PersonId, key: null })).rejects.toThrow(
      /not in the roster/,
    );
    await receive(statusOf('<x@y.example>'), 'reply@maker.example', '');
    await expect(answerPost(deps(), await newest(null), { text: 'x', by: BY, key: null })).rejects.toThrow(
      /nobody can be answered/,
    );
    expect(await send()).toBe(0);
  });

  test('that is refused has its entry wait for a person anew; one that is put off is tried again, and one in doubt too', async () => {
    await receive(ASKED.replace('lamp', 'sofa'));
    const id = await newest(null);
    const state = async () => (await shownPost(deps(), id)).answers.map((one) => one.state);
    worker.mail.answers.recipient = () => 550;
    await answerPost(deps(), id, { text: 'first', by: BY, key: null });
    await send();
    expect([await state(), (await shownPost(deps(), id)).state]).toEqual([['refused'], 'new']);
    worker.mail.answers.recipient = () => 451;
    await answerPost(deps(), id, { text: 'second', by: BY, key: null });
    await send();
    expect(await state()).toEqual(['refused', 'waiting']);
    expect(await send()).toBe(0);
    await again();
    worker.mail.answers.recipient = () => undefined;
    // Whoever claimed it is gone.
    await database.pool.query(
      `update outgoing set state = 'claimed', due_at = clock_timestamp() where state = 'waiting'`,
    );
    await send();
    expect(await state()).toEqual(['refused', 'delivered']);
    const { rows } = await database.pool.query(`select doubts from outgoing order by id desc limit 1`);
    expect(rows).toEqual([{ doubts: 1 }]);
  });

  test('that was refused is sent anew where the same words are given once more, and one that was taken is not', async () => {
    await receive(ASKED.replace('lamp', 'mirror'));
    const id = await newest(null);
    const given = { text: 'Please stop using it.', by: BY, key: null };
    worker.mail.answers.recipient = () => 550;
    await answerPost(deps(), id, given);
    await send();
    expect((await shownPost(deps(), id)).state).toBe('new');
    worker.mail.answers.recipient = () => undefined;
    expect(await answerPost(deps(), id, given)).toMatchObject({ state: 'answered', answers: [{ state: 'waiting' }] });
    await send();
    expect(worker.mail.taken).toHaveLength(1);
    await markPost(database.pool, id, { state: 'new', injury: null, by: BY, at: null });
    // Nothing goes out by it, and so nothing is answered by it.
    expect(await answerPost(deps(), id, given)).toMatchObject({ state: 'new', answers: [{ state: 'delivered' }] });
    expect(await send()).toBe(0);
  });

  test('that nobody knows the end of is given up after four doubts, and one that is put off after five days', async () => {
    await receive(ASKED.replace('lamp', 'stool'));
    const id = await newest(null);
    await answerPost(deps(), id, { text: 'first', by: BY, key: null });
    await database.pool.query(`update outgoing set doubts = 5 where state = 'waiting'`);
    await send();
    await answerPost(deps(), id, { text: 'second', by: BY, key: null });
    await database.pool.query(`update outgoing set made_at = made_at - interval '6 days' where state = 'waiting'`);
    worker.mail.answers.recipient = () => 451;
    await send();
    const { answers } = await shownPost(deps(), id);
    expect(answers.map((one) => one.state)).toEqual(['in-doubt', 'refused']);
    expect(worker.mail.taken).toEqual([]);
  });

  test('of a drill says that it is one, and leaves no further than the drill may', async () => {
    const recallId = await openRecall(database.pool, { mode: 'drill' });
    await receive(`${ASKED.replace('lamp', 'bed')}${recallId}\n`);
    const id = await newest(recallId);
    await answerPost(deps(), id, { text: 'Yes.', by: BY, key: null });
    const { rows } = await database.pool.query<{ body: { subject: string; text: string } }>(
      'select body from outgoing order by id desc limit 1',
    );
    expect(rows[0]!.body.subject).toMatch(/^DRILL Re: our bed$/);
    expect(rows[0]!.body.text).toMatch(/^DRILL\..*\n\nYes\.\n\nDRILL\./);
    await send();
    expect(worker.mail.taken).toEqual([]);
    expect((await shownPost(deps(), id)).answers).toMatchObject([{ state: 'egress-refused' }]);
  });

  test('to what was said on a response page goes to the mail address of its recipient', async () => {
    const { pool } = database;
    const recallId = await openRecall(pool, { mode: 'recall' });
    await freeze(pool, recallId, 1);
    const entry: NewPost = {
      ...{ recall: recallId, about: { kind: 'notice', id: 'c001' as never }, at: OPENED, via: 'page', kind: 'person' },
      ...{ permanent: false, status: null, why: 'x', sender: null, subject: '', text: 'cut', speaksOfInjury: true },
      isDealtWith: false,
    };
    const kept = await withTransaction(pool, (client) => insertPost(client, Buffer.from(`${recallId} said`), entry));
    await answerPost(deps(), kept!.id, { text: 'We are sorry.', by: BY, key: null });
    await send();
    expect(worker.mail.taken).toMatchObject([{ to: ['shop001@example.org'] }]);
    expect(headerOf(worker.mail.taken[0]!.raw, 'subject')).toBe('Re: Your message');
    expect(headerOf(worker.mail.taken[0]!.raw, 'in-reply-to')).toBeUndefined();
  });

  test('to a text message is one, with the key by which Twilio is asked in doubt', async () => {
    const { pool } = database;
    const end = await startTwilioEnd();
    const recallId = await openRecall(pool, { mode: 'drill', allowList: end.allowList });
    const number = end.addressOf('100');
    const entry: NewPost = {
      ...{ recall: recallId, about: null, at: OPENED, via: 'sms', kind: 'person', permanent: false, status: null },
      ...{ why: 'x', sender: number, subject: '', text: 'which?', speaksOfInjury: false, isDealtWith: false },
    };
    const kept = await withTransaction(pool, (client) => insertPost(client, Buffer.from(`${recallId} sms`), entry));
    const long = { text: 'x'.repeat(1_501), by: BY, key: null };
    await expect(answerPost(deps(), kept!.id, long)).rejects.toThrow(/1501 characters/);
    await answerPost(deps(), kept!.id, { text: 'All of\nthem.', by: BY, key: null });
    const wires = end.deps(pool);
    await sendOutgoing(wires);
    // A crash after Twilio took it: it is asked before anything is sent again.
    await pool.query(`update outgoing set state = 'claimed', due_at = clock_timestamp() where recall_id = $1`, [
      recallId,
    ]);
    await sendOutgoing(wires);
    wires.egress.close();
    expect(end.taken).toMatchObject([
      { to: number, text: expect.stringMatching(/^DRILL All of them\. #[0-9a-f]{8}$/) },
    ]);
    expect((await shownPost(deps(), kept!.id)).answers).toMatchObject([{ state: 'delivered', channel: 'sms' }]);
    // Twilio says later that it has not arrived: the entry waits for a person again.
    const { rows } = await pool.query<{ id: string }>(
      'select substr(message_id, 2, 32) as id from outgoing where recall_id = $1',
      [recallId],
    );
    const report = (action: string, code: string) =>
      takeReport(deps(), rows[0]!.id, 'sms', { action, code, status: code });
    await report('sent', '');
    expect((await shownPost(deps(), kept!.id)).state).toBe('answered');
    await report('undelivered', '30003');
    const failed = { state: 'new', answers: [{ state: 'refused', channel: 'sms' }] };
    expect(await shownPost(deps(), kept!.id)).toMatchObject(failed);
    await end.stop();
  });
});

test('an entry that is marked keeps its answers', async () => {
  await receive(ASKED.replace('lamp', 'shelf'));
  const id = await newest(null);
  await answerPost(deps(), id, { text: 'x', by: BY, key: null });
  await markPost(database.pool, id, { state: 'new', injury: null, by: BY, at: null });
  expect(await shownPost(deps(), id)).toMatchObject({ state: 'new', answers: [{ by: BY }] });
});
