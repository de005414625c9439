import type { SunkMail } from './mail-sink.js';

/** A delivery status notification as mail servers write it (RFC 3464). */
export function bounceMail(
  { to, returnTo, messageId }: Pick<SunkMail, 'to' | 'returnTo' | 'messageId'>,
  status: string,
): string {
  const boundary = 'bounce-boundary';
  return [
    'From: MAILER-DAEMON@mail.example',
    `To: ${returnTo}`,
    'Subject: Undelivered Mail Returned to Sender',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The mail could not be delivered to the address below.',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.example',
    '',
    `Final-Recipient: rfc822; ${to}`,
    'Action: failed',
    `Status: ${status}`,
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: ${messageId}`,
    `--${boundary}--`,
    '',
  ].join('\r\n');
}
