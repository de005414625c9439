import { describe, expect, it } from '@jest/globals';
import { mailOf, read } from './mail-of.js';

/** Mails in the forms of real servers, written for this test, with what each is. */
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
