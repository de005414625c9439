import PostalMime, {
  addressParser,
  decodeWords,
  type Attachment,
  type Email,
  type PostalMimeOptions,
} from 'postal-mime';
import { headOf } from './header-lines.js';
import { splitReturned } from './returned.js';
import { plainText } from './written.js';

/** What of a mail says what it is. */
export type MailParts = {
  /** By name in small letters, as they came, in order. */
  headers: Map<string, string[]>;
  /** Whoever the mail says has sent it, in small letters. */
  sender: { name: string; local: string };
  /** What a person would read. */
  text: string;
  /** What became of a message, by recipient (RFC 3464). */
  status: string | null;
  /** A complaint (RFC 5965). */
  feedback: string | null;
  /** What became of a message at its reader (RFC 8098). */
  disposition: string | null;
  /** The message that comes back, or its headers. */
  returned: string | null;
  /** The parts of what comes back, where that is itself a server's report: whoever was told passes it on. */
  inner: MailParts | null;
};

/** What the parts of reports are called; those of mail in all scripts begin with `global` (RFC 6533). */
const STATUS_TYPES = ['message/delivery-status', 'message/global-delivery-status'];
const DISPOSITION_TYPES = ['message/disposition-notification', 'message/global-disposition-notification'];
const RETURNED_TYPES = [
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'text/rfc822-header',
  'message/rfc822-headers',
  'message/global-headers',
  'message/partial',
];

/** The parts of a mail. Rejects where it cannot be parsed. */
export async function readParts(
  raw: Uint8Array,
  limits: PostalMimeOptions,
): Promise<{ mail: Email; parts: MailParts }> {
  // What comes back is no part of what is written.
  const parse = (bytes: Uint8Array): Promise<Email> =>
    new PostalMime({ ...limits, forceRfc822Attachments: true }).parse(bytes);
  const mail = await parse(raw);
  const parts = partsOf(mail, raw);
  if (parts.status === null) {
    const returned = parts.returned ?? splitReturned(parts.text).returned;
    if (headOf(returned).toLowerCase().includes('multipart/report')) {
      const bytes = Buffer.from(returned.trimStart());
      parts.inner = partsOf(await parse(bytes), bytes);
    }
  }
  return { mail, parts };
}

/** A body that its own headers describe wrongly is read as text. */
function partsOf(mail: Email, raw: Uint8Array): MailParts {
  const { attachments, html } = mail;
  const text = plainPart(mail);
  return {
    headers: headersOf(mail),
    sender: senderOf(mail),
    text: [...badlyNamed(attachments), text ?? (html === undefined ? bodyOf(raw) : plainText(html))].join('\n'),
    status: partOf(attachments, STATUS_TYPES),
    feedback: partOf(attachments, ['message/feedback-report']),
    disposition: partOf(attachments, DISPOSITION_TYPES),
    returned: partOf(attachments, RETURNED_TYPES),
    inner: null,
  };
}

/** What a mail says without HTML. Some programs put an empty part of it beside the HTML in which everything stands. */
export function plainPart({ text, html }: Email): string | undefined {
  return html !== undefined && text?.trim() === '' ? undefined : text;
}

/** The first header of this name, in small letters; empty where there is none. */
export function header({ headers }: MailParts, name: string): string {
  return headers.get(name)?.[0]?.trim().toLowerCase() ?? '';
}

function headersOf({ headers }: Email): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { key, value } of headers) {
    // Outside of English a subject is nearly always encoded.
    const said = key === 'subject' ? decodeWords(value) : value;
    const those = all.get(key);
    if (those === undefined) all.set(key, [said]);
    else those.push(said);
  }
  return all;
}

/** Some servers give no address but a name alone, or the name in its place. */
function senderOf({ headers }: Email): MailParts['sender'] {
  const from = headers.find(({ key }) => key === 'from')?.value ?? '';
  const [first] = addressParser(from, { flatten: true });
  const name = first?.name.trim().toLowerCase() ?? '';
  const [local] = (first?.address ?? '').trim().toLowerCase().split('@', 1);
  return { name, local: local || name };
}

function partOf(attachments: Attachment[], types: string[]): string | null {
  const part = attachments.find(({ mimeType }) => types.includes(mimeType));
  return part === undefined ? null : textOfPart(part);
}

/** Texts whose header is broken, so that their type is none that the parser knows. */
function badlyNamed(attachments: Attachment[]): string[] {
  return attachments.filter(({ mimeType }) => mimeType.startsWith('text/plain ')).map(textOfPart);
}

function textOfPart({ content }: Attachment): string {
  return typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString('utf8');
}

function bodyOf(raw: Uint8Array): string {
  const text = Buffer.from(raw).toString('utf8');
  const ends = [text.indexOf('\n\n'), text.indexOf('\n\r\n')].filter((end) => end >= 0);
  return ends.length === 0 ? '' : text.slice(Math.min(...ends)).trimStart();
}
