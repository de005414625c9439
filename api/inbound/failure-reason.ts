import { ADDRESS_PHRASES } from './reasons/address.js';
import { PROVIDER_PHRASES } from './reasons/providers.js';
import { PHRASES, type Reason } from './reasons/reason.js';
import { STATUS_MEANINGS } from './reasons/status.js';

/** What a server has said of one address. */
export type Said = {
  status: string | null;
  reply: string | null;
  /** In small letters, with single spaces. */
  text: string;
  /** What was being said to the server that refused, such as RCPT. */
  command: string | null;
  action: string | null;
  /** Whether a program on the server has failed, rather than the talk with another. */
  isProgram: boolean;
};

/** A phrase whose words may be apart: … stands for what is between them. */
type Phrase = string[];
type Rule = [Reason, (said: Said, means: Reason | null) => boolean];

const byReason = new Map<string, Phrase[]>(
  Object.entries(PHRASES).map(([reason, lines]) => [reason, phrasesOf(lines)]),
);
const ofProviders = Object.entries(PROVIDER_PHRASES).flatMap(([reason, lines]) =>
  lines.split('\n').flatMap((line) => {
    const [, subject, first, last, phrase] = /^ *(\d)\.(\d+)(?:-(\d+))? (.*)$/.exec(line) ?? [];
    if (subject === undefined || phrase === undefined) return [];
    return [{ reason: reason as Reason, subject, first: Number(first), last: Number(last ?? first), phrase }];
  }),
);

/** An address of which this is said is dead. */
const DEAD: Reason[] = ['user unknown', 'host unknown', 'has moved', 'takes no mail'];

/** Before a message is sent: what is refused there is no verdict on what it holds. */
const BEFORE_DATA = ['CONN', 'EHLO', 'HELO', 'MAIL', 'RCPT'];
const GREETING = ['CONN', 'EHLO', 'HELO'];
/** Meanings of codes that servers use for everything, so that what they say beside them counts more. */
const VAGUE: (Reason | null)[] = [
  null,
  'on hold',
  'system error',
  'security',
  'expired',
  'suspended',
  'network error',
  'host unknown',
  'user unknown',
];

/** In this order: what is said of the address first, then of the sender, whatever the code. */
const FIRST: Rule[] = [
  ['mailbox full', (said, means) => means === 'mailbox full' || says(said, 'mailbox full')],
  ['too big', (said, means) => means === 'too big' || (means !== 'limit exceeded' && says(said, 'too big'))],
  ['limit exceeded', (said, means) => means === 'limit exceeded' || says(said, 'limit exceeded')],
  ['suspended', (said) => said.reply === '525' || says(said, 'suspended')],
  ['has moved', (said) => says(said, 'has moved')],
  ['no relaying', (said) => !GREETING.includes(said.command ?? '') && says(said, 'no relaying')],
  [
    'sender not authenticated',
    (said, means) => means === 'sender not authenticated' || says(said, 'sender not authenticated'),
  ],
  ['user unknown', isUserUnknown],
  ['filtered', isFiltered],
  ['reverse name missing', (said, means) => means === 'reverse name missing' || says(said, 'reverse name missing')],
  ['not compliant', (said) => says(said, 'not compliant')],
  ['bad reputation', (said) => says(said, 'bad reputation')],
  ['sender rejected', isSenderRejected],
  [
    'host unknown',
    (said, means) => (means === 'host unknown' ? !says(said, 'network error') : says(said, 'host unknown')),
  ],
  ['spam', (said, means) => means === 'spam' || (!BEFORE_DATA.includes(said.command ?? '') && says(said, 'spam'))],
  ['too fast', (said) => says(said, 'too fast')],
  ['too many connections', (said, means) => means === 'too many connections' || says(said, 'too many connections')],
  ['sender blocked', (said, means) => means === 'sender blocked' || says(said, 'sender blocked')],
];

/** What no filter says. */
const CERTAINLY_UNKNOWN = [
  "this user doesn't have a ",
  'mail.local: unknown user',
  'adresse destinataire invalide',
  'adresse d au moins un destinataire invalide',
  'resolver.adr.recipnotfound',
  'resolver.adr.exrecipnotfound',
  'does not exist at the organization',
  'bounce category: bad-mailbox',
  'no such user!',
  'previously bounced address',
  '5.0.0 bounced address',
  'history of bouncing as an invalid address',
  'docelowe konto nie istnieje',
  '用户不存在',
  '收件人不存在',
  '收件人邮件地址不存在',
];
/** Reasons that servers give with a code that says that there is no such user. */
const INSTEAD_OF_UNKNOWN: Reason[] = [
  'no relaying',
  'sender blocked',
  'mailbox full',
  'has moved',
  'sender rejected',
  'takes no mail',
];

/** What is looked for where the code says little. */
const THEN: Reason[] = [
  'mailbox full',
  'sender not authenticated',
  'bad reputation',
  'too fast',
  'spam',
  'virus',
  'policy',
  'no relaying',
  'system error',
  'network error',
  'suspended',
  'content refused',
  'syntax',
  'system full',
  'takes no mail',
  'expired',
  'security',
  'mailer error',
];

/** Why a message was not taken, as far as code, reply and words tell. */
export function reasonOf(said: Said): Reason {
  const means = said.status === null ? null : (STATUS_MEANINGS[said.status] ?? null);
  return (
    ofProvider(said) ??
    (said.isProgram ? undefined : FIRST.find(([, holds]) => holds(said, means))?.[0]) ??
    otherReason(said, means)
  );
}

/** Whether a text, in small letters, says why an address takes nothing. */
export function saysWhy(text: string): boolean {
  return Object.keys(ADDRESS_PHRASES).some((reason) => byReason.get(reason)!.some((phrase) => holds(text, phrase)));
}

/** Reasons for which an address is dead; from `takes no mail` only where that is not for now. */
export function isDead(reason: Reason, { status, reply, text }: Said): boolean {
  if (reason === 'takes no mail') return !isForNow(status ?? reply, text);
  return DEAD.includes(reason);
}

/** Whether a code, or where there is none the words, say that it may be taken later. */
export function isForNow(code: string | null, text: string): boolean {
  if (code !== null) return code.startsWith('4');
  return text.includes(' temporar') || text.includes(' persistent');
}

function otherReason(said: Said, means: Reason | null): Reason {
  const isVague = VAGUE.includes(means) || said.isProgram;
  const found = isVague ? THEN.find((reason) => says(said, reason)) : undefined;
  if (found !== undefined || means !== null) return found ?? means!;
  const subject = said.status?.slice(1, 3);
  if (subject === '.6') return 'content refused';
  if (subject === '.7') return 'security';
  if (said.isProgram) return 'mailer error';
  if (said.reply !== null && /^[45]0[1-7]$/.test(said.reply)) return 'syntax';
  if (said.action === 'delayed' || said.action === 'expired') return 'expired';
  return GREETING.includes(said.command ?? '') ? 'sender blocked' : 'on hold';
}

/**
 * Words such as "user unknown" mean that the address is dead where they refuse the recipient, or where a server knows it
 * itself. After the message has gone out, or where a reply is quoted and not what it answers, filters say them too.
 */
function isUserUnknown(said: Said, means: Reason | null): boolean {
  if (means === 'suspended') return false;
  if (CERTAINLY_UNKNOWN.some((words) => said.text.includes(words))) return true;
  if (means === 'user unknown') return !INSTEAD_OF_UNKNOWN.some((reason) => says(said, reason));
  const isOwn = said.command === null && said.reply === null && means !== 'filtered';
  return (said.command === 'RCPT' || isOwn) && says(said, 'user unknown');
}

function isFiltered(said: Said, means: Reason | null): boolean {
  if (means === 'suspended' || (means !== null && DEAD.includes(means))) return false;
  const isSaid = says(said, 'filtered') || says(said, 'user unknown');
  return isSaid && (means === 'filtered' || !BEFORE_DATA.includes(said.command ?? ''));
}

function isSenderRejected(said: Said, means: Reason | null): boolean {
  if (means === 'sender rejected') return true;
  const asksWords =
    said.command === 'MAIL' ||
    (said.command === 'DATA'
      ? means !== 'user unknown'
      : [null, 'on hold', 'security', 'system error'].includes(means));
  return asksWords && says(said, 'sender rejected');
}

function ofProvider({ status, text }: Said): Reason | undefined {
  if (status === null) return undefined;
  const [, subject, detail] = status.split('.');
  return ofProviders.find(
    ({ subject: of, first, last, phrase }) =>
      of === subject && Number(detail) >= first && Number(detail) <= last && text.includes(phrase),
  )?.reason;
}

function says({ text }: Said, reason: Reason): boolean {
  return byReason.get(reason)?.some((phrase) => holds(text, phrase)) ?? false;
}

function holds(text: string, phrase: Phrase): boolean {
  let at = 0;
  for (const words of phrase) {
    const found = text.indexOf(words, at);
    if (found < 0) return false;
    at = found + words.length;
  }
  return true;
}

function phrasesOf(lines: string): Phrase[] {
  return lines.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim().split('…')]));
}
