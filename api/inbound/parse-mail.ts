import PostalMime, { addressParser, type Attachment, type Email } from 'postal-mime';
import { cut } from '../../engine/text.js';
import type { WhyUnread } from '../../store/unread-mails.js';
import { aboutOf, idsIn, type About } from './about.js';
import { classify, type Verdict } from './classify.js';
import { plainPart, readParts, type MailParts } from './mail-parts.js';
import { plainText, saidIn, saidInHtml, writtenIn, writtenInHtml } from './written.js';

export type InboundMail = ReadMail | { kind: 'unread'; why: WhyUnread };

/** A mail that was read. */
export type ReadMail = {
  kind: 'read';
  verdict: Verdict;
  about: About;
  /** The messages that it answers. */
  inReplyTo: string[];
  /** Its one sender, in small letters; null where it names none, or several. */
  from: string | null;
  subject: string;
  text: string;
  /** What of it its sender has written: its subject, and its text without what is quoted. */
  written: string;
  /** What of it they say that is not quoted from us, wherever it stands. */
  said: string;
};

/** Who gave a mail to the door, which is empty where nobody may answer, and to whom. */
export type Envelope = { sender: string; recipients: string[] };

/** What a mail may have; more than that no door takes, and nobody explains. */
export const MAIL_BYTES_MAX = 5 * 1024 * 1024;

/** What is looked at before anything is parsed: the parser needs memory for each header and each line. */
const HEADER_BYTES_MAX = 256 * 1024;
const HEADERS_MAX = 1_000;
const LINES_MAX = 120_000;
/** Of the headers of all parts, of parts in parts, and of messages in messages. */
const LIMITS = { maxHeadersSize: 1024 * 1024, maxNestingDepth: 50, maxRfc822NestingDepth: 2 };
const TEXT_MAX = 20_000;
const SUBJECT_MAX = 500;
/** All but tabs and line feeds. */
const CONTROLS = /[^\P{Cc}\t\n]/gu;
/** Halves of characters, which a mail's HTML can name by their numbers. */
const HALVES = /\p{Cs}/gu;
const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];

/** What an incoming mail is; without an envelope where nobody gave it to a door. What cannot be parsed is `unread`; nothing that arrives can make this throw. */
export async function parseMail(raw: Uint8Array, envelope: Envelope | null): Promise<InboundMail> {
  const why = tooMuch(raw);
  if (why !== null) return { kind: 'unread', why };
  try {
    const { mail, parts } = await readParts(raw, LIMITS);
    return await readMail(mail, parts, raw, envelope);
  } catch {
    return { kind: 'unread', why: 'malformed' };
  }
}

async function readMail(mail: Email, parts: MailParts, raw: Uint8Array, envelope: Envelope | null): Promise<ReadMail> {
  const verdict = classify(parts, envelope?.sender ?? null);
  // A person who passes a mail on writes about what stands in it.
  const passedOn = mail.attachments.some(({ mimeType }) => mimeType === 'message/rfc822');
  const shown = verdict.kind === 'person' && passedOn ? await new PostalMime(LIMITS).parse(raw) : mail;
  const subject = readable([mail.subject ?? ''], SUBJECT_MAX);
  const about = aboutOf(parts, subject, envelope?.recipients ?? []);
  return {
    kind: 'read',
    verdict: { ...verdict, why: readable([verdict.why], SUBJECT_MAX) },
    about,
    inReplyTo: idsIn(`${mail.inReplyTo ?? ''} ${mail.references ?? ''}`),
    from: senderOf(mail),
    subject,
    text: textOf(shown),
    written: writtenBy(shown),
    said: saidBy(shown, about.ids.length > 0),
  };
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

/** What a person would read, without what a database or a terminal would stumble over. What is attached is named. */
function textOf(mail: Email): string {
  const { subject, html, attachments } = mail;
  return readable([subject ?? '', plainPart(mail) ?? plainText(html ?? ''), ...attachments.map(attached)], TEXT_MAX);
}

function attached({ filename, mimeType }: Attachment): string {
  return `[attached: ${filename ?? mimeType}]`;
}

/** The subject is the sender's too: an authority writes its case number there. */
function writtenBy(mail: Email): string {
  const { subject, html } = mail;
  const text = plainPart(mail);
  return readable([subject ?? '', text === undefined ? writtenInHtml(html ?? '') : writtenIn(text)], TEXT_MAX);
}

const ANSWERS = /^(?:re|aw|sv|antw|odp|ynt|r)\s*:/i;
const PASSED_ON = /^(?:fw|fwd|wg|tr|i|rv|doorst|enc|vs|pd)\s*:/i;

/**
 * Of an answer to a message of ours what is not quoted, with its subject where it has one of its own; of what is passed on, and of
 * a mail that answers nothing, all of it: there what only looks like a quote is theirs too.
 */
function saidBy(mail: Email, isThreaded: boolean): string {
  const { subject = '', html } = mail;
  const isAnswer = ANSWERS.test(subject);
  if (PASSED_ON.test(subject) || !(isThreaded || isAnswer)) return textOf(mail);
  const text = plainPart(mail);
  const isOurs = isThreaded && isAnswer;
  return readable([isOurs ? '' : subject, text === undefined ? saidInHtml(html ?? '') : saidIn(text)], TEXT_MAX);
}

function readable(parts: string[], max: number): string {
  const whole = parts.join('\n').replace(CONTROLS, '').replace(HALVES, '\uFFFD').trim();
  return cut(whole, max).normalize('NFC');
}

function senderOf({ headers }: Email): string | null {
  const [said, ...more] = headers.filter(({ key }) => key === 'from');
  if (!said || more.length > 0) return null;
  const [one, ...others] = addressParser(said.value, { flatten: true });
  return others.length === 0 ? (one?.address?.toLowerCase() ?? null) : null;
}
