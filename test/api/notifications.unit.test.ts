import { describe, expect, it } from '@jest/globals';
import { mailOf, read } from './mail-of.js';

const MAIL = {
  timestamp: '2026-03-02T09:00:00.000Z',
  source: 'recall@maker.example',
  messageId: '0102018e-ses',
  destination: ['ann@shop.example'],
  commonHeaders: { messageId: '<notice@maker.example>', subject: 'Safety recall' },
};

/** How a notification is named, and in what it comes. */
const FORMS: [string, (type: string, said: object) => string][] = [
  ['as a notification', (type, said) => JSON.stringify({ notificationType: type, ...said, mail: MAIL })],
  ['as an event', (type, said) => JSON.stringify({ eventType: type, ...said, mail: MAIL })],
  ['with its keys in another order', (type, said) => JSON.stringify({ mail: MAIL, ...said, eventType: type }, null, 2)],
  ['as SNS sends it on', (type, said) => wrapped(JSON.stringify({ notificationType: type, ...said, mail: MAIL }))],
  ['as SNS sends an event on', (type, said) => wrapped(JSON.stringify({ mail: MAIL, eventType: type, ...said }))],
  [
    'above what SNS says of leaving',
    (type, said) =>
      `${JSON.stringify({ eventType: type, mail: MAIL, ...said })}\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\nhttps://sns.eu-west-1.amazonaws.com/unsubscribe.html?Endpoint=recall@maker.example`,
  ],
];

function wrapped(message: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:bounces',
    Message: message,
    Timestamp: '2026-03-02T09:00:01.000Z',
    SignatureVersion: '1',
  });
}

function bounce(bounceType: string, bounceSubType: string, recipient: object = {}): object {
  return {
    bounce: { bounceType, bounceSubType, bouncedRecipients: [{ emailAddress: 'ann@shop.example', ...recipient }] },
  };
}

describe('a notification of Amazon SES', () => {
  it.each(
    FORMS.flatMap(([form, made]) =>
      (
        [
          [
            'Bounce',
            bounce('Permanent', 'General', {
              action: 'failed',
              status: '5.1.1',
              diagnosticCode: 'smtp; 550 5.1.1 user unknown',
            }),
            { kind: 'failed', permanent: true, status: '5.1.1' },
          ],
          [
            'Bounce',
            bounce('Transient', 'MailboxFull', { status: '5.2.2', diagnosticCode: 'smtp; 552 5.2.2 mailbox full' }),
            { kind: 'failed', permanent: false, status: '5.2.2' },
          ],
          [
            'Complaint',
            { complaint: { complaintFeedbackType: 'abuse', complainedRecipients: [] } },
            { kind: 'complaint', feedback: 'abuse' },
          ],
          ['Complaint', { complaint: { complaintFeedbackType: null } }, { kind: 'complaint', feedback: 'abuse' }],
          [
            'Delivery',
            { delivery: { smtpResponse: '250 2.6.0 Message received' } },
            { kind: 'delivered', status: '2.6.0' },
          ],
          [
            'DeliveryDelay',
            {
              deliveryDelay: {
                delayType: 'MailboxFull',
                delayedRecipients: [
                  { emailAddress: 'ann@shop.example', status: '4.2.2', diagnosticCode: 'smtp; 452 4.2.2 over quota' },
                ],
              },
            },
            { kind: 'delayed', permanent: false, status: '4.2.2' },
          ],
          ['Reject', { reject: { reason: 'Bad content' } }, { kind: 'failed', permanent: false }],
        ] as const
      ).map(([type, said, verdict]) => [form, type, made(type, said), verdict] as const),
    ),
  )('%s: %s', async (_form, _type, text, verdict) => {
    const mail = await read(mailOf('AWS Notifications <no-reply@sns.amazonaws.com>', 'AWS Notification Message', text));
    expect(mail.verdict).toMatchObject(verdict);
    expect(mail.about.ids).toContain('<notice@maker.example>');
  });

  it.each([
    ['Permanent', 'NoEmail', true],
    ['Permanent', 'Suppressed', true],
    ['Permanent', 'OnAccountSuppressionList', false],
    ['Permanent', 'UnsubscribedRecipient', false],
    ['Permanent', 'General', false],
    ['Transient', 'MailboxFull', false],
    ['Transient', 'MessageTooLarge', false],
    ['Transient', 'ContentRejected', false],
    ['Undetermined', 'Undetermined', false],
  ])('that quotes no server: %s, %s; the address is dead: %s', async (type, subType, permanent) => {
    const text = JSON.stringify({ eventType: 'Bounce', ...bounce(type, subType), mail: MAIL });
    const mail = await read(mailOf('no-reply@sns.amazonaws.com', 'AWS Notification Message', text));
    expect(mail.verdict).toMatchObject({ kind: 'failed', permanent });
  });

  it.each([
    ['of which nothing is read', JSON.stringify({ eventType: 'Open', open: {}, mail: MAIL })],
    ['that lacks what it is about', JSON.stringify({ eventType: 'Bounce', mail: MAIL })],
    ['that is cut off', JSON.stringify({ eventType: 'Bounce', ...bounce('Permanent', 'General') }).slice(0, -2)],
    ['of another make', '{"event": "bounce", "email": "ann@shop.example"}'],
  ])('%s is no failure', async (_what, text) => {
    const mail = await read(mailOf('no-reply@sns.amazonaws.com', 'AWS Notification Message', text));
    expect(mail.verdict.kind).toBe('automatic');
  });
});
