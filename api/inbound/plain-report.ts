import { replyIn, statusIn } from './failure-codes.js';
import { saysWhy } from './failure-reason.js';
import { header, type MailParts } from './mail-parts.js';
import { DELAYED, DELIVERED, FAILED, OPENINGS, SERVERS, SUBJECTS } from './server-words.js';

/** What a server says of a message, and the words that say it. */
export type PlainReport = { kind: 'failed' | 'delayed' | 'delivered'; evidence: string };

/** Whether a mail's own headers say that a server has written it, and how; null where they do not. */
export function whyFromServer(parts: MailParts, envelopeSender: string | null): string | null {
  if (parts.headers.has('x-failed-recipients')) return 'it names failed recipients in its header';
  const from = header(parts, 'from');
  const server = SERVERS.find((name) => from.includes(name));
  if (server !== undefined) return `it comes from "${server}"`;
  const path = parts.headers.get('return-path')?.[0]?.trim();
  if (envelopeSender === '' || path === '<>' || /mailer-daemon/i.test(path ?? '')) return 'nobody may answer it';
  if (from === '' && isReportSubject(parts)) return 'it names no sender';
  return null;
}

export function isReportSubject(parts: MailParts): boolean {
  const subject = header(parts, 'subject');
  return SUBJECTS.some((words) => subject.includes(words));
}

/**
 * What a server's report says that has no part for programs; null where it says nothing of a delivery. A code alone is not
 * enough, nor are words: out-of-office answers have numbers in them, and people write that something did not reach them.
 */
export function plainReport(parts: MailParts, said: string): PlainReport | null {
  const text = said.toLowerCase().replace(/\s+/g, ' ');
  const words = (list: string[]): string | undefined => list.find((one) => text.includes(one));
  const [opening, failed, delayed, delivered] = [words(OPENINGS), words(FAILED), words(DELAYED), words(DELIVERED)];
  const hasCode = statusIn(text) !== null || replyIn(text) !== null;
  const names = parts.headers.has('x-failed-recipients');
  const isReport = names || isReportSubject(parts);
  const evidence = opening ?? failed;
  if (!isReport && opening === undefined && !(hasCode && failed !== undefined)) return null;
  if (delayed !== undefined && !/giv(?:en|ing) up|permanent/.test(text)) return { kind: 'delayed', evidence: delayed };
  if (delivered !== undefined && (evidence === undefined || !hasCode))
    return { kind: 'delivered', evidence: delivered };
  if (evidence !== undefined) return { kind: 'failed', evidence };
  const subject = header(parts, 'subject');
  if (subject.startsWith('warning:') || subject.includes('delayed')) return { kind: 'delayed', evidence: subject };
  return hasCode || names || saysWhy(text) ? { kind: 'failed', evidence: subject } : null;
}
