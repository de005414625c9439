import PostalMime, { addressParser, type Attachment, type Email } from 'postal-mime';
import type { LaterReport } from '../../engine/channels.js';
import { cut } from '../../engine/text.js';
import type { WhyUnread } from '../../store/unread-mails.js';
import { writtenIn, writtenInHtml } from './written.js';

export type InboundMail =
  | { kind: 'report'; messageId: string; report: LaterReport }
  | ReplyMail
  /** Read, and about nothing that we could have sent. */
  | { kind: 'unknown' }
  | { kind: 'unread'; why: WhyUnread };

/** A mail that answers others. */
export type ReplyMail = {
  kind: 'reply';
  inReplyTo: string[];
  /** Its one sender, in small letters; null where it names none, or several. */
  from: string | null;
  text: string;
  /** What of it its sender has written: its subject, and its text without what is quoted. */
  written: string;
  /** No person wrote it (RFC 3834, and how it was said before that). */
  automatic: boolean;
};

/** What is looked at before anything is parsed: the parser needs memory for each header and each line. */
const HEADER_BYTES_MAX = 256 * 1024;
const HEADERS_MAX = 1_000;
const LINES_MAX = 120_000;
/** Of the headers of all parts, of parts in parts, and of messages in messages. */
const LIMITS = { maxHeadersSize: 1024 * 1024, maxNestingDepth: 50, maxRfc822NestingDepth: 2 };
/** Each id is looked up; a header may hold hundreds of thousands of them. */
const IDS_MAX = 100;
const TEXT_MAX = 20_000;
/** All but tabs and line feeds. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;
/** Halves of characters, which a mail's HTML can name by their numbers. */
const HALVES = /\p{Cs}/gu;
/** An id of a message as we and others make them (RFC 5322): without spaces, and without what is no text. Linear, for no id begins inside of another. */
const IDS = /<[^<>\s\p{Cc}\p{Cs}]+>/gu;
const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];

/** What an incoming mail is. What cannot be parsed is `unread`; nothing that arrives can make this throw. */
export async function parseMail(raw: Uint8Array): Promise<InboundMail> {
  const why = tooMuch(raw);
  if (why !== null) return { kind: 'unread', why };
  let mail: Email;
  try {
    mail = await new PostalMime(LIMITS).parse(raw);
  } catch {
    return { kind: 'unread', why: 'malformed' };
  }
  const status = partText(mail.attachments, 'message/delivery-status');
  if (status !== null) return reportOf(status, mail);
  const inReplyTo = idsIn(`${mail.inReplyTo ?? ''} ${mail.references ?? ''}`);
  return inReplyTo.length > 0
    ? {
        kind: 'reply',
        inReplyTo,
        from: senderOf(mail),
        text: textOf(mail),
        written: writtenBy(mail),
        automatic: isAutomatic(mail),
      }
    : { kind: 'unknown' };
}

/** Why a mail holds more than is parsed, null where it does not. Looks at each byte once. */
function tooMuch(raw: Uint8Array): WhyUnread | null {
  let [lines, headers, lineStart] = [0, 0, 0];
  let headerBytes: number | null = null;
  for (let at = 0; at < raw.length; at += 1) {
    if (raw[at] !== LF) continue;
    lines += 1;
    if (headerBytes === null) {
      const isBlank = at === lineStart || (at === lineStart + 1 && raw[lineStart] === CR);
      if (isBlank) headerBytes = at;
      else if (raw[lineStart] !== SPACE && raw[lineStart] !== TAB) headers += 1;
    }
    lineStart = at + 1;
  }
  if ((headerBytes ?? raw.length) > HEADER_BYTES_MAX) return 'header too large';
  if (headers > HEADERS_MAX) return 'too many headers';
  return lines > LINES_MAX ? 'too many lines' : null;
}

/** RFC 3464: what became of a message, which is named in the part that returns it. */
function reportOf(status: string, mail: Email): InboundMail {
  const action = /^\w+/.exec(headerIn(status, 'action') ?? '')?.[0].toLowerCase();
  const code = /^\d\.\d{1,3}\.\d{1,3}/.exec(headerIn(status, 'status') ?? '')?.[0] ?? '5.0.0';
  const returned =
    partText(mail.attachments, 'message/rfc822') ?? partText(mail.attachments, 'text/rfc822-headers') ?? '';
  const [messageId] = idsIn(headerIn(headOf(returned), 'message-id') ?? '');
  if (!action || !messageId) return { kind: 'unknown' };
  return { kind: 'report', messageId, report: { action, code } };
}

/** What stands before the first empty line. */
function headOf(message: string): string {
  const text = message.trimStart();
  const ends = [text.indexOf('\n\n'), text.indexOf('\n\r\n')].filter((end) => end >= 0);
  return ends.length === 0 ? text : text.slice(0, Math.min(...ends));
}

/** The first header of this name, with the lines in which it goes on; null where there is none. Looks at each line once. */
function headerIn(text: string, name: string): string | null {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`);
  if (first < 0) return null;
  let end = first + 1;
  while (lines[end]?.startsWith(' ') || lines[end]?.startsWith('\t')) end += 1;
  return lines
    .slice(first, end)
    .join(' ')
    .slice(name.length + 1)
    .trim();
}

/** What a person would read, without what a database or a terminal would stumble over. What is attached is named, for it is not kept. */
function textOf({ subject, text, html, attachments }: Email): string {
  const body = text ?? withoutTags(html ?? '');
  const named = attachments.map(({ filename, mimeType }) => `[attached, not kept: ${filename ?? mimeType}]`);
  return readable([subject ?? '', body, ...named]);
}

/** The subject is the sender's too: an authority writes its case number there. */
function writtenBy({ subject, text, html }: Email): string {
  return readable([subject ?? '', text === undefined ? writtenInHtml(html ?? '') : writtenIn(text)]);
}

function readable(parts: string[]): string {
  const whole = parts.join('\n').replace(CONTROLS, '').replace(HALVES, '\uFFFD').trim();
  return cut(whole, TEXT_MAX).normalize('NFC');
}

function senderOf({ headers }: Email): string | null {
  const [said, ...more] = headers.filter(({ key }) => key === 'from');
  if (!said || more.length > 0) return null;
  const [one, ...others] = addressParser(said.value, { flatten: true });
  return others.length === 0 ? (one?.address?.toLowerCase() ?? null) : null;
}

/** A space in place of each tag. No tag begins inside of another, so each character is looked at once. */
function withoutTags(html: string): string {
  return html.replace(/<[^<>]*>/g, ' ');
}

/** What programs that answer for people call their mails; lists and bulk senders write `Precedence` too. */
const NO_PERSON = ['auto_reply', 'bulk', 'junk', 'list'];

function isAutomatic({ headers }: Email): boolean {
  return headers.some(({ key, value }) => {
    const said = value.trim().toLowerCase();
    if (key === 'auto-submitted') return !/^no\b/.test(said);
    return key.startsWith('x-auto') || (key === 'precedence' && NO_PERSON.includes(said));
  });
}

function partText(attachments: Attachment[], mimeType: string): string | null {
  const part = attachments.find((one) => one.mimeType === mimeType);
  if (!part) return null;
  return typeof part.content === 'string' ? part.content : Buffer.from(part.content as ArrayBuffer).toString('utf8');
}

function idsIn(header: string): string[] {
  return (header.match(IDS) ?? []).slice(0, IDS_MAX);
}
