import { describe, expect, it } from '@jest/globals';
import { read } from './mail-of.js';

/** A notice of what became of a mail at its reader (RFC 8098), with a text for people. */
function disposition(subject: string, text: string, of: string): string {
  return [
    'From: Ann <ann@shop.example>',
    'To: recall@maker.example',
    `Subject: ${subject}`,
    'Auto-Submitted: auto-replied (rejected)',
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="D"',
    '',
    '--D',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
    '--D',
    'Content-Type: message/disposition-notification',
    '',
    'Reporting-UA: mail.shop.example; Mail Delivery Agent',
    'Original-Recipient: rfc822; ann@shop.example',
    'Final-Recipient: rfc822; ann@shop.example',
    'Original-Message-ID: <notice@maker.example>',
    `Disposition: ${of}`,
    '',
    '--D',
    'Content-Type: message/rfc822',
    '',
    'Message-ID: <notice@maker.example>',
    'Subject: Safety recall',
    '',
    '--D--',
    '',
  ].join('\n');
}

const BY_PROGRAM = 'automatic-action/MDN-sent-automatically; deleted';

describe('a notice of what became of a mail', () => {
  it.each([
    [
      'Dovecot, over quota',
      'Rejected: Safety recall',
      'Your message to <ann@shop.example> was automatically rejected:\nQuota exceeded (mailbox for user is full)',
      BY_PROGRAM,
      { permanent: false, status: '5.0.922' },
    ],
    [
      'Dovecot, by a filter of its owner',
      'Rejected: Safety recall',
      'Your message to <ann@shop.example> was automatically rejected:\nI do not take mail from shops.',
      BY_PROGRAM,
      { permanent: false },
    ],
    [
      'Cyrus',
      'Automatically rejected mail',
      'Your message was automatically rejected by Sieve, a mail\nfiltering language.\n\nThe following reason was given:\nI am not taking mail from you.',
      BY_PROGRAM,
      { permanent: false },
    ],
    [
      'RFC 5429',
      'Rejected: Safety recall',
      'The message was refused by the recipient’s mail filtering program. The reason given was as follows:\n\nThis mailbox takes no notices.',
      'automatic-action/MDN-sent-automatically; denied',
      { permanent: false },
    ],
    [
      'German webmail',
      'Abgelehnt: Rückruf',
      'Ihre Nachricht an <ann@shop.example> wurde automatisch abgelehnt:\nDas Postfach ist voll.',
      BY_PROGRAM,
      { permanent: false },
    ],
    [
      'that says it failed',
      'Disposition notification',
      'Your message could not be processed.',
      'automatic-action/MDN-sent-automatically; failed',
      { permanent: false },
    ],
  ])('that it was refused is a failure: %s', async (_who, subject, text, of, verdict) => {
    const mail = await read(disposition(subject, text, of));
    expect(mail.verdict).toMatchObject({ kind: 'failed', ...verdict });
    expect(mail.about.ids).toContain('<notice@maker.example>');
  });

  it.each([
    [
      'Outlook, read',
      'Read: Safety recall',
      'Your message was read on Monday.',
      'manual-action/MDN-sent-automatically; displayed',
    ],
    [
      'Outlook, deleted',
      'Not read: Safety recall',
      'Your message was deleted without being read on Monday.',
      BY_PROGRAM,
    ],
    ['a phone', 'Read: Safety recall', '', 'manual-action/MDN-sent-manually; displayed'],
    ['by hand, deleted', 'Not read', 'I rejected your message.', 'manual-action/MDN-sent-manually; deleted'],
    [
      'nothing to be said',
      'Disposition',
      'The recipient does not say what became of it.',
      'manual-action/MDN-sent-manually; denied',
    ],
    [
      'passed on',
      'Disposition',
      'Your message was passed on to another.',
      'automatic-action/MDN-sent-automatically; dispatched',
    ],
  ])('that says anything else is a receipt: %s', async (_who, subject, text, of) => {
    expect((await read(disposition(subject, text, of))).verdict).toMatchObject({ kind: 'automatic', permanent: false });
  });
});
