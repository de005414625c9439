import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerPost } from '../../api/post-answers.js';
import { aboutPost } from '../../engine/about.js';
import type { Thanks } from '../../engine/thanks.js';
import type { AskId, Language, PersonId, RecallId } from '../../engine/words.js';
import { withTransaction, type Pool } from '../../store/db.js';
import { insertPost, listPost, type NewPost } from '../../store/post.js';
import { keepAskMail } from '../../store/replies.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { suppressedAmong } from '../../store/suppressions.js';
import { keepThanks } from '../../store/thanks.js';
import type { Child } from '../../tools/servers.mjs';
import { testDatabaseUrl } from '../servers.js';
import { freeze, keyOf, messageIdOf, sendDue } from '../store/campaign-fixture.js';
import { factsOf, OPENED, openRecall, testDatabase, verdict, type TestDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';
import { deliver } from './inbound.mail.js';
import { ownMailDoor } from './own-mail-door.js';

const BY = 'quality-head' as PersonId;
/** Of the thanks no word is read here. */
const THANKS = { product: 'Lamp' } as Thanks;

/** A message of ours, with the mailbox that it went to. */
type Sent = { recallId: RecallId | null; messageId: string; address: string };

let database: TestDatabase;
let door: Child<{ inboundPort: number }>;
beforeAll(async () => {
  const url = await testDatabaseUrl();
  database = await testDatabase(url);
  await keepRoster(database.pool, parseRoster(readFileSync('samples/roster.yaml', 'utf8'), 'roster.yaml'));
  door = await ownMailDoor(url);
});
afterAll(async () => {
  await door.stop();
  await database.stop();
});

async function toldOne(pool: Pool): Promise<RecallId> {
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 1);
  await sendDue(pool, recallId, OPENED);
  return recallId;
}

async function notice(pool: Pool): Promise<Sent> {
  const recallId = await toldOne(pool);
  const messageId = messageIdOf(recallId)({ recipient: 'c001' as never, rung: 0 });
  return { recallId, messageId, address: 'shop001@example.org' };
}

async function thanks(pool: Pool): Promise<Sent> {
  const recallId = await toldOne(pool);
  const messageId = `<${recallId}-thanks@maker.example>`;
  const kept = { language: 'de' as Language, thanks: THANKS, messageId };
  await withTransaction(pool, (client) =>
    keepThanks(client, keyOf(recallId), { recipient: 'c001' as never, n: 1, thanks: kept }),
  );
  return { recallId, messageId, address: 'shop001@example.org' };
}

/** An answer to what somebody has written, to the tray of a recall or to the general one. */
async function answerFrom(pool: Pool, recallId: RecallId | null): Promise<Sent> {
  const sender = 'mum@home.example';
  const entry: NewPost = {
    ...{ recall: recallId, about: null, at: recallId && OPENED, via: 'mail', kind: 'person', permanent: false },
    ...{ status: null, why: 'x', sender, subject: 'our lamp', text: 'which?', speaksOfInjury: false },
    isDealtWith: false,
  };
  const raw = Buffer.from(`From: ${sender}\nSubject: our lamp\n\nwhich? ${recallId}\n`);
  const kept = await withTransaction(pool, (client) => insertPost(client, raw, entry));
  await answerPost(apiDeps(pool), kept!.id, { text: 'All of them.', by: BY, key: null });
  const { rows } = await pool.query<{ messageId: string }>(
    'select message_id as "messageId" from outgoing where post_id = $1',
    [kept!.id],
  );
  return { recallId, messageId: rows[0]!.messageId, address: sender };
}

const ANSWER = async (pool: Pool): Promise<Sent> => answerFrom(pool, await openRecall(pool));
const GENERAL_ANSWER = (pool: Pool): Promise<Sent> => answerFrom(pool, null);

function arf(messageId: string, feedback = 'abuse'): string {
  return [
    'From: feedback@provider.example',
    'Subject: complaint',
    'Content-Type: multipart/report; report-type=feedback-report; boundary=B',
    '',
    '--B',
    'Content-Type: message/feedback-report',
    '',
    `Feedback-Type: ${feedback}`,
    'Original-Rcpt-To: victim@example.org',
    '--B',
    'Content-Type: message/rfc822',
    '',
    `Message-ID: ${messageId}`,
    'Subject: Re: our lamp',
    '',
    'text',
    '--B--',
    '',
  ].join('\n');
}

function ses(messageId: string): string {
  const complaint = { complaintFeedbackType: 'abuse', complainedRecipients: [{ emailAddress: 'victim@example.org' }] };
  const mail = { messageId: '0100', commonHeaders: { messageId } };
  const said = JSON.stringify({ notificationType: 'Complaint', complaint, mail });
  return ['From: no-reply@sns.amazonaws.com', 'Subject: AWS Notification Message', '', said, ''].join('\n');
}

async function complain(raw: string): Promise<void> {
  expect(await deliver(door.ready.inboundPort, raw, { from: 'feedback@provider.example' })).toBe(250);
}

async function closed(...addresses: string[]): Promise<string[]> {
  return [...(await suppressedAmong(database.pool, 'email', addresses))];
}

describe.each([
  ['a notice', notice, 'complaint received', { recipient: 'c001', channel: 'email', rung: 0 }],
  ['the thanks for an answer', thanks, 'message unwanted', { about: { kind: 'notice', id: 'c001' }, channel: 'email' }],
  ['an answer from the tray of a recall', ANSWER, 'message unwanted', { about: { kind: 'post' }, channel: 'email' }],
  ['an answer from the general tray', GENERAL_ANSWER, null, {}],
])('a complaint about %s', (_what, made, fact, names) => {
  test.each([
    ['a feedback report (ARF)', arf],
    ['a notification of SES', ses],
  ])('as %s has the address that it went to written to no more, once', async (_as, complaintOf) => {
    const { pool } = database;
    await pool.query('delete from suppressed_address');
    const { recallId, messageId, address } = await made(pool);
    for (let times = 0; times < 2; times += 1) await complain(complaintOf(messageId));
    // The address that the complaint names is only said.
    expect(await closed(address, 'victim@example.org')).toEqual([address]);
    expect((await listPost(pool, { recall: recallId }))[0]).toMatchObject({
      kind: 'complaint',
      state: 'new',
      times: 2,
    });
    if (recallId === null || fact === null) return;
    expect(await factsOf(pool, recallId, fact)).toMatchObject([{ feedback: 'abuse', ...names }]);
    expect((await verdict(pool, recallId)).verified).toBe(true);
  });

  test('that is none leaves it open', async () => {
    const { pool } = database;
    await pool.query('delete from suppressed_address');
    const { messageId, address } = await made(pool);
    await complain(arf(messageId, 'not-spam'));
    expect(await closed(address)).toEqual([]);
  });
});

test('a complaint about the thanks is in no wave, whose limits are for notices', async () => {
  const { pool } = database;
  await pool.query('delete from suppressed_address');
  const { recallId, messageId } = await thanks(pool);
  await complain(arf(messageId));
  const { rows } = await pool.query('select complaints from campaign_wave where recall_id = $1', [recallId]);
  expect(rows).toEqual([{ complaints: 0 }]);
});

test('what belonged to no recall when it was answered, and does now, is on the record of that recall', async () => {
  const { pool } = database;
  await pool.query('delete from suppressed_address');
  const { messageId, address } = await GENERAL_ANSWER(pool);
  const recallId = await openRecall(pool);
  const { rows } = await pool.query<{ id: string }>(
    'update post set recall_id = $1 from outgoing where message_id = $2 and post.id = post_id returning post.id',
    [recallId, messageId],
  );
  await complain(arf(messageId));
  expect(await closed(address)).toEqual([address]);
  const about = aboutPost(Number(rows[0]!.id));
  expect(await factsOf(pool, recallId, 'message unwanted')).toMatchObject([{ about }]);
});

test('a complaint about a question closes nobody’s address: who is asked in a recall is asked again', async () => {
  const { pool } = database;
  await pool.query('delete from suppressed_address');
  const recallId = await openRecall(pool);
  const messageId = `<${recallId}-ask@maker.example>`;
  await withTransaction(pool, (client) => keepAskMail(client, recallId, 'assess/1' as AskId, messageId));
  await complain(arf(messageId));
  expect((await pool.query('select from suppressed_address')).rowCount).toBe(0);
  expect((await listPost(pool, { recall: recallId }))[0]).toMatchObject({ kind: 'complaint', about: { kind: 'ask' } });
});
