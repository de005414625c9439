import { describe, expect, it } from '@jest/globals';
import { parseMail, type ReadMail } from '../../api/inbound/parse-mail.js';

/** Mails in the forms of real servers and programs, written for this test, with what each is. */
async function read(raw: string): Promise<ReadMail> {
  const mail = await parseMail(Buffer.from(raw), null);
  if (mail.kind !== 'read') throw new Error(mail.why);
  return mail;
}

/** A mail of one part. */
function mailOf(from: string, subject: string, text: string, headers: string[] = []): string {
  return [
    `From: ${from}`,
    'To: recall@maker.example',
    `Subject: ${subject}`,
    ...headers,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    text,
    '',
  ].join('\n');
}

const ORIGINAL = [
  'Received: from mail.maker.example by mx.relay.example; Mon, 2 Mar 2026 10:00:00 +0100',
  'Message-ID: <notice@maker.example>',
  'From: recall@maker.example',
  'Subject: Product safety recall',
].join('\n');

describe('a report in plain text', () => {
  it('that names its one address again within what it quotes says all of it of that address', async () => {
    const text = `A message that you sent could not be delivered to all of its recipients. The
following address(es) failed:

  ann@shop.example:
    SMTP error from remote mailer after RCPT TO:
    <ann@shop.example>:
    host mx.shop.example [198.51.100.7]:
    553 5.1.1 unknown or illegal user:
    ann@shop.example

----- This is a copy of the message, including all the headers. ------
${ORIGINAL}`;
    const { verdict } = await read(mailOf('Mailer-Daemon@shop.example', 'Mail delivery failed', text));
    expect(verdict).toMatchObject({ kind: 'failed', permanent: true, status: '5.1.1' });
  });
});
