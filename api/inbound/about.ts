import { fieldIn, fieldsIn, headOf } from './header-lines.js';
import type { MailParts } from './mail-parts.js';
import { notificationIn } from './notification.js';
import { splitReturned } from './returned.js';

/** What a mail names of ours, as far as its own text tells; whether there is such a message the store knows. */
export type About = {
  /** Ids of messages, the surest first. */
  ids: string[];
  /** Recalls that it names, with what stands behind each: our reference names the recipient there. */
  references: { recall: string; recipient: string | null }[];
};

/** Each is looked up; a header may hold hundreds of thousands of them. */
const IDS_MAX = 100;
const REFERENCES_MAX = 10;
const LOOK_MAX = 20_000;
/** An id of a message as we and others make them (RFC 5322): without spaces, and without what is no text. Linear, for no id begins inside of another. */
const IDS = /<[^<>\s\p{Cc}\p{Cs}]+>/gu;
/** One that has lost its brackets. */
const BARE_ID = /^[^<>\s\p{Cc}\p{Cs}@]+@[^<>\s\p{Cc}\p{Cs}@]+$/u;
/** The addresses that a notice gives for what comes back and for answers: its own id with `b+` or `r+` before it. */
const KEYED = /(?<![^\s<,;:"'=])[br]\+([0-9a-f]{32}@[a-z0-9.-]{1,253})/gi;
const REFERENCE =
  /(?<![\p{L}\p{N}-])(RC-\d{4}-\d{4,8})(?![\p{L}\p{N}-])(?:[ \t]+([\p{L}\p{N}][\p{L}\p{N}._~-]{0,63}(?::(?:main|safety|site)\d{0,4})?))?/gu;

/** Fields in which reports name the message that they are on. */
const ID_FIELDS = [
  'x-original-message-id',
  'original-message-id',
  'message-id',
  'x-message-id',
  'original-envelope-id',
];
/** Headers in which servers leave the address that a mail came to, or was sent from. */
const ADDRESS_HEADERS = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'return-path'];
const IN_TEXT = /^[ \t>]*message-id[ \t]*:[ \t]*(\S+)/im;

/**
 * What a mail names of ours. `recipients` are the addresses of the envelope that it came in: a message comes back to where it
 * was sent from, whatever a relay has made of its id.
 */
export function aboutOf(parts: MailParts, subject: string, recipients: string[]): About {
  const { said, returned } = splitReturned(parts.text);
  const original = headOf(parts.returned ?? returned);
  const addresses = [...recipients, ...ADDRESS_HEADERS.map((name) => all(parts, name))].join(' ');
  const reports = [parts.status, parts.feedback, original].join('\n').slice(0, LOOK_MAX);
  const ids = [
    ...keyedIn(addresses),
    ...keyedIn(reports),
    ...(parts.inner === null ? [] : aboutOf(parts.inner, '', []).ids),
    ...idOf(fieldIn(fieldsIn(original), 'message-id')),
    ...[parts.status, parts.disposition, parts.feedback].flatMap(idsOfFields),
    ...idOf(notificationIn(parts.text)?.messageId ?? null),
    ...idOf(IN_TEXT.exec(said.slice(0, LOOK_MAX))?.[1] ?? null),
    ...['in-reply-to', 'references'].flatMap((name) => idsIn(all(parts, name))),
  ];
  const references = referencesIn(`${subject}\n${parts.text.slice(0, LOOK_MAX)}`);
  return { ids: [...new Set(ids)].slice(0, IDS_MAX), references };
}

/** The message, or else the recall and the recipient, that a mail is about; null where it names none. */
export function aboutInOneWord({ ids, references: [named] }: About): string | null {
  return ids[0] ?? (named === undefined ? null : [named.recall, named.recipient].filter(Boolean).join(' '));
}

function keyedIn(addresses: string): string[] {
  return [...addresses.matchAll(KEYED)].map(([, id]) => `<${id!.toLowerCase()}>`);
}

export function idsIn(header: string): string[] {
  return (header.match(IDS) ?? []).slice(0, IDS_MAX);
}

/** One id, with its brackets or without them. */
function idOf(value: string | null): string[] {
  if (value === null) return [];
  const [id] = idsIn(value);
  if (id !== undefined) return [id];
  const bare = value.trim().split(/\s/, 1)[0]!;
  return BARE_ID.test(bare) ? [`<${bare}>`] : [];
}

function idsOfFields(text: string | null): string[] {
  const fields = fieldsIn(text ?? '');
  return ID_FIELDS.flatMap((name) => idOf(fieldIn(fields, name)));
}

function referencesIn(text: string): About['references'] {
  const found = new Map<string, About['references'][number]>();
  for (const [, recall, recipient] of text.matchAll(REFERENCE)) {
    if (found.size < REFERENCES_MAX)
      found.set(`${recall} ${recipient}`, { recall: recall!, recipient: recipient ?? null });
  }
  return [...found.values()];
}

function all({ headers }: MailParts, name: string): string {
  return headers.get(name)?.join(' ') ?? '';
}
