import { isAnswer } from './answers.js';
import { surest, whyAutomatic, whyPerson, type Sign } from './automatic.js';
import { fieldIn, fieldsIn } from './header-lines.js';
import { isOfForm } from './form.js';
import { statusBlocks, type StatusBlock } from './delivery-status.js';
import { betterStatus, replyIn, statusIn } from './failure-codes.js';
import { isDead, isForNow, reasonOf, type Said } from './failure-reason.js';
import { header, type MailParts } from './mail-parts.js';
import { notificationIn } from './notification.js';
import { beginsAsReport, plainReport, whyNoPerson, whyReporter, type NoPerson } from './plain-report.js';
import { REFUSED } from './server-words.js';
import { splitReturned } from './returned.js';
import { DERIVED_DETAILS, DERIVED_DETAILS_FOR_NOW } from './reasons/derived.js';
import type { Reason } from './reasons/reason.js';
import { commandIn } from './smtp-command.js';

/** What a mail that comes in is. Failed is for good or for now, delayed is still being tried. */
export const MAIL_KINDS = ['failed', 'delayed', 'delivered', 'complaint', 'automatic', 'person', 'unknown'] as const;
export type MailKind = (typeof MAIL_KINDS)[number];

export type Verdict = {
  kind: MailKind;
  /** The address is dead: it is unknown, has moved, or its domain takes no mail. */
  permanent: boolean;
  /** RFC 3463. A detail of 9nn is ours: the server named no code, and its words mean that. */
  status: string | null;
  /** A sentence: by what it was known. */
  why: string;
  /** Why it was not taken; null where nothing says that it was not. */
  reason: Reason | null;
  /** What a complaint is about (RFC 5965), such as `abuse`. */
  feedback: string | null;
};

/** Classes of codes that say why something was not taken. */
const FAILURES = '45';
/** What this many characters of a report do not say, the rest of it does not say either. */
const EVIDENCE_MAX = 20_000;

/** What a mail is. `envelopeSender` is the sender that its server gave, empty where nobody may answer, null where it is not known. */
export function classify(parts: MailParts, envelopeSender: string | null): Verdict {
  return (
    complaint(parts) ??
    dispositionNotice(parts) ??
    providerNotice(parts) ??
    report(parts, envelopeSender) ??
    written(parts, envelopeSender)
  );
}

/** A server's report, or the one that it passes on where it says nothing itself. */
function report(parts: MailParts, envelopeSender: string | null): Verdict | null {
  const own = statusReport(parts, envelopeSender) ?? plain(parts, envelopeSender);
  const saysNothing = own === null ? whyNoPerson(parts, envelopeSender) !== null : own.reason === 'on hold';
  if (!saysNothing || parts.inner === null) return own;
  const inner = statusReport(parts.inner, null) ?? plain(parts.inner, null);
  return inner === null ? own : { ...inner, why: `it passes on a report: ${inner.why}` };
}

function verdict(kind: MailKind, why: string, more: Partial<Verdict> = {}): Verdict {
  return { kind, permanent: false, status: null, reason: null, feedback: null, why, ...more };
}

function complaint(parts: MailParts): Verdict | null {
  const type = header(parts, 'content-type');
  const isReport = parts.feedback !== null || (type.includes('report-type') && type.includes('feedback-report'));
  const isByHand =
    header(parts, 'subject').startsWith('complaint about message from') ||
    header(parts, 'x-apple-unsubscribe') === 'true';
  if (!isReport && !isByHand) return null;
  const said = /^feedback-type:[ \t]*([a-z-]+)/im.exec(parts.feedback ?? '')?.[1]?.toLowerCase();
  const feedback = said ?? (header(parts, 'x-apple-unsubscribe') === 'true' ? 'opt-out' : 'abuse');
  return verdict('complaint', `it is a feedback report (RFC 5965) of type ${feedback}`, { feedback });
}

/** A receipt; or a refusal by a filter of its reader (RFC 5429), or by a server that says so in this form. */
function dispositionNotice(parts: MailParts): Verdict | null {
  if (parts.disposition === null) return null;
  const fields = fieldsIn(parts.disposition);
  const [action, type] = (fieldIn(fields, 'disposition') ?? '').toLowerCase().split(';', 2);
  const { said } = splitReturned(parts.text);
  const text = evidence(said);
  const refused = REFUSED.find((words) => text.includes(words));
  const isByProgram = action!.startsWith('automatic-action');
  const isFailed = type?.trim().startsWith('failed') === true;
  if (!isByProgram || (!isFailed && refused === undefined))
    return verdict('automatic', 'it is a receipt that a program sends when a mail is shown (RFC 8098)');
  const why = `it is a receipt (RFC 8098) that says ${refused === undefined ? 'it failed' : `"${refused}"`}`;
  const block: StatusBlock = { recipient: null, action: 'failed', status: null, diagnostic: null, spec: null };
  return failure('failed', block, said, why);
}

function providerNotice(parts: MailParts): Verdict | null {
  const notice = notificationIn(parts.text);
  if (notice === null) return null;
  const why = "it is a provider's notification";
  if (notice.kind === 'delivered') return verdict('delivered', why, { status: statusIn(notice.response, '2') });
  if (notice.kind === 'complaint') return verdict('complaint', why, { feedback: notice.feedback });
  return failure(notice.block.action === 'delayed' ? 'delayed' : 'failed', notice.block, '', why);
}

function statusReport(parts: MailParts, envelopeSender: string | null): Verdict | null {
  const { said } = splitReturned(parts.text);
  // People pass reports on, as a part or within their own words.
  const isReport = header(parts, 'content-type').startsWith('multipart/report');
  const isOwn = isReport || (parts.status !== null && beginsAsReport(said));
  if (!isOwn && whyReporter(parts, envelopeSender) === null) return null;
  const blocks = statusBlocks(parts.status ?? '');
  const inText =
    blocks.length > 0
      ? []
      : statusBlocks(said).filter(({ action, recipient }) => action !== null && recipient !== null);
  const all = [...blocks, ...inText];
  if (all.length === 0) return null;
  const block =
    all.find((one) => one.action === 'failed') ??
    all.find((one) => one.action === null && /^[45]/.test(one.status ?? replyIn(one.diagnostic ?? '') ?? '')) ??
    all.find((one) => one.action === 'delayed') ??
    all[0]!;
  const where = blocks.length > 0 ? 'its report (RFC 3464)' : 'its text';
  const first = (block.status ?? '')[0];
  if (block.action === 'delivered' || block.action === 'relayed' || block.action === 'expanded' || first === '2') {
    const status = block.status ?? statusIn(block.diagnostic ?? '') ?? null;
    return verdict('delivered', `${where} says that it was ${block.action ?? 'delivered'}`, { status });
  }
  return failure(
    block.action === 'delayed' ? 'delayed' : 'failed',
    block,
    said,
    `${where} says ${block.action ?? 'so'}`,
  );
}

function plain(parts: MailParts, envelopeSender: string | null): Verdict | null {
  const reporter = whyReporter(parts, envelopeSender);
  const report = reporter && plainReport(parts, reporter);
  if (report === null) return null;
  const { said } = splitReturned(parts.text);
  const why = `${reporter!.why}, and says "${report.evidence}"`;
  if (report.kind === 'delivered') return verdict('delivered', why, { status: statusIn(said, '2') });
  const block: StatusBlock = {
    recipient: null,
    action: report.kind === 'delayed' ? 'delayed' : 'failed',
    status: null,
    diagnostic: null,
    spec: null,
  };
  return failure(report.kind, block, `${said}\n${groupOf(parts, said)}`, why);
}

/** Google refuses mail to groups without a code, in the language of whoever sent it; what group it was stands in the header. */
function groupOf(parts: MailParts, said: string): string {
  const isGroup = header(parts, 'x-failed-recipients').endsWith('@googlegroups.com');
  return isGroup && statusIn(said) === null && replyIn(said) === null ? 'failed recipient: a group of google' : '';
}

function written(parts: MailParts, envelopeSender: string | null): Verdict {
  const program = whyNoPerson(parts, envelopeSender);
  const sign = surest([
    whyAutomatic(parts),
    program === null || program.maybePerson ? null : byProgram(parts, program),
  ]);
  const person = sign && whyPerson(parts, sign);
  if (sign !== null && person === null) return verdict('automatic', sign.why);
  if (header(parts, 'from') === '') return verdict('unknown', 'it names no sender');
  if (sign !== null) return verdict('person', `${sign.why}, but ${person}`);
  // Under the names of those who look after servers people write, and programs.
  const isOfEither = program !== null && !isAnswer(header(parts, 'subject'));
  if (isOfEither && whyPerson(parts, { ...program, strength: 'faint' }) === null)
    return verdict('unknown', `${program.why}, and says nothing of a delivery`);
  return verdict('person', 'nothing in it shows that a program wrote it');
}

/** What its sender says of a mail that is no report. A form on a page sends people's words under a name that takes no answer. */
function byProgram(parts: MailParts, { why }: NoPerson): Sign {
  return { why: `${why}, and says nothing of a delivery`, strength: isOfForm(parts) ? 'faint' : 'likely' };
}

/** What has failed, by the code, the reply and the words of whoever refused it. */
function failure(kind: 'failed' | 'delayed', block: StatusBlock, said: string, why: string): Verdict {
  const own = block.diagnostic ?? '';
  const around = evidence(aboutFirst(said, block.recipient));
  const text = own === '' ? around : evidence(own);
  let words = saidOf(block, text, around);
  let reason = reasonOf(words);
  // A report that says nothing for programs may say it in words.
  if (isVague(reason)) {
    const more = saidOf(block, `${text} ${around}`, around);
    const other = reasonOf(more);
    if (!isVague(other)) [words, reason] = [more, other];
    else if (words.status === null) words = more;
  }
  const status = words.status ?? derivedStatus(reason, words, block.diagnostic !== null || words.reply !== null);
  const permanent = kind === 'failed' && isDead(reason, { ...words, status: words.status });
  return verdict(kind, `${why}; the reason is: ${reason}`, { permanent, status, reason });
}

function isVague(reason: Reason): boolean {
  return (
    reason === 'on hold' ||
    reason === 'mailer error' ||
    reason === 'syntax' ||
    reason === 'security' ||
    reason === 'system error'
  );
}

function saidOf(block: StatusBlock, text: string, around: string): Said {
  const quoted = statusIn(text, FAILURES);
  const reply = replyIn(text, (quoted ?? block.status ?? undefined)?.[0]) ?? replyIn(text);
  return {
    status: betterStatus(block.status, quoted, reply) ?? statusIn(around, FAILURES),
    reply: reply ?? replyIn(around),
    text,
    command: commandIn(text) ?? commandIn(around),
    action: block.action,
    isProgram: block.spec === 'x-unix' || block.spec === 'unix' || text.includes('x-unix;'),
  };
}

/** What servers use: the detail says why, and that it was not said in numbers. */
function derivedStatus(reason: Reason, { text, reply, command }: Said, hasWords: boolean): string {
  // Exim tells that the sender was refused, which says nothing of the address.
  const isOfSender = command === 'MAIL' && text.includes('smtp error from remote mail');
  const why = isOfSender ? 'on hold' : reason;
  if (isForNow(reply, text)) return `4.0.${DERIVED_DETAILS_FOR_NOW[why] ?? DERIVED_DETAILS[why]}`;
  return `5.0.${DERIVED_DETAILS[why === 'on hold' && !hasWords ? 'nothing' : why]}`;
}

function evidence(text: string): string {
  return text.slice(0, EVIDENCE_MAX).toLowerCase().replace(/\s+/g, ' ');
}

/** What sentences have that set no spaces between words. */
const OF_SENTENCE = /[（）：，。「」]/u;

/** The address of a line that names it and nothing else, or one word before it; in small letters, null where it is another line. */
function addressOfLine(line: string): string | null {
  const words = line
    .trim()
    .replace(/[:.,]$/, '')
    .split(' ', 3);
  const address = words.at(-1)!;
  const at = address.indexOf('@');
  const isAddress =
    words.length <= 2 &&
    at > 0 &&
    at < address.length - 1 &&
    at === address.lastIndexOf('@') &&
    !OF_SENTENCE.test(address);
  return isAddress ? address.replace(/^</, '').replace(/>$/, '').toLowerCase() : null;
}

/** Of a text on several addresses what is said of the first, or of the one that is asked about. What is quoted of a server may name the same one again. */
function aboutFirst(text: string, recipient: string | null): string {
  const lines = text.split('\n');
  const named = lines
    .map((line, at) => ({ at, address: addressOfLine(line) }))
    .filter((line): line is { at: number; address: string } => line.address !== null);
  const places = named.filter(({ address }, at) => address !== named[at - 1]?.address);
  if (places.length < 2) return text;
  const asked = recipient?.toLowerCase() ?? null;
  const own =
    asked === null
      ? 0
      : Math.max(
          0,
          places.findIndex(({ at }) => lines[at]!.toLowerCase().includes(asked)),
        );
  return [...lines.slice(0, places[0]!.at), ...lines.slice(places[own]!.at, places[own + 1]?.at)].join('\n');
}
