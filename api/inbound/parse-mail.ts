import PostalMime, { type Attachment, type Email } from 'postal-mime';
import type { LaterReport } from '../../engine/channels.js';
import { cut } from '../../engine/text.js';

export type InboundMail = { kind: 'report'; messageId: string; report: LaterReport } | ReplyMail | { kind: 'unknown' };

/** A mail that answers others. `automatic`: no person wrote it (RFC 3834). */
export type ReplyMail = { kind: 'reply'; inReplyTo: string[]; text: string; automatic: boolean };

/** Each id is looked up; a header may hold hundreds of thousands of them. */
const IDS_MAX = 100;
const TEXT_MAX = 20_000;
/** All but tabs and line feeds. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;
/** Halves of characters, which a mail's HTML can name by their numbers. */
const HALVES = /\p{Cs}/gu;
/** An id of a message as we and others make them (RFC 5322): without spaces, and without what is no text. */
const MESSAGE_ID = '<[^<>\\s\\p{Cc}\\p{Cs}]+>';
const IDS = new RegExp(MESSAGE_ID, 'gu');
/** In the headers of a returned message; a header may go on in the next line. Linear: it looks at each line once. */
const RETURNED_ID = new RegExp(`^Message-ID:[ \\t]*(?:\\r?\\n[ \\t]+)?(${MESSAGE_ID})`, 'imu');

/** What an incoming mail is. Broken mail is `unknown`; nothing that arrives can make this throw. */
export async function parseMail(raw: Buffer): Promise<InboundMail> {
  let mail: Email;
  try {
    mail = await new PostalMime().parse(raw);
  } catch {
    return { kind: 'unknown' };
  }
  const status = partText(mail.attachments, 'message/delivery-status');
  if (status !== null) return reportOf(status, mail);
  const inReplyTo = idsIn(`${mail.inReplyTo ?? ''} ${mail.references ?? ''}`);
  return inReplyTo.length > 0
    ? { kind: 'reply', inReplyTo, text: textOf(mail), automatic: isAutomatic(mail) }
    : { kind: 'unknown' };
}

/** RFC 3464: what became of a message, which is named in the part that returns it. */
function reportOf(status: string, mail: Email): InboundMail {
  const action = /^Action:\s*(\w+)/im.exec(status)?.[1]?.toLowerCase();
  const code = /^Status:\s*(\d\.\d{1,3}\.\d{1,3})/im.exec(status)?.[1] ?? '5.0.0';
  const returned =
    partText(mail.attachments, 'message/rfc822') ?? partText(mail.attachments, 'text/rfc822-headers') ?? '';
  const messageId = RETURNED_ID.exec(returned)?.[1];
  if (!action || !messageId) return { kind: 'unknown' };
  return { kind: 'report', messageId, report: { action, code } };
}

/** What a person would read, without what a database or a terminal would stumble over. What is attached is named, for it is not kept. */
function textOf({ subject, text, html, attachments }: Email): string {
  const body = text ?? (html ?? '').replace(/<[^<>]*>/g, ' ');
  const named = attachments.map(({ filename, mimeType }) => `[attached, not kept: ${filename ?? mimeType}]`);
  const whole = [subject ?? '', body, ...named].join('\n').replace(CONTROLS, '').replace(HALVES, '\uFFFD').trim();
  return cut(whole, TEXT_MAX).normalize('NFC');
}

function isAutomatic({ headers }: Email): boolean {
  const said = headers
    .find(({ key }) => key === 'auto-submitted')
    ?.value.trim()
    .toLowerCase();
  return said !== undefined && !/^no\b/.test(said);
}

function partText(attachments: Attachment[], mimeType: string): string | null {
  const part = attachments.find((one) => one.mimeType === mimeType);
  if (!part) return null;
  return typeof part.content === 'string' ? part.content : Buffer.from(part.content as ArrayBuffer).toString('utf8');
}

function idsIn(header: string): string[] {
  return (header.match(IDS) ?? []).slice(0, IDS_MAX);
}
