/** Signs, in small letters, of what was being said to a server when it refused, in the order of a talk. */
const SIGNS: [string, string[]][] = [
  ['CONN', ['initial connection', 'connection refused', 'while connecting', 'in reply to initial greeting']],
  ['HELO', ['helo command', '>>> helo', 'after helo', 'to helo']],
  ['EHLO', ['ehlo command', '>>> ehlo', 'after ehlo', 'to ehlo']],
  [
    'MAIL',
    [
      'mail from command',
      '>>> mail from',
      'after mail from',
      'after mail command',
      'to mail command',
      'to mail from',
      'sent : mail from',
      'sent: mail from',
      'did not like our mail from',
      'mail from:',
      '[mail_from]',
      'smtp:mail',
    ],
  ],
  [
    'RCPT',
    [
      'rcpt to command',
      '>>> rcpt to',
      'after rcpt to',
      'after rcpt command',
      'to rcpt command',
      'to rcpt to',
      'sent : rcpt to',
      'sent: rcpt to',
      'did not like our rcpt',
      'does not like recipient',
      'rcpt to:',
      '[rcpt_to]',
      'smtp:rcpt',
      // Gateways whose reports are on recipients alone.
      'had delivery problems ---',
    ],
  ],
  [
    'DATA',
    [
      'end of data',
      '>>> data',
      'after data',
      'data command',
      'sent : data',
      'sent: data',
      'did not like our data',
      'failed after i sent the message',
      'for text command',
      '>>> bdat',
      '[body]',
      'smtp:data',
      'smtp command data',
    ],
  ],
];

/** What was last being said to the server that refused; null where that cannot be told. */
export function commandIn(text: string): string | null {
  return SIGNS.findLast(([, signs]) => signs.some((sign) => text.includes(sign)))?.[0] ?? null;
}
