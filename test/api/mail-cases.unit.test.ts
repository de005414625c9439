import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { aboutInOneWord } from '../../api/inbound/about.js';
import { parseMail, type ReadMail } from '../../api/inbound/parse-mail.js';

const MAILS = fileURLToPath(new URL('mails/', import.meta.url));
const NOTICE = '<MESSAGE-ID-OF-THE-NOTICE@maker.example>';

async function read(raw: string, envelope: { sender: string; recipients: string[] } | null = null): Promise<ReadMail> {
  const mail = await parseMail(Buffer.from(raw), envelope);
  if (mail.kind !== 'read') throw new Error(mail.why);
  return mail;
}

describe('mails from practice', () => {
  it.each([
    ['qmail.eml', { kind: 'failed', permanent: true, status: '5.1.1' }, NOTICE],
    ['global-headers.eml', { kind: 'failed', permanent: true, status: '5.1.1' }, NOTICE],
    ['mailbox-full-5.2.2.eml', { kind: 'failed', permanent: false, status: '5.2.2' }, NOTICE],
    ['delayed.eml', { kind: 'delayed', permanent: false, status: '4.4.1' }, NOTICE],
    ['reply-no-irt.eml', { kind: 'person' }, 'RC-2026-0001 c1008'],
    ['reply-html-only.eml', { kind: 'person' }, '<71cb05a4d5fab08419233897b77aa8a2@maker.example>'],
    ['ooo-precedence-only.eml', { kind: 'automatic' }, '<48f3a50f9b18e3fd24a64522721e2732@maker.example>'],
    ['authority-ooo.eml', { kind: 'automatic' }, '<MESSAGE-ID-OF-THE-REPORT@maker.example>'],
  ])('%s is what it is, and about what it is about', async (file, verdict, about) => {
    const mail = await read(readFileSync(`${MAILS}${file}`, 'utf8'));
    expect(mail.verdict).toMatchObject(verdict);
    expect(aboutInOneWord(mail.about)).toBe(about);
  });

  it('reads the words of HTML without its style and with its characters', async () => {
    const { text } = await read(readFileSync(`${MAILS}reply-html-only.eml`, 'utf8'));
    expect(text).toBe('Re: Product safety recall\nWir haben 3 Stück & gesperrt – ein Kind hat sich geschnitten');
  });
});

describe('a mail that is no failure', () => {
  const DETAILS = 'Final-Recipient: rfc822; a@alpha.example\nAction: failed\nStatus: 5.1.1\n';

  it.each([
    [
      'tells of a parcel',
      'automatic',
      'From: Parcels <noreply@parcels.example>\nSubject: Your parcel\n\nYour parcel could not be delivered to you. Code 550.\n',
    ],
    [
      'comes from whoever looks after the mail of a shop',
      'person',
      'From: admin@shop.example\nSubject: Re: Recall\n\nYour message could not be delivered to the branch, we told them. 550 pieces are back.\n',
    ],
    [
      'has details of a report pasted into it',
      'person',
      `From: Ann <ann@shop.example>\nSubject: FW: undeliverable\n\nWhat is this?\n\n${DETAILS}`,
    ],
    [
      'passes a report on',
      'person',
      [
        'From: Ann <ann@shop.example>',
        'Subject: Fwd: Undelivered Mail Returned to Sender',
        'Content-Type: multipart/mixed; boundary=M',
        '',
        '--M',
        'Content-Type: text/plain',
        '',
        'I got this.',
        '--M',
        'Content-Type: message/rfc822',
        '',
        'From: MAILER-DAEMON@mx.example',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=R',
        '',
        '--R',
        'Content-Type: message/delivery-status',
        '',
        DETAILS,
        '--R--',
        '--M--',
        '',
      ].join('\n'),
    ],
    [
      'says in short that somebody is away',
      'automatic',
      'From: ann@shop.example\nSubject: Re: Recall\n\nIch bin bis Montag nicht im Büro.\n',
    ],
  ])('as it %s', async (_what, kind, raw) => {
    expect((await read(raw)).verdict).toMatchObject({ kind, permanent: false, status: null });
  });
});

describe('what a mail is about', () => {
  const KEY = '0123456789abcdef0123456789abcdef';
  const bounce = (returned: string, status = ''): string =>
    [
      'From: MAILER-DAEMON@mx.example',
      'Subject: Undelivered Mail Returned to Sender',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=B',
      '',
      '--B',
      'Content-Type: message/delivery-status',
      '',
      ...(status === '' ? [] : [status]),
      'Final-Recipient: rfc822; a@alpha.example',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--B',
      'Content-Type: text/rfc822-headers',
      '',
      returned,
      '--B--',
      '',
    ].join('\n');

  it.each([
    ['with its brackets', bounce('Message-ID: <one@maker.example>')],
    ['without them', bounce('Message-Id: one@maker.example')],
    ['in the part for programs alone', bounce('Subject: x', 'X-Original-Message-ID: <one@maker.example>')],
    ['in what answers it', bounce('Subject: x').replace('Subject:', 'In-Reply-To: <one@maker.example>\nSubject:')],
  ])('is found by an id %s', async (_how, raw) => {
    expect((await read(raw)).about.ids).toEqual(['<one@maker.example>']);
  });

  it('is where it came to before what it says, for a relay may have given the message another id', async () => {
    const raw = bounce('Message-ID: <changed@relay.example>');
    const envelope = { sender: '', recipients: [`b+${KEY}@maker.example`] };
    const own = `<${KEY}@maker.example>`;
    expect((await read(raw, envelope)).about.ids).toEqual([own, '<changed@relay.example>']);
    const toUs = raw.replace('From:', `To: B+${KEY.toUpperCase()}@Maker.example\nFrom:`);
    expect((await read(toUs)).about.ids).toEqual([own, '<changed@relay.example>']);
  });

  it('is the recall and the recipient that its text names', async () => {
    const mail = await read(
      'From: a@b.example\nSubject: about RC-2026-0042\n\nYours: RC-2026-0042 c12345, XRC-2026-0001 c1\n',
    );
    expect(mail.about.references).toEqual([
      { recall: 'RC-2026-0042', recipient: null },
      { recall: 'RC-2026-0042', recipient: 'c12345' },
    ]);
  });
});
