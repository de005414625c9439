import { replyIn, statusIn } from './failure-codes.js';
import { saysWhy } from './failure-reason.js';
import { header, type MailParts } from './mail-parts.js';
import { splitReturned } from './returned.js';
import { DELAYED, DELIVERED, FAILED, KEEPERS, OPENINGS, PROGRAMS, SERVERS, SUBJECTS } from './server-words.js';

/** What a server says of a message, and the words that say it. */
export type PlainReport = { kind: 'failed' | 'delayed' | 'delivered'; evidence: string };

/** By what a mail's own headers say that no person has written it; `isServer` where that was a mail server, and no other program. */
export type NoPerson = { why: string; isServer: boolean };

/** Whether a mail's own headers say that a program has written it, and how; null where they do not. */
export function whyNoPerson(parts: MailParts, envelopeSender: string | null): NoPerson | null {
  if (parts.headers.has('x-failed-recipients'))
    return { why: 'it names failed recipients in its header', isServer: true };
  const from = header(parts, 'from');
  const server = SERVERS.find((name) => from.includes(name));
  if (server !== undefined) return { why: `it comes from "${server}"`, isServer: true };
  if (from === '' && isReportSubject(parts)) return { why: 'it names no sender', isServer: true };
  const program = PROGRAMS.find((name) => from.includes(name));
  if (program !== undefined) return { why: `it comes from "${program}"`, isServer: false };
  if (parts.headers.has('x-mlserver')) return { why: 'a list has sent it', isServer: false };
  const path = parts.headers.get('return-path')?.[0]?.trim();
  if (envelopeSender === '' || path === '<>' || /mailer-daemon/i.test(path ?? ''))
    return { why: 'nobody may answer it', isServer: false };
  return null;
}

/** Whoever may have sent a report: a program, or who looks after servers, under whose name some of them write. */
export function whyReporter(parts: MailParts, envelopeSender: string | null): NoPerson | null {
  const keeper = KEEPERS.find((name) => header(parts, 'from').includes(name));
  const known = whyNoPerson(parts, envelopeSender);
  return known ?? (keeper === undefined ? null : { why: `it comes from "${keeper}"`, isServer: false });
}

/** Whether a text has words with which servers begin their reports. */
export function beginsAsReport(said: string): boolean {
  const text = said.toLowerCase().replace(/\s+/g, ' ');
  return OPENINGS.some((words) => text.includes(words));
}

function isReportSubject(parts: MailParts): boolean {
  const subject = header(parts, 'subject');
  return SUBJECTS.some((words) => subject.includes(words));
}

/**
 * What a server's report says that has no part for programs; null where it says nothing of a delivery. A code alone is not
 * enough, nor are words: out-of-office answers have numbers in them, and people write that something did not reach them. From a
 * program that may be any, such as one that tells of parcels, it takes the message that comes back, or a subject of reports.
 */
export function plainReport(parts: MailParts, { isServer }: NoPerson): PlainReport | null {
  const { said, returned } = splitReturned(parts.text);
  const text = said.toLowerCase().replace(/\s+/g, ' ');
  const words = (list: string[]): string | undefined => list.find((one) => text.includes(one));
  const [opening, failed, delayed, delivered] = [words(OPENINGS), words(FAILED), words(DELAYED), words(DELIVERED)];
  const hasCode = statusIn(text) !== null || replyIn(text) !== null;
  const names = parts.headers.has('x-failed-recipients');
  const isReport = names || isReportSubject(parts);
  const evidence = opening ?? failed;
  const comesBack = parts.returned !== null || returned !== '' || parts.headers.has('x-mlserver');
  if (!isServer && !comesBack && !(isReport && (hasCode || opening !== undefined))) return null;
  if (!isReport && opening === undefined && !(hasCode && failed !== undefined)) return null;
  if (delayed !== undefined && !/giv(?:en|ing) up|permanent/.test(text)) return { kind: 'delayed', evidence: delayed };
  if (delivered !== undefined && (evidence === undefined || !hasCode))
    return { kind: 'delivered', evidence: delivered };
  if (evidence !== undefined) return { kind: 'failed', evidence };
  const subject = header(parts, 'subject');
  if (subject.startsWith('warning:') || subject.includes('delayed')) return { kind: 'delayed', evidence: subject };
  return hasCode || names || saysWhy(text) ? { kind: 'failed', evidence: subject } : null;
}
