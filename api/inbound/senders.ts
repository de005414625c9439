import type { MailParts } from './mail-parts.js';
import { phrases } from './words.js';

/**
 * Who writes under a name: a mail server alone; a server or whoever looks after it; whoever looks after servers, under whose
 * name some of them write; a program that wants no answer.
 */
export type Role = 'server' | 'server or keeper' | 'keeper' | 'program';

/**
 * Local parts, without what parts their words. Only whole ones count: people are called Daemon and Bounce, and firms and
 * domains are called anything.
 */
const LOCAL_PARTS: Readonly<Record<Role, string[]>> = {
  server: phrases(
    `mailerdaemon, maildaemon, mdaemon, mailsystem, mailrouter, mailgateway, maildelivery, maildeliverysystem,
    maildeliversystem, maildeliverysubsystem, maildeliveryservice, deliverystatus, deliverysubsystem, interscan, mailmarshal,
    systemattendant, undeliverable`,
  ),
  'server or keeper': phrases('postmaster, systemadministrator, mailadministrator, postmastre, antispam'),
  keeper: phrases('admin, administrator, sysadmin, root, delivery, mmdf, bounce, bounces'),
  program: phrases('listserv, majordomo, mailman'),
};

/** Names of senders, whole ones. Those that people go by too say who looks after the server. */
const NAMES: Readonly<Record<Role, string[]>> = {
  server: phrases(
    `mailer-daemon, mailer daemon, mail daemon, mdaemon, mail delivery, mail delivery system, mail delivery subsystem,
    mail delivery service, mail deliver system, mail delivery agent, internet mail delivery, mail system, mail router,
    mail gateway, delivery status, delivery subsystem, delivery status notification, interscan mss, interscan notification,
    mailmarshal, system anti-spam, mail delivery system (mailer-daemon), e-mail delivery system, email delivery system,
    系统退信, 邮件系统, 系统邮件`,
  ),
  'server or keeper': phrases('system administrator, mail administrator, postmaster'),
  keeper: [],
  program: [],
};

/** Words in local parts of programs, one after the other. */
const NO_ANSWER = phrases(
  `noreply, no reply, donotreply, do not reply, dontreply, dont reply, nicht antworten, ne pas repondre, nepasrepondre,
  no responder, noresponder, nao responda, naoresponda, non rispondere, nie odpowiadac, niet beantwoorden`,
).map((words) => words.split(' '));
/** Exchange writes under its name and a number of its own. */
const OF_EXCHANGE = /^microsoftexchange[0-9a-f]{16,}$/;
const BETWEEN_WORDS = /[._+=-]+/;
/** Behind these a local part has what a program writes there for itself. */
const OWN_PART = /[+=]/;

/** Under whose name a mail is written, and that name; null where it may be anybody's. */
export function roleOf({ sender }: MailParts): { role: Role; name: string } | null {
  const { name, local } = sender;
  const words = local.split(BETWEEN_WORDS).filter(Boolean);
  const [own] = local.split(OWN_PART, 1);
  const plain = own!.split(BETWEEN_WORDS).join('');
  if (OF_EXCHANGE.test(local)) return { role: 'server', name: local };
  for (const role of ['server', 'server or keeper'] as const) {
    if (LOCAL_PARTS[role].includes(plain)) return { role, name: own! };
    if (NAMES[role].includes(name)) return { role, name };
  }
  if (isOfList(local) || LOCAL_PARTS.program.includes(plain) || NO_ANSWER.some((one) => follows(words, one)))
    return { role: 'program', name: local };
  return LOCAL_PARTS.keeper.includes(plain) ? { role: 'keeper', name: local } : null;
}

/** Lists write under their own name with `-bounces` behind it; others have there whom they wrote to, which firms called so do not. */
function isOfList(local: string): boolean {
  return local.split(OWN_PART, 1)[0]!.endsWith('-bounces') || /^bounces?[+=-]/.test(local);
}

function follows(words: string[], wanted: string[]): boolean {
  return words.some((_word, at) => wanted.every((word, place) => words[at + place] === word));
}
