import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { email } from '../../activities/channels/email.js';
import { createMailReader, type MailReader } from '../../api/inbound/read-mail.js';
import { receiveMail } from '../../api/inbound/receive.js';
import { aboutFiling, aboutPost } from '../../engine/about.js';
import { namedId } from '../../engine/cascade.js';
import type { Evidence } from '../../engine/evidence.js';
import type { Mention } from '../../engine/mention.js';
import type { FilingId, PersonId, RecallId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { keepFiling } from '../../store/filings.js';
import {
  assignPost,
  keepPost,
  listPost,
  markPost,
  postCounts,
  rawPost,
  readPost,
  type NewPost,
} from '../../store/post.js';
import { attachedTo } from '../../store/evidence.js';
import { markJudged } from '../../store/judged-mentions.js';
import { waiting } from '../../store/outbox.js';
import { hashOfText, repliesOf } from '../../store/replies.js';
import { suppressedAmong } from '../../store/suppressions.js';
import { freeze, sendDue } from '../store/campaign-fixture.js';
import { factsOf, OPENED, openRecall, ownDatabase, verdict } from '../store/database.js';
import { replyTo, statusOf } from './inbound.mail.js';

const SILENT = pino({ level: 'silent' });
const GB = 'gb-gpsr2005/initial/1' as FilingId;
const QUALITY = 'quality' as PersonId;
const CASES = fileURLToPath(new URL('mails/', import.meta.url));
const OURS = 'reply@maker.example';

const database = ownDatabase();
let reader: MailReader;
beforeAll(() => {
  reader = createMailReader(SILENT);
});
afterAll(() => reader.stop());

async function receive(raw: string, { sender = 'shop@alpha.example', to = OURS } = {}): Promise<void> {
  const doors = { pool: database.pool, log: SILENT, readReport: email.readReport, reader };
  await receiveMail(doors, Buffer.from(raw), { sender, recipients: [to] });
}

/** A recall that has told two customers; `id` is that of the first notice, made as the product makes it. */
async function recallWithNotices(): Promise<{ recallId: RecallId; id: string; key: string }> {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 2);
  await sendDue(pool, recallId, OPENED);
  const key = Buffer.from(recallId.padStart(16, '0')).toString('hex').slice(0, 32);
  const id = `<${key}@maker.example>`;
  await pool.query(`update notice set message_id = $2 where recall_id = $1 and recipient = 'c001'`, [recallId, id]);
  return { recallId, id, key };
}

async function newest(recall: RecallId | null): Promise<Awaited<ReturnType<typeof readPost>>> {
  const [one] = await listPost(database.pool, { recall });
  return readPost(database.pool, one!.id);
}

/** What a recall is told, oldest first. */
async function told(recallId: RecallId): Promise<unknown[]> {
  const waits = await waiting(database.pool, 1_000);
  return waits.filter((one) => one.recallId === recallId).map(({ input }) => input);
}

describe('a report of a server', () => {
  const marked = (recallId: RecallId) => factsOf(database.pool, recallId, 'notice bounced');

  test('finds its notice by the address that it came to, though a relay has given the message another id', async () => {
    const { recallId, key } = await recallWithNotices();
    await receive(statusOf('<changed@relay.example>'), { sender: '', to: `b+${key}@maker.example` });
    expect(await marked(recallId)).toMatchObject([{ recipient: 'c001', status: '5.1.1', how: 'for-good' }]);
    expect(await newest(recallId)).toMatchObject({
      kind: 'failed',
      about: { kind: 'notice', id: 'c001' },
      state: 'read',
    });
  });

  test.each([
    ['qmail.eml', '<a@alpha.example>'],
    ['global-headers.eml', '<e@epsilon.example>'],
  ])('as %s marks its notice', async (file) => {
    const { recallId, id } = await recallWithNotices();
    const raw = readFileSync(`${CASES}${file}`, 'utf8').replace('<MESSAGE-ID-OF-THE-NOTICE@maker.example>', id);
    await receive(raw, { sender: '' });
    expect(await marked(recallId)).toMatchObject([{ recipient: 'c001', status: '5.1.1' }]);
  });

  test('that names its id without brackets marks its notice too', async () => {
    const { recallId, id } = await recallWithNotices();
    await receive(statusOf(id.slice(1, -1)), { sender: '' });
    expect(await marked(recallId)).toHaveLength(1);
  });

  test('of a full mailbox says that its notice came back for now, and is in the tray', async () => {
    const { recallId, id } = await recallWithNotices();
    const raw = readFileSync(`${CASES}mailbox-full-5.2.2.eml`, 'utf8');
    await receive(raw.replace('<MESSAGE-ID-OF-THE-NOTICE@maker.example>', id), { sender: '' });
    expect(await marked(recallId)).toMatchObject([{ recipient: 'c001', status: '5.2.2', how: 'for-now' }]);
    expect(await newest(recallId)).toMatchObject({ kind: 'failed', permanent: false, status: '5.2.2' });
  });

  test('on a report to an authority is its return, whatever kept it out', async () => {
    const { recallId } = await recallWithNotices();
    const messageId = `<${recallId}-filing@maker.example>`;
    const sent = { sentTo: 'desk@opss.example', sentAt: OPENED, referencePattern: 'GB-\\d{4}' };
    await withTransaction(database.pool, (client) =>
      keepFiling(client, { recallId, filing: GB, mode: 'mail', messageId, ...sent }),
    );
    await receive(statusOf(messageId, { status: '5.2.2' }), { sender: '' });
    expect(await factsOf(database.pool, recallId, 'filing bounced')).toEqual([
      { type: 'filing bounced', v: 1, about: aboutFiling(GB), status: '5.2.2' },
    ]);
  });
});

describe('a complaint', () => {
  const complaint = (id: string, feedback = 'abuse'): string =>
    [
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
      `Message-ID: ${id}`,
      'Subject: Recall',
      '',
      'text',
      '--B--',
      '',
    ].join('\n');

  test('has its notice’s own address written to no more, in this recall and in others', async () => {
    const { pool } = database;
    const { recallId, id } = await recallWithNotices();
    await receive(complaint(id));
    await receive(complaint(id));
    expect(await factsOf(pool, recallId, 'complaint received')).toMatchObject([
      { recipient: 'c001', feedback: 'abuse' },
    ]);
    // The address that the complaint names is only said.
    const asked = ['SHOP001@example.org', 'shop002@example.org', 'victim@example.org'];
    expect(await suppressedAmong(pool, 'email', asked)).toEqual(new Set(['SHOP001@example.org']));
    // One mailbox stands among contacts as each of its customers writes it, and all of these are closed.
    const spelled = ['SHOP001@example.org', 'shop001@example.org', 'shop009@example.org'];
    expect(await suppressedAmong(pool, 'email', spelled)).toEqual(new Set(spelled.slice(0, 2)));
    expect((await verdict(pool, recallId)).verified).toBe(true);
    await pool.query('delete from suppressed_address');
  });

  test('that is none, or is on no message of ours, changes nothing and is kept', async () => {
    const { pool } = database;
    const { recallId, id } = await recallWithNotices();
    await receive(complaint(id, 'not-spam'));
    await receive(complaint(id, 'auth-failure'));
    await receive(complaint('<other@elsewhere.example>'));
    expect(await factsOf(pool, recallId, 'complaint received')).toEqual([]);
    expect((await pool.query('select from suppressed_address')).rowCount).toBe(0);
    expect(await listPost(pool, { recall: recallId })).toHaveLength(2);
    expect(await newest(null)).toMatchObject({ kind: 'complaint', state: 'new' });
  });
});

describe('a mail of a person', () => {
  test('that names our reference is in the tray of its recall, and what it says of an injury waits for quality', async () => {
    const { pool } = database;
    const { recallId } = await recallWithNotices();
    const raw = readFileSync(`${CASES}reply-no-irt.eml`, 'utf8').replace('RC-2026-0001 c1008', `${recallId} c002`);
    await receive(raw);
    const kept = await newest(recallId);
    expect(kept).toMatchObject({
      kind: 'person',
      about: { kind: 'notice', id: 'c002' },
      injury: 'mentioned',
      state: 'new',
    });
    expect((await rawPost(pool, kept.id)).toString()).toBe(raw);
    expect(await repliesOf(pool, recallId)).toMatchObject([{ about: { kind: 'notice', id: 'c002' } }]);
    expect(await factsOf(pool, recallId, 'injury mentioned')).toHaveLength(1);
    // The recall asks, and is told of no more than the entry and the hash of its words.
    const [asked] = await told(recallId);
    expect(asked).toEqual({
      type: 'mention came',
      mention: {
        about: aboutPost(kept.id),
        via: 'mail',
        at: OPENED,
        text: await hashOfText(pool, recallId, kept.text),
      },
    });
    const evidence = { mention: (asked as { mention: Mention }).mention } as Evidence;
    const words = await attachedTo(pool, recallId, [evidence]);
    expect(words.get(evidence.mention!.text)).toBe(kept.text);
    expect(await postCounts(pool, recallId)).toEqual({ unread: 1, injuries: 1 });
    expect((await listPost(pool, 'injuries')).map(({ id }) => id)).toContain(kept.id);
  });

  test('with a recipient that this recall has not told is in its tray all the same', async () => {
    const { recallId } = await recallWithNotices();
    await receive(`From: a@b.example\nSubject: about ${recallId} c999\n\nWe have three.\n`);
    expect(await newest(recallId)).toMatchObject({ about: null, injury: 'none' });
  });

  test('who is a recipient of one recall is in its tray, by their address alone', async () => {
    const { pool } = database;
    await pool.query(`update recall set phase = 'ended'`);
    const { recallId } = await recallWithNotices();
    await pool.query(
      `insert into contact (code, name, customer_type, language, email) values ('002', 'Two', 'business', 'de', 'Shop002@Example.org')`,
    );
    await receive('From: shop002@example.org\nSubject: hello\n\nIs this about the lamp?\n');
    expect(await newest(recallId)).toMatchObject({ about: { kind: 'notice', id: 'c002' }, subject: 'hello' });
    const other = await recallWithNotices();
    await receive('From: shop002@example.org\nSubject: again\n\nWhich of the two?\n');
    expect(await listPost(pool, { recall: other.recallId })).toEqual([]);
    expect(await newest(null)).toMatchObject({ subject: 'again', recall: null });
    await pool.query('delete from contact');
  });

  test('who is a recipient of a recall and of a drill beside it is in the tray of the recall', async () => {
    const { pool } = database;
    await pool.query(`update recall set phase = 'ended'`);
    const recallId = await openRecall(pool, { mode: 'recall' });
    await freeze(pool, recallId, 2);
    const drill = await recallWithNotices();
    await pool.query(
      `insert into contact (code, name, customer_type, language, email) values ('002', 'Two', 'business', 'de', 'shop002@example.org')`,
    );
    await receive('From: shop002@example.org\nSubject: your lamp\n\nMy daughter burned her hand.\n');
    expect(await newest(recallId)).toMatchObject({ about: { kind: 'notice', id: 'c002' }, injury: 'mentioned' });
    expect(await told(recallId)).toMatchObject([{ type: 'mention came' }]);
    expect(await listPost(pool, { recall: drill.recallId })).toEqual([]);
    await pool.query('delete from contact');
  });

  test('whom a customer has named is in the tray of the recall that told them, by their address alone', async () => {
    const { pool } = database;
    await pool.query(`update recall set phase = 'ended'`);
    const { recallId } = await recallWithNotices();
    const name = (n: number, email: string, state: string) =>
      pool.query(
        `insert into named_customer (recall_id, step, named_by, n, name, email, units, at, state) values ($1, 'tell', 'c001', $2, 'N', $3, 1, $4, $5)`,
        [recallId, n, email, OPENED, state],
      );
    await name(1, 'Dad@home.example', 'told');
    await name(2, 'aunt@home.example', 'waiting');
    await receive('From: dad@home.example\nSubject: the toaster\n\nOur son burned his hand.\n');
    expect(await newest(recallId)).toMatchObject({ about: { kind: 'notice', id: namedId('c001' as never, 1) } });
    expect(await told(recallId)).toMatchObject([{ type: 'mention came' }]);
    await receive('From: aunt@home.example\nSubject: the other toaster\n\nIs it safe?\n');
    expect(await newest(null)).toMatchObject({ subject: 'the other toaster' });
  });

  test('of nobody we know is in the general tray, with its injury, and goes to a recall when a person says so', async () => {
    const { pool } = database;
    const { recallId } = await recallWithNotices();
    await receive('From: mum@home.example\nSubject: your lamp\n\nMy daughter burned her hand.\n', {
      sender: 'mum@home.example',
    });
    const kept = await newest(null);
    expect(kept).toMatchObject({ recall: null, injury: 'mentioned', sender: 'mum@home.example' });
    await assignPost(pool, kept.id, { recallId, by: QUALITY, at: OPENED });
    expect(await newest(recallId)).toMatchObject({ id: kept.id, handledBy: QUALITY });
    expect(await told(recallId)).toMatchObject([{ type: 'mention came', mention: { about: aboutPost(kept.id) } }]);
    const other = await openRecall(pool);
    await assignPost(pool, kept.id, { recallId: other, by: QUALITY, at: OPENED });
    expect((await told(recallId)).slice(1)).toMatchObject([{ type: 'mention judged', found: 'not-here' }]);
    expect(await told(other)).toMatchObject([{ type: 'mention came' }]);
    await assignPost(pool, kept.id, { recallId, by: QUALITY, at: OPENED });
    expect(await factsOf(pool, recallId, 'injury mentioned')).toHaveLength(2);
    const read = await markPost(pool, kept.id, { state: 'answered', injury: 'none', by: QUALITY, at: OPENED });
    expect(read).toMatchObject({ state: 'answered', injury: 'none' });
    expect((await told(recallId)).at(-1)).toEqual({
      type: 'mention judged',
      about: aboutPost(kept.id),
      by: QUALITY,
      found: 'nobody',
    });
    await markPost(pool, kept.id, { state: null, injury: 'mentioned', by: QUALITY, at: OPENED });
    expect((await told(recallId)).at(-1)).toMatchObject({ type: 'mention came' });
    const count = (await told(recallId)).length;
    await markPost(pool, kept.id, { state: null, injury: 'mentioned', by: QUALITY, at: OPENED });
    expect(await told(recallId)).toHaveLength(count);
    await withTransaction(pool, (client) =>
      markJudged(client, recallId, { about: aboutPost(kept.id), by: QUALITY, found: 'injury' }),
    );
    expect(await newest(recallId)).toMatchObject({ state: 'answered', injury: 'recorded', handledBy: QUALITY });
    expect(await postCounts(pool, recallId)).toEqual({ unread: 0, injuries: 0 });
    expect((await verdict(pool, recallId)).verified).toBe(true);
  });

  test('that passes on what a customer wrote waits for quality, and our own words do not', async () => {
    await receive(
      'From: a@b.example\nSubject: Fwd: lamp\n\nSee below.\n\n---------- Forwarded message ---------\nA child cut her hand.\n',
    );
    expect(await newest(null)).toMatchObject({ injury: 'mentioned' });
    await receive(
      'From: a@b.example\nIn-Reply-To: <lost@maker.example>\nSubject: Re: Recall: children can be injured\n\nWe have none.\n\n> A child was injured.\n',
    );
    expect(await newest(null)).toMatchObject({ injury: 'none' });
  });
});

test('a program that answers is in the tray, and waits for nobody', async () => {
  const { recallId, id } = await recallWithNotices();
  const away = { subject: 'Abwesend: Rückruf' };
  await receive(`Auto-Submitted: auto-replied\n${replyTo(id, 'A child was injured.', away)}`);
  expect(await newest(recallId)).toMatchObject({ kind: 'automatic', state: 'read', injury: 'none' });
  // What only looks like one is read where it speaks of an injury.
  await receive(replyTo(id, 'A child was injured yesterday.', away));
  expect(await newest(recallId)).toMatchObject({ kind: 'person', state: 'new', injury: 'mentioned' });
});

test('the general tray has so much room and no more; a recall’s own is not limited by it', async () => {
  const { pool } = database;
  const { recallId } = await recallWithNotices();
  const post: NewPost = {
    ...{ recall: null, about: null, at: null, via: 'mail', kind: 'person', permanent: false, status: null, why: 'x' },
    ...{ sender: null, subject: 's', text: 't', speaksOfInjury: false, isDealtWith: false },
  };
  const raw = Buffer.from('one that is not there yet');
  expect(await keepPost(pool, raw, post, 0)).toBe(false);
  expect(await keepPost(pool, raw, { ...post, recall: recallId, at: OPENED }, 0)).toBe(true);
  expect(await keepPost(pool, raw, post, 0)).toBe(true);
  expect(await newest(recallId)).toMatchObject({ times: 2 });
});
