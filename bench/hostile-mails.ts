import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const CORPUS = fileURLToPath(new URL('../test/corpus/mails', import.meta.url));
/** Just below what the mail door takes. */
const BYTES = 4_900_000;

/** A mail that somebody sends to do harm. */
export type HostileMail = { name: string; raw: Buffer };

/** Mails that try to take time, memory or the process: those that once did, as files, and others that are made here. */
export function hostileMails(): HostileMail[] {
  const kept = readdirSync(CORPUS)
    .sort()
    .map((name) => ({ name, raw: gunzipSync(readFileSync(join(CORPUS, name))) }));
  return [...kept, ...Object.entries(MADE).map(([name, make]) => ({ name, raw: bytesOf(make()) }))];
}

function bytesOf(made: string | Buffer): Buffer {
  return typeof made === 'string' ? Buffer.from(made.replaceAll(/\r?\n/g, '\r\n')) : made;
}

const REPLY = 'From: a@elsewhere.example\nIn-Reply-To: <none@maker.example>\nMIME-Version: 1.0\n';
const text = (body: string, header = ''): string => `${REPLY}${header}\n${body}`;
const typed = (type: string, body: string): string => text(body, `Content-Type: ${type}\n`);
const filled = (piece: string, bytes = BYTES): string => piece.repeat(Math.floor(bytes / bytesOf(piece).length));
const parts = (part: string, count: number): string =>
  typed('multipart/mixed; boundary=b', `--b\n${part}\n`.repeat(count));

const MADE: Record<string, () => string | Buffer> = {
  'newlines without end': () => Buffer.concat([Buffer.from(`${REPLY}\n`), Buffer.alloc(BYTES, '\n')]),
  'as many lines as are read': () => text('\n'.repeat(119_000)),
  'as many lines as are read, in format=flowed': () =>
    typed('text/plain; format=flowed; delsp=yes', 'x \n'.repeat(119_000)),
  'lines of dots': () => text(filled('..\n')),
  'a hundred thousand headers': () => `${'X-One: 1\n'.repeat(100_000)}${REPLY}\nx`,
  'a header of 5 MB': () => `X-Long: ${filled('x')}\n${REPLY}\nx`,
  'a header of 5 MB in lines': () => `X-Long: ${filled(' x\n')}${REPLY}\nx`,
  'no header ends': () => filled('X-One: 1\n'),
  'a Message-ID of 600 kB': () => `Message-ID: <${'a'.repeat(600_000)}\n${REPLY}\nx`,
  'a Message-ID of spaces in a report': () =>
    typed(
      'multipart/report; report-type=delivery-status; boundary=b',
      `--b\nContent-Type: message/delivery-status\n\nAction:${' '.repeat(500_000)}\nStatus:${' '.repeat(500_000)}\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID:${' '.repeat(2_000_000)}x\n--b--\n`,
    ),
  'parts in parts': () =>
    Array.from(
      { length: 20_000 },
      (_, depth) => `Content-Type: multipart/mixed; boundary=n${depth}\n\n--n${depth}\n`,
    ).join(''),
  'boundaries that never end': () =>
    `${Array.from({ length: 49 }, (_, depth) => `Content-Type: multipart/mixed; boundary=${'n'.repeat(60)}${depth}\n\n--${'n'.repeat(60)}${depth}\n`).join('')}\n${`--${'n'.repeat(60)}\n`.repeat(70_000)}`,
  'quoted parts, each with a buffer of its own': () =>
    parts('Content-Transfer-Encoding: quoted-printable\n\nx', 40_000),
  'base64 parts': () => parts('Content-Transfer-Encoding: base64\n\nx', 40_000),
  'messages in messages': () => `${'Content-Type: message/rfc822\n\n'.repeat(50_000)}x`,
  'messages beside messages': () => parts(`Content-Type: message/rfc822\n\nSubject: x\n\n${'y\n'.repeat(10)}`, 10_000),
  'broken base64': () => text(filled('%%%=A\u00ff\n'), 'Content-Transfer-Encoding: base64\n'),
  'random bytes as base64': () =>
    Buffer.concat([Buffer.from(`${REPLY}Content-Transfer-Encoding: base64\r\n\r\n`), randomBytes(BYTES)]),
  'random bytes': () => randomBytes(BYTES),
  'a charset that is none': () => typed('text/plain; charset="\u0000martian-8"', filled('\u00e4')),
  'a charset of many bytes': () => typed('text/plain; charset=gb18030', filled('\u00e4\u00ff')),
  'NUL without end': () => Buffer.concat([Buffer.from(`${REPLY}Subject: \0\0\r\n\r\n`), Buffer.alloc(BYTES)]),
  'encoded words without end': () => text('x', `Subject: ${filled('=?utf-8?', 250_000)}\n`),
  'encoded words that break': () => text('x', `Subject: ${filled('=?utf-8?q?=?=', 250_000)}\n`),
  'empty encoded words': () => text('x', `Subject: ${filled('=?utf-8?B?w6Q=?= ', 250_000)}\n`),
  'addresses in addresses': () => text('x', `To: ${filled('(<"', 100_000)}\nCc: ${filled('a:b;', 100_000)}\n`),
  'a type of brackets': () => text('x', `Content-Type: ${filled('((a="', 200_000)}\n`),
  'a file name in pieces': () =>
    parts(
      `Content-Disposition: attachment; ${Array.from({ length: 5_000 }, (_, at) => `filename*${at}*=%e4`).join('; ')}\n\nx`,
      1,
    ),
  'tags that never end': () => typed('text/html', filled('<')),
  'tags beside text': () =>
    typed(
      'multipart/mixed; boundary=b',
      `--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: text/html\n\n${filled('<a href=<!--<script', 4_000_000)}\n--b--\n`,
    ),
  'entities without end': () =>
    typed(
      'multipart/mixed; boundary=b',
      `--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: text/html\n\n${filled('&amp;&#xD83D;&lt', 4_000_000)}\n--b--\n`,
    ),
  'a report in pieces': () =>
    typed(
      'multipart/report; boundary=b',
      `--b\nContent-Type: message/delivery-status\n\n${'Action:\n'.repeat(110_000)}`,
    ),
};
