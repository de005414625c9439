import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { email } from '../../activities/channels/email.js';
import type { Envelope } from '../../api/inbound/parse-mail.js';
import { createMailReader, type MailReader } from '../../api/inbound/read-mail.js';
import { receiveMail } from '../../api/inbound/receive.js';
import { startInbound } from '../../api/inbound/smtp-door.js';
import { aboutFiling } from '../../engine/about.js';
import type { AskId, FilingId, RecallId } from '../../engine/words.js';
import { clock } from '../../store/clock.js';
import { withTransaction } from '../../store/db.js';
import { evidenceLines } from '../../documents/evidence.js';
import { instantText } from '../../documents/instants.js';
import type { Evidence } from '../../engine/evidence.js';
import { attachedTo } from '../../store/evidence.js';
import { EVIDENCE } from '../activities/asking.js';
import { keepAskMail, repliesOf, replyCounts } from '../../store/replies.js';
import { discardUnread, keepUnread, unreadMail, unreadMails } from '../../store/unread-mails.js';
import { sha256Hex } from '../../trust/canonical.js';
import { keepDocument } from '../../store/documents.js';
import { filingOfMessage, keepFiling, recordReceipt } from '../../store/filings.js';
import { tallyOf } from '../../store/tally.js';
import { registerWatch } from '../../store/watches.js';
import { freeze, keyOf, sendDue } from '../store/campaign-fixture.js';
import { factsOf, minutes, OPENED, openRecall, outboxOf, ownDatabase, TELL, verdict } from '../store/database.js';
import { deliver, replyTo, statusOf } from './inbound.mail.js';

const GB = 'gb-gpsr2005/initial/1' as FilingId;
const ABOUT = aboutFiling(GB);
const HUGE = 6 * 1024 * 1024;
const SILENT = pino({ level: 'silent' });

const database = ownDatabase();
let door: { port: number; stop: () => Promise<void> };
let reader: MailReader;
let onMail: (raw: Buffer, envelope: Envelope) => Promise<void>;
let seen: Buffer[];
beforeAll(async () => {
  reader = createMailReader(SILENT);
  door = await startInbound({
    host: '127.0.0.1',
    port: 0,
    mailDomain: 'maker.example',
    log: SILENT,
    onMail: (raw, envelope) => {
      seen.push(raw);
      return onMail(raw, envelope);
    },
  });
});
beforeEach(() => {
  seen = [];
  onMail = (raw, envelope) =>
    receiveMail({ pool: database.pool, log: SILENT, readReport: email.readReport, reader }, raw, envelope);
});
afterAll(async () => {
  await door.stop();
  await reader.stop();
});

/** A drill, at noon of its clock, that has reported to GB's authority and told two customers. */
async function recallWithMail(): Promise<{ recallId: RecallId; filing: string; notice: string }> {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const filing = `<${recallId}-filing@maker.example>`;
  await withTransaction(pool, (client) =>
    keepFiling(client, {
      recallId,
      filing: GB,
      mode: 'mail',
      messageId: filing,
      sentTo: 'Desk@opss.example',
      sentAt: OPENED,
      referencePattern: 'GB-\\d{4}-\\d{5}',
    }),
  );
  await freeze(pool, recallId, 2);
  await sendDue(pool, recallId, OPENED);
  await withTransaction(pool, (client) =>
    registerWatch(client, recallId, TELL, 'tell.delivered >= 2.0', { value: true, unreachable: false }),
  );
  await clock(pool, recallId).moveTo(minutes(240));
  return { recallId, filing, notice: `<${recallId}-c001-0@example.org>` };
}

async function everything(recallId: RecallId): Promise<unknown> {
  const { pool } = database;
  const receipts = await factsOf(pool, recallId, 'receipt recorded');
  const bounces = await factsOf(pool, recallId, 'notice bounced');
  return { receipts, bounces, outbox: await outboxOf(pool, recallId), tally: await tallyOf(pool, keyOf(recallId)) };
}

describe("an authority's answer", () => {
  test('is recorded once and told once with its reference, at the instant of the recall, though it comes twice', async () => {
    const { recallId, filing } = await recallWithMail();
    const answer = replyTo(filing, 'We have registered your notification.\nOur reference: GB-2026-00417.');
    expect(await deliver(door.port, answer)).toBe(250);
    expect(await deliver(door.port, answer)).toBe(250);
    expect(await Promise.all([1, 2, 3].map(() => deliver(door.port, answer)))).toEqual([250, 250, 250]);
    const fact = { type: 'receipt recorded', v: 1, about: ABOUT, reference: 'GB-2026-00417', by: 'mail' };
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toEqual([fact]);
    const input = { type: 'receipt came', about: ABOUT, reference: 'GB-2026-00417' };
    expect(await outboxOf(database.pool, recallId)).toEqual([{ id: `${recallId}/receipt/${GB}`, input }]);
    const { rows } = await database.pool.query('select at from outbox where recall_id = $1', [recallId]);
    expect(rows).toEqual([{ at: minutes(240) }]);
  });

  test('is known by its References too, and its reference may stand in the subject', async () => {
    const { recallId, filing } = await recallWithMail();
    const header = `References: <other@opss.example> ${filing}`;
    await deliver(door.port, replyTo(filing, 'Thank you.', { header, subject: 'Re: notification [GB-2026-00418]' }));
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toMatchObject([{ reference: 'GB-2026-00418' }]);
  });

  test('without a reference of its pattern is no receipt, and the one that follows is', async () => {
    const { recallId, filing } = await recallWithMail();
    for (const text of ['I am out of office until Monday.', 'Our reference: EU-2026-00417.', 'GB-2026-417'])
      expect(await deliver(door.port, replyTo(filing, text))).toBe(250);
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toEqual([]);
    await deliver(door.port, replyTo(filing, 'GB-2026-00419'));
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toHaveLength(1);
  });

  const answered = (recallId: RecallId): Promise<unknown[]> =>
    factsOf(database.pool, recallId, 'receipt recorded').then((facts) => facts.map(({ reference }) => reference));

  test.each([
    ['from another address', (mail: string) => mail.replace('desk@opss.example', 'desk@opss.example.org'), {}],
    [
      'from two people',
      (mail: string) => mail.replace('<desk@opss.example>', '<desk@opss.example>, b@opss.example'),
      {},
    ],
    ['with two senders', (mail: string) => `From: other@opss.example\n${mail}`, {}],
    ['that is automatic', (mail: string) => `Auto-Submitted: auto-replied\n${mail}`, {}],
    ['of a bulk sender', (mail: string) => `Precedence: auto_reply\n${mail}`, {}],
    ['of a program that says so in its own way', (mail: string) => `X-Autoreply: yes\n${mail}`, {}],
    ['to which nobody may answer', (mail: string) => mail, { from: '' }],
    ['with two references', (mail: string) => mail.replace('GB-2026-00417', 'GB-2026-00417 (was GB-2024-70001)'), {}],
    ['with a longer number', (mail: string) => mail.replace('GB-2026-00417', 'GB-2026-00417-2'), {}],
    ['that quotes it', (mail: string) => mail.replace('GB-2026-00417', 'We will see.\n\n> GB-2026-00417'), {}],
    [
      'that quotes it below a rule',
      (mail: string) => mail.replace('GB-2026-00417', 'Thanks.\n-----Ursprüngliche Nachricht-----\nGB-2026-00417'),
      {},
    ],
  ])('%s is read by a person', async (_what, changed, envelope) => {
    const { recallId, filing } = await recallWithMail();
    expect(await deliver(door.port, changed(replyTo(filing, 'Our reference: GB-2026-00417')), envelope)).toBe(250);
    expect(await answered(recallId)).toEqual([]);
    expect(await outboxOf(database.pool, recallId)).toMatchObject([{ input: { type: 'mail came', about: ABOUT } }]);
    expect(await repliesOf(database.pool, recallId)).toHaveLength(1);
  });

  test('that names what is known from elsewhere has one reference all the same', async () => {
    const { pool } = database;
    const other = await openRecall(pool, { mode: 'recall', clockKind: 'real' });
    const kept = { recallId: other, filing: GB, mode: 'mail', sentTo: 'desk@opss.example', sentAt: OPENED } as const;
    const message = { ...kept, messageId: '<older@maker.example>', referencePattern: '.' };
    await withTransaction(pool, (client) => keepFiling(client, message));
    const before = (await filingOfMessage(pool, message.messageId))!;
    await recordReceipt(pool, before, { reference: 'GB-2026-11111', text: 'GB-2026-11111' }, OPENED);
    const { recallId, filing } = await recallWithMail();
    const bytes = Buffer.from(JSON.stringify({ text: 'as in GB-2025-22222' }));
    await keepDocument(pool, recallId, { name: 'report.json', mediaType: 'application/json', about: ABOUT, bytes });
    const older = 'Compare GB-2026-11111 and your GB-2025-22222.';
    await deliver(door.port, replyTo(filing, older));
    expect(await answered(recallId)).toEqual([]);
    await deliver(door.port, replyTo(filing, `${older} This one is GB-2026-33333, I repeat: GB-2026-33333.`));
    expect(await answered(recallId)).toEqual(['GB-2026-33333']);
  });

  test('of a later date does not change the reference that stands', async () => {
    const { recallId, filing } = await recallWithMail();
    await deliver(door.port, replyTo(filing, 'GB-2026-00420'));
    await deliver(door.port, replyTo(filing, 'GB-2026-99999'));
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toMatchObject([{ reference: 'GB-2026-00420' }]);
  });
});

describe('an answer that is no receipt', () => {
  const received = (recallId: RecallId): Promise<Record<string, unknown>[]> =>
    factsOf(database.pool, recallId, 'mail received');

  test('to a report is kept and told once, and the owner of the report reads it with the question', async () => {
    const { recallId, filing } = await recallWithMail();
    const answer = replyTo(filing, 'Registered under 2026/77.');
    expect(await Promise.all([1, 2, 3].map(() => deliver(door.port, answer)))).toEqual([250, 250, 250]);
    const [kept, ...more] = await repliesOf(database.pool, recallId);
    expect(more).toEqual([]);
    const text = 'Re: notification\nRegistered under 2026/77.';
    expect(kept).toMatchObject({ at: minutes(240), about: ABOUT, automatic: false, text });
    expect(await received(recallId)).toEqual([
      { type: 'mail received', v: 1, about: ABOUT, automatic: false, text: sha256Hex(`salt${text}`) },
    ]);
    const told = {
      id: `${recallId}/mail/${GB}/${kept!.hash}`,
      input: { type: 'mail came', about: ABOUT, automatic: false, text: kept!.hash },
    };
    expect(await outboxOf(database.pool, recallId)).toEqual([told]);
    const replies = [{ at: minutes(240), automatic: false, text: kept!.hash }];
    const evidence: Evidence = { ...EVIDENCE, replies };
    const attached = await attachedTo(database.pool, recallId, [evidence]);
    expect(evidenceLines({ evidence, evidenceNow: null }, { attached, zone: 'UTC' })).toEqual([
      { name: `Answered on ${instantText(minutes(240), 'UTC')}`, value: text },
    ]);
  });

  test('to a notice or to an ask is kept with whom it is about, and moves nothing', async () => {
    const { recallId, notice } = await recallWithMail();
    const asked = `<${recallId}-ask@maker.example>`;
    const id = 'assess/1/1' as AskId;
    await withTransaction(database.pool, (client) => keepAskMail(client, recallId, id, asked));
    const before = await everything(recallId);
    await deliver(door.port, replyTo(notice, 'GB-2026-00421: one of ours is lost.'));
    await deliver(door.port, replyTo(asked, 'I am on a plane.'));
    expect(await repliesOf(database.pool, recallId)).toMatchObject([
      { about: { kind: 'notice', id: 'c001' }, text: expect.stringContaining('one of ours is lost') },
      { about: { kind: 'ask', id }, text: expect.stringContaining('on a plane') },
    ]);
    expect(await received(recallId)).toMatchObject([
      { about: { kind: 'notice', id: 'c001' } },
      { about: { kind: 'ask', id } },
    ]);
    expect(await everything(recallId)).toEqual(before);
    expect(await replyCounts(database.pool, recallId)).toMatchObject({ replies: 2, automatic: 0 });
    expect((await verdict(database.pool, recallId)).verified).toBe(true);
  });

  test.each([
    ['auto-replied', true],
    ['Auto-Generated; type=vacation', true],
    ['no', false],
    ['No (a person)', false],
  ])('that says Auto-Submitted: %s is marked as automatic: %s', async (said, automatic) => {
    const { recallId, notice } = await recallWithMail();
    const header = `In-Reply-To: ${notice}\nAuto-Submitted: ${said}`;
    await deliver(door.port, replyTo(notice, 'Away until Monday.', { header }));
    expect(await repliesOf(database.pool, recallId)).toMatchObject([{ automatic }]);
    expect(await replyCounts(database.pool, recallId)).toMatchObject({ replies: 1, automatic: automatic ? 1 : 0 });
  });

  test('to a report that has its reference is kept, its receipt however often it comes is not', async () => {
    const { recallId, filing } = await recallWithMail();
    const receipt = replyTo(filing, 'Our reference: GB-2026-00430');
    for (const mail of [receipt, receipt, replyTo(filing, 'GB-2026-00430: please send the test report.')])
      await deliver(door.port, mail);
    expect(await repliesOf(database.pool, recallId)).toMatchObject([
      { about: ABOUT, text: expect.stringContaining('please send the test report') },
    ]);
  });

  test('is kept in what a person can read: out of HTML, without control characters, not without end', async () => {
    const { recallId, filing, notice } = await recallWithMail();
    const asHtml = (to: string, html: string): string =>
      replyTo(to, html).replace('Content-Type: text/plain', 'Content-Type: text/html');
    await deliver(door.port, asHtml(notice, '<p>We were <b>cut</b>.</p>'));
    await deliver(door.port, replyTo(notice, `a\0b\u001b[31mc ${'x '.repeat(30_000)}`));
    await deliver(door.port, asHtml(filing, `${'<'.repeat(200_000)}<b>GB-2026-00431</b>`));
    const [html, long] = await repliesOf(database.pool, recallId);
    expect(html!.text).toMatch(/We were\s+cut/);
    expect(long!.text).toMatch(/^Re: notification\nab\[31mc x x/);
    expect(long!.text.length).toBe(20_000);
  });
});

describe('a bounce', () => {
  test.each(['text/rfc822-headers', 'message/rfc822'])('that returns %s marks its notice, once', async (returned) => {
    const { recallId, notice } = await recallWithMail();
    const status = statusOf(notice, { returned, status: '5.1.10' });
    expect([await deliver(door.port, status), await deliver(door.port, status)]).toEqual([250, 250]);
    expect(await factsOf(database.pool, recallId, 'notice bounced')).toEqual([
      {
        type: 'notice bounced',
        v: 1,
        step: TELL,
        revision: 1,
        recipient: 'c001',
        rung: 0,
        channel: 'email',
        status: '5.1.10',
        how: 'for-good',
      },
    ]);
    expect(await tallyOf(database.pool, keyOf(recallId))).toMatchObject({ delivered: 1, bounced: 1, unreachable: 1 });
    expect(await outboxOf(database.pool, recallId)).toMatchObject([{ input: { type: 'watch changed', value: false } }]);
  });

  test('of a report is recorded and told once, at the instant of the recall', async () => {
    const { recallId, filing } = await recallWithMail();
    const status = statusOf(filing, { status: '5.4.1' });
    expect(await Promise.all([1, 2, 3].map(() => deliver(door.port, status)))).toEqual([250, 250, 250]);
    expect(await factsOf(database.pool, recallId, 'filing bounced')).toEqual([
      { type: 'filing bounced', v: 1, about: ABOUT, status: '5.4.1' },
    ]);
    const input = { type: 'report came back', about: ABOUT };
    expect(await outboxOf(database.pool, recallId)).toEqual([{ id: `${recallId}/bounce/${GB}`, input }]);
    const { rows } = await database.pool.query('select at from outbox where recall_id = $1', [recallId]);
    expect(rows).toEqual([{ at: minutes(240) }]);
  });

  test('that failed for another reason than its address does not end the ladder', async () => {
    const { recallId, notice } = await recallWithMail();
    expect(await deliver(door.port, statusOf(notice, { status: '5.2.2' }))).toBe(250);
    expect(await factsOf(database.pool, recallId, 'notice bounced')).toMatchObject([
      { status: '5.2.2', how: 'for-now' },
    ]);
    const next = await database.pool.query(
      'select recipient.next_rung from recipient join notice using (recall_id, recipient) where message_id = $1',
      [notice],
    );
    expect(next.rows).toEqual([{ next_rung: 1 }]);
    expect(await deliver(door.port, statusOf(notice, { status: '5.1.1' }))).toBe(250);
    expect(await factsOf(database.pool, recallId, 'notice bounced')).toMatchObject([
      { how: 'for-now' },
      { status: '5.1.1', how: 'for-good' },
    ]);
  });

  test('that only reports a delay or a success marks nothing', async () => {
    const { recallId, notice, filing } = await recallWithMail();
    const before = await everything(recallId);
    for (const action of ['delayed', 'delivered', 'relayed', 'expanded'])
      for (const message of [notice, filing])
        expect(await deliver(door.port, statusOf(message, { action, status: '4.4.7' }))).toBe(250);
    expect(await everything(recallId)).toEqual(before);
  });
});

describe('a mail that is none of ours', () => {
  test('is taken and changes nothing', async () => {
    const { recallId, filing } = await recallWithMail();
    const before = await everything(recallId);
    const unrelated = [
      replyTo('<stranger@elsewhere.example>', 'GB-2026-00421'),
      replyTo('', 'GB-2026-00421', { header: 'X-Nothing: here' }),
      replyTo('', `About ${filing}: GB-2026-00421`, { header: 'X-Nothing: here' }),
      statusOf('<stranger@elsewhere.example>'),
    ];
    for (const raw of unrelated) expect(await deliver(door.port, raw, { from: 'someone@elsewhere.example' })).toBe(250);
    expect(await everything(recallId)).toEqual(before);
  });
});

describe('a mail that cannot be read', () => {
  const unread = Buffer.from(`${'X-One: 1\n'.repeat(1_001)}\nx`);

  test('is taken and kept as it came for a person, once however often it comes', async () => {
    const { pool } = database;
    expect(await Promise.all([1, 2].map(() => deliver(door.port, unread)))).toEqual([250, 250]);
    expect(await deliver(door.port, unread)).toBe(250);
    const [kept, ...more] = await unreadMails(pool);
    expect([kept, more]).toMatchObject([{ why: 'too many headers', times: 3 }, []]);
    expect(kept!.digest).toBe(sha256Hex(seen[0]!));
    expect((await unreadMail(pool, kept!.digest)).equals(seen[0]!)).toBe(true);
    await discardUnread(pool, kept!.digest);
    expect(await unreadMails(pool)).toEqual([]);
    await expect(unreadMail(pool, kept!.digest)).rejects.toThrow('no such mail is kept');
    await expect(discardUnread(pool, kept!.digest)).rejects.toThrow('no such mail is kept');
  });

  test('is kept in so much room and no more; what is there already is no more', async () => {
    const { pool } = database;
    const [one, other] = [Buffer.from('one'), Buffer.from('two')];
    expect(await keepUnread(pool, one, 'malformed', 5)).toBe(true);
    expect(await keepUnread(pool, other, 'malformed', 5)).toBe(false);
    expect(await keepUnread(pool, one, 'malformed', 5)).toBe(true);
    expect(await unreadMails(pool)).toMatchObject([{ digest: sha256Hex(one), times: 2 }]);
    await discardUnread(pool, sha256Hex(one));
  });

  test('nor be recorded, however often it comes, is kept too, and what may be recorded later is not', async () => {
    const { pool } = database;
    const { filing } = await recallWithMail();
    const raw = Buffer.from(replyTo(filing, 'We have a question.'));
    const failing = (thrown: Error): Promise<void> => {
      const read = reader.read.bind(reader);
      const broken = {
        ...reader,
        read: async (given: Uint8Array, from: Envelope) => ({
          ...(await read(given, from)),
          get inReplyTo(): string[] {
            throw thrown;
          },
        }),
      } as MailReader;
      const envelope = { sender: 'desk@opss.example', recipients: ['reply@maker.example'] };
      return receiveMail({ pool, log: SILENT, readReport: email.readReport, reader: broken }, raw, envelope);
    };
    await expect(failing(new Error('Connection terminated'))).rejects.toThrow('Connection terminated');
    expect(await unreadMails(pool)).toEqual([]);
    await failing(new TypeError('x is not a function'));
    expect(await unreadMails(pool)).toMatchObject([{ why: 'could not be recorded', digest: sha256Hex(raw) }]);
    await discardUnread(pool, sha256Hex(raw));
  });
});

describe('the door stays open', () => {
  /** It takes an ordinary answer now as before. */
  async function stillServes(): Promise<boolean> {
    const { recallId, filing } = await recallWithMail();
    expect(await deliver(door.port, replyTo(filing, 'GB-2026-00422'))).toBe(250);
    return (await factsOf(database.pool, recallId, 'receipt recorded')).length === 1;
  }

  test('after mail that is malformed in every way', async () => {
    const { filing } = await recallWithMail();
    const nested = Array.from({ length: 400 }, (_, depth) =>
      [`Content-Type: multipart/mixed; boundary="n${depth}"`, '', `--n${depth}`].join('\n'),
    ).join('\n');
    const broken = [
      '',
      '\n',
      'no header at all',
      'Content-Type: multipart/report; boundary="never"\n\n--other\n',
      'Content-Type: text/plain; charset=martian\nContent-Transfer-Encoding: base64\nSubject: =?x?q?=?=\n\n%%%%',
      statusOf(filing).replaceAll('--b', '--'),
      statusOf('no id').replace('Action: failed', 'Action:'),
      nested,
      `In-Reply-To: ${'<a'.repeat(20_000)}\n\ntext`,
      `References: ${'<a@b> '.repeat(2_000)}\n\ntext`,
    ];
    for (const raw of broken) expect(await deliver(door.port, raw)).toBe(250);
    expect(await deliver(door.port, randomBytes(50_000))).toBe(250);
    expect(await deliver(door.port, Buffer.concat([Buffer.from('Subject: \0\xff\r\n\r\n'), Buffer.alloc(1_000)]))).toBe(
      250,
    );
    expect(await stillServes()).toBe(true);
  });

  test('after a mail that is too large, which is refused for good and never looked at', async () => {
    const { recallId, filing } = await recallWithMail();
    const line = `${'x'.repeat(998)}\r\n`;
    const huge = Buffer.from(replyTo(filing, `GB-2026-00423\n${line.repeat(HUGE / line.length)}`));
    expect(await deliver(door.port, huge)).toBe(552);
    expect(seen).toEqual([]);
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toEqual([]);
    expect(await stillServes()).toBe(true);
  });

  test('and looks up no more than a hundred of the messages that a mail says it answers', async () => {
    const { recallId, filing } = await recallWithMail();
    const many = (at: number): string => {
      const ids = Array.from({ length: 5_000 }, (_, index) => (index === at ? filing : `<${index}@elsewhere.example>`));
      return replyTo(filing, 'GB-2026-00426', { header: `References: ${ids.join('\n ')}` });
    };
    await deliver(door.port, many(4_999));
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toEqual([]);
    await deliver(door.port, many(3));
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toHaveLength(1);
  });

  test('after a sender that hangs up in the middle of its mail, of which nothing is taken', async () => {
    const { recallId, filing } = await recallWithMail();
    expect(await deliver(door.port, replyTo(filing, 'GB-2026-00424'), { cutOff: true })).toBe(0);
    expect(await stillServes()).toBe(true);
    expect(seen).toHaveLength(1);
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toEqual([]);
  });

  test('after a caller that speaks no SMTP', async () => {
    const socket = connect(door.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(Buffer.concat([Buffer.from('GET / HTTP/1.1\r\n\r\n'), randomBytes(2_000)]));
    await new Promise((resolve) => socket.once('close', resolve).resume());
    expect(await stillServes()).toBe(true);
  });

  test('while the store is away: the sender is asked to come again, and then nothing is lost', async () => {
    const { recallId, filing } = await recallWithMail();
    const take = onMail;
    onMail = () => Promise.reject(new Error('the store is away'));
    expect(await deliver(door.port, replyTo(filing, 'GB-2026-00425'))).toBe(451);
    onMail = take;
    expect(await deliver(door.port, replyTo(filing, 'GB-2026-00425'))).toBe(250);
    expect(await factsOf(database.pool, recallId, 'receipt recorded')).toHaveLength(1);
  });

  test('and a second one at its port says that the port is in use', async () => {
    const second = startInbound({
      host: '127.0.0.1',
      port: door.port,
      mailDomain: 'maker.example',
      log: SILENT,
      onMail,
    });
    await expect(second).rejects.toMatchObject({ detail: { code: 'port-busy', where: `127.0.0.1:${door.port}` } });
    expect(await stillServes()).toBe(true);
  });
});
