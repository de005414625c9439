import { parseMail, type ReadMail } from '../../api/inbound/parse-mail.js';

/** What the product makes of a mail that somebody can read. */
export async function read(raw: string): Promise<ReadMail> {
  const mail = await parseMail(Buffer.from(raw), null);
  if (mail.kind !== 'read') throw new Error(mail.why);
  return mail;
}

/** A mail of one part. */
export function mailOf(from: string, subject: string, text: string, headers: string[] = []): string {
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

/** The same, its subject as programs write it that hold to ASCII. */
export function encoded(subject: string): string {
  return `=?UTF-8?B?${Buffer.from(subject).toString('base64')}?=`;
}
