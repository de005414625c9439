import type { SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import { foldLines } from 'nodemailer/lib/mime-funcs';
import MimeNode from 'nodemailer/lib/mime-node';
import { onWire, textPart, wrappedBase64 } from './mail-text.js';

/** A picture that stands in the HTML of a mail, which calls it by its id. */
export type MailPicture = { cid: string; mediaType: string; base64: string };
/** A mail as it is to go out; what is not of every mail makes it one of the rare ones, which the mailer composes itself. */
export type MailToCompose = {
  from: string;
  to: { name: string; address: string };
  replyTo: string;
  messageId: string;
  subject: string;
  text: string;
  html?: string;
  headers: Record<string, string>;
  pictures: MailPicture[];
  attachments: NonNullable<SendMailOptions['attachments']>;
  inReplyTo?: string;
  references?: string[];
};

/** Longer texts are rare, and the mailer cuts them into slices of its own. */
const TEXT_MAX = 60_000;
const LINE_MAX = 76;
/** What needs nothing but to be written down. */
const PLAIN_ADDRESS = /^[\w.%+-]{1,64}@[A-Za-z0-9.-]{1,128}$/;
const PLAIN = /^[\x20\x21\x23-\x7e]*$/;

/**
 * A mail as its bytes: those that the mailer would make of it, which the notices of a campaign get without asking it, because it
 * takes several times what is needed for what differs from one to the next. Its date alone is not of the mail's own.
 */
export async function composeMail(mail: MailToCompose, date: Date): Promise<Buffer> {
  return composedFromLines(mail, date) ?? composedByMailer(mail, date);
}

/** By nodemailer, stream by stream. Lines end as they do on the wire, so that each is wrapped by itself. */
export async function composedByMailer(mail: MailToCompose, date: Date): Promise<Buffer> {
  const { pictures, attachments, text, html, ...rest } = mail;
  const composer = new MailComposer({
    ...rest,
    text: onWire(text),
    ...(html !== undefined && { html: onWire(html) }),
    attachments: [...attachments, ...pictures.map(inlined)],
    baseBoundary: boundaryOf(mail),
    date,
  });
  return composer.compile().build();
}

/** The same bytes from what is known of each line; null where a mail has what only some have. */
export function composedFromLines(mail: MailToCompose, date: Date): Buffer | null {
  const { from, to, replyTo, messageId, subject, text, html, headers, pictures, attachments } = mail;
  const isUsual =
    attachments.length === 0 && mail.inReplyTo === undefined && mail.references === undefined && to.name === '';
  if (!isUsual || html === undefined || text.length > TEXT_MAX || html.length > TEXT_MAX) return null;
  if (!PLAIN_ADDRESS.test(to.address) || !PLAIN_ADDRESS.test(replyTo)) return null;
  let head = '';
  for (const [name, value] of Object.entries(headers)) {
    if (!PLAIN.test(value) || value.trim() !== value || value.includes('=?') || value === '') return null;
    head += `${foldLines(`${name}: ${value}`, LINE_MAX)}\r\n`;
  }
  const base = boundaryOf(mail);
  const [outer, inner] = [`--_NmP-${base}-Part_1`, `--_NmP-${base}-Part_3`];
  const outerHead = `Content-Type: multipart/alternative; boundary="${outer}"`;
  const innerHead = `Content-Type: multipart/related; type="text/html"; boundary="${inner}"`;
  head += `${constantHeader('From', from)}\r\n${foldLines(`To: ${to.address}`, LINE_MAX)}\r\n${foldLines(`Reply-To: ${replyTo}`, LINE_MAX)}\r\n`;
  head += `${constantHeader('Subject', subject)}\r\n${foldLines(`Message-ID: ${messageId}`, LINE_MAX)}\r\n`;
  head += `Date: ${date.toUTCString().replace('GMT', '+0000')}\r\nMIME-Version: 1.0\r\n${foldLines(outerHead, LINE_MAX)}\r\n\r\n`;
  const plain = `--${outer}\r\n${textPart('plain', text)}`;
  const rich = textPart('html', html);
  const body =
    pictures.length === 0
      ? rich
      : `${foldLines(innerHead, LINE_MAX)}\r\n\r\n--${inner}\r\n${rich}${pictures.map((one) => `\r\n--${inner}\r\n${pictureParts(one)}`).join('')}\r\n--${inner}--\r\n`;
  return Buffer.from(`${head}${plain}\r\n--${outer}\r\n${body}\r\n--${outer}--\r\n`, 'latin1');
}

/** An envelope as the mailer gives it to a server, which knows how addresses beyond ASCII are written there. */
export function writtenEnvelope(envelope: { from: string; to: string[] }): { from: string; to: string[] } {
  if ([envelope.from, ...envelope.to].every((address) => PLAIN_ADDRESS.test(address))) return { ...envelope };
  const { from, to } = new MimeNode('text/plain').setEnvelope(envelope).getEnvelope();
  return { from: from || '', to };
}

/** That of its Message-ID, which nobody can guess and write into a mail of ours beforehand. */
function boundaryOf({ messageId }: MailToCompose): string {
  return messageId.slice(1, messageId.lastIndexOf('@'));
}

/** So much is kept of what comes again in mail after mail, and then all of it is made anew. */
const KEPT_MAX = 4_096;
const keptHeaders = new Map<string, string>();

function constantHeader(name: 'From' | 'Subject', value: string): string {
  const key = `${name}: ${value}`;
  const known = keptHeaders.get(key);
  if (known !== undefined) return known;
  if (keptHeaders.size >= KEPT_MAX) keptHeaders.clear();
  const made = headerOf(name, value);
  keptHeaders.set(key, made);
  return made;
}

/** As the mailer writes it, from a message that has nothing else. */
function headerOf(name: 'From' | 'Subject', value: string): string {
  const node = new MimeNode('text/plain').setHeader(name, value).setHeader('Message-ID', '<x@x>');
  const lines = node.buildHeaders().split(/\r\n(?![ \t])/);
  return lines.find((line) => line.startsWith(`${name}:`)) ?? `${name}: `;
}

const keptPictures = new WeakMap<MailPicture, string>();

/** A picture is the same in every mail of its campaign. */
function pictureParts(picture: MailPicture): string {
  const found = keptPictures.get(picture);
  if (found !== undefined) return found;
  const { cid, mediaType, base64 } = picture;
  const filename = filenameOf(picture);
  const bytes = wrappedBase64(Buffer.from(base64, 'base64').toString('base64'));
  const made = `Content-Type: ${mediaType}; name=${filename}\r\nContent-ID: <${cid}>\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline; filename=${filename}\r\n\r\n${bytes}`;
  keptPictures.set(picture, made);
  return made;
}

function filenameOf({ cid, mediaType }: MailPicture): string {
  return `${cid}.${mediaType.slice(mediaType.indexOf('/') + 1)}`;
}

function inlined(picture: MailPicture) {
  return {
    cid: picture.cid,
    filename: filenameOf(picture),
    contentType: picture.mediaType,
    contentDisposition: 'inline' as const,
    content: picture.base64,
    encoding: 'base64',
  };
}
