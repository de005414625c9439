import { connect } from 'node:net';

/** Speaks SMTP itself, word for word, so that a test can send what no mail client would. Gives the code that the message got. */
export async function deliver(
  port: number,
  raw: string | Buffer,
  { from = 'desk@opss.example', cutOff = false } = {},
): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  const replies = repliesOf(socket);
  const said = async (line: string): Promise<number> => {
    socket.write(`${line}\r\n`);
    return replies();
  };
  try {
    await replies();
    for (const line of ['EHLO tester.example', `MAIL FROM:<${from}>`, 'RCPT TO:<reply@maker.example>']) {
      const code = await said(line);
      if (code >= 400) return code;
    }
    await said('DATA');
    socket.write(typeof raw === 'string' ? raw.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..') : raw);
    if (cutOff) return 0;
    return await said('\r\n.');
  } finally {
    socket.destroy();
  }
}

function repliesOf(socket: ReturnType<typeof connect>): () => Promise<number> {
  const lines: string[] = [];
  let wake = (): void => undefined;
  let ended: Error | null = null;
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\r\n');
    rest = parts.pop()!;
    lines.push(...parts);
    wake();
  });
  socket.on('error', (failed) => ((ended = failed), wake()));
  socket.on('close', () => ((ended ??= new Error('the door closed the connection')), wake()));
  return async () => {
    for (;;) {
      const last = lines.findIndex((line) => /^\d{3}(?: |$)/.test(line));
      if (last >= 0) return Number(lines.splice(0, last + 1)[last]!.slice(0, 3));
      if (ended) throw ended;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
}

/** An answer to a message we sent. */
export function replyTo(messageId: string, text: string, changes: { subject?: string; header?: string } = {}): string {
  return [
    'From: Desk <desk@opss.example>',
    'To: reply@maker.example',
    `Subject: ${changes.subject ?? 'Re: notification'}`,
    'Message-ID: <answer@opss.example>',
    changes.header ?? `In-Reply-To: ${messageId}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\n');
}

/** A delivery status notification, as RFC 3464 has it. */
export function statusOf(
  messageId: string,
  { action = 'failed', status = '5.1.1', returned = 'text/rfc822-headers' } = {},
): string {
  return [
    'From: Mail Delivery System <mailer-daemon@shop.example>',
    'To: bounce@maker.example',
    'Subject: Undelivered Mail Returned to Sender',
    'Message-ID: <status@shop.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'The mail could not be delivered.',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mail.shop.example',
    '',
    'Final-Recipient: rfc822; shop001@example.org',
    `Action: ${action}`,
    `Status: ${status}`,
    'Diagnostic-Code: smtp; 550 no such user',
    '',
    '--b',
    `Content-Type: ${returned}`,
    '',
    'From: Recall team <recalls@maker.example>',
    'To: shop001@example.org',
    'Subject: DRILL',
    `Message-ID: ${messageId}`,
    '',
    ...(returned === 'message/rfc822' ? ['DRILL. This is an exercise.', ''] : []),
    '--b--',
    '',
  ].join('\n');
}
