import { replyIn, statusIn } from './failure-codes.js';
import { saysWhy } from './failure-reason.js';
import { header, type MailParts } from './mail-parts.js';
import { splitReturned } from './returned.js';
import { isAnswer } from './answers.js';
import { roleOf } from './senders.js';
import { DELAYED, DELIVERED, FAILED, OPENINGS, PARCELS, SUBJECTS } from './server-words.js';

/** What a server says of a message, and the words that say it. */
export type PlainReport = { kind: 'failed' | 'delayed' | 'delivered'; evidence: string };

/**
 * By what a mail's own headers say that no person has written it; `isServer` where that was a mail server, and no other
 * program. Where `maybePerson` it is said by a name alone that people write under too.
 */
export type NoPerson = { why: string; isServer: boolean; maybePerson: boolean };

/** Whether a mail's own headers say that a program has written it, and how; null where they do not. */
export function whyNoPerson(parts: MailParts, envelopeSender: string | null): NoPerson | null {
  const byServer = { isServer: true, maybePerson: false };
  const byProgram = { isServer: false, maybePerson: false };
  if (parts.headers.has('x-failed-recipients')) return { why: 'it names failed recipients in its header', ...byServer };
  const from = roleOf(parts);
  const why = `it comes from "${from?.name}"`;
  if (from?.role === 'server') return { why, ...byServer };
  // Who looks after a server answers under its name.
  if (from?.role === 'server or keeper')
    return { why, isServer: !isAnswer(header(parts, 'subject')), maybePerson: true };
  if (header(parts, 'from') === '' && isReportSubject(parts)) return { why: 'it names no sender', ...byServer };
  if (from?.role === 'program') return { why, ...byProgram };
  if (parts.headers.has('x-mlserver')) return { why: 'a list has sent it', ...byProgram };
  const path = parts.headers.get('return-path')?.[0]?.trim();
  if (envelopeSender === '' || path === '<>' || /mailer-daemon/i.test(path ?? ''))
    return { why: 'nobody may answer it', ...byProgram };
  return null;
}

/** Whoever may have sent a report: a program, or who looks after servers, under whose name some of them write. */
export function whyReporter(parts: MailParts, envelopeSender: string | null): NoPerson | null {
  const known = whyNoPerson(parts, envelopeSender);
  const from = roleOf(parts);
  if (known !== null || from?.role !== 'keeper') return known;
  return { why: `it comes from "${from.name}"`, isServer: false, maybePerson: true };
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

/** Whether a text tells of what carriers bring, which comes back too. */
function tellsOfParcels(text: string): boolean {
  return PARCELS.some((words) => text.includes(words));
}

/**
 * What a server's report says that has no part for programs; null where it says nothing of a delivery. A code alone is not
 * enough, nor are words: out-of-office answers have numbers in them, and people write that something did not reach them. From a
 * program that may be any, such as one that tells of parcels, it takes the message that comes back, or a subject of reports.
 */
export function plainReport(parts: MailParts, { isServer, maybePerson }: NoPerson): PlainReport | null {
  const { said, returned } = splitReturned(parts.text);
  const text = said.toLowerCase().replace(/\s+/g, ' ');
  const words = (list: string[]): string | undefined => list.find((one) => text.includes(one));
  const [opening, failed, delayed, delivered] = [words(OPENINGS), words(FAILED), words(DELAYED), words(DELIVERED)];
  const hasCode = statusIn(text) !== null || replyIn(text) !== null;
  const names = parts.headers.has('x-failed-recipients');
  const isReport = names || isReportSubject(parts);
  const evidence = opening ?? failed;
  const comesBack = parts.returned !== null || returned !== '' || parts.headers.has('x-mlserver');
  if (!isServer && !comesBack && !(isReport && (hasCode || opening !== undefined) && !tellsOfParcels(text)))
    return null;
  // A server that says no more than that still tries.
  const isOnlyDelayed = isServer && !maybePerson && delayed !== undefined;
  if (!isReport && !isOnlyDelayed && opening === undefined && !(hasCode && failed !== undefined)) return null;
  if (delayed !== undefined && !/giv(?:en|ing) up|permanent/.test(text)) return { kind: 'delayed', evidence: delayed };
  if (delivered !== undefined && (evidence === undefined || !hasCode))
    return { kind: 'delivered', evidence: delivered };
  if (evidence !== undefined) return { kind: 'failed', evidence };
  const subject = header(parts, 'subject');
  if (subject.startsWith('warning:') || subject.includes('delayed')) return { kind: 'delayed', evidence: subject };
  return hasCode || names || saysWhy(text) ? { kind: 'failed', evidence: subject } : null;
}
