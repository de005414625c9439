import { Readable } from 'node:stream';
import addressparser from 'nodemailer/lib/addressparser';
import DKIM from 'nodemailer/lib/dkim';
import SMTPPool from 'nodemailer/lib/smtp-pool';
import { z } from 'zod';
import type { ProviderName, WireShows } from '../engine/providers.js';
import { isLoopback, mailbox } from './addresses.js';
import { composeMail, writtenEnvelope, type MailToCompose } from './compose-mail.js';
import { createThrottle, type Limits } from './throttle.js';

export type RelayConfig = {
  name: ProviderName;
  url: string;
  mailFrom: string;
  /** Signs what goes out; null where the mail server signs, or nobody. */
  dkim: { selector: string; privateKey: string } | null;
  limits: Limits;
};
/** A message, and where it goes: of this alone the server hears. */
export type RelayedMail = MailToCompose & { envelope: { from: string; to: string[] } };
/** What became of one mail, and what that says of the relay. `why` is the relay's answer without what it says of anybody. */
export type RelayAnswer = {
  outcome: 'delivered' | 'refused' | 'deferred' | 'in-doubt';
  shows: WireShows;
  why: string | null;
};
/** A mail server that takes what we send. */
export type Relay = {
  name: ProviderName;
  send: (mail: RelayedMail) => Promise<RelayAnswer>;
  close: () => void;
};

const SEND_MS_MAX = 15_000;
/** What a mail server says when it refuses, now or for good, and to what. Any other code in a failure answers something else (RFC 5321, 4.2.1). */
const smtpRefusal = z.object({
  responseCode: z.number().min(400).max(599),
  command: z.string().default(''),
  response: z.string().default(''),
});
const failureSchema = z.object({ code: z.string().default(''), command: z.string().default('') });
/** It closes, whatever it was asked (RFC 5321, 3.8). */
const CLOSING = 421;
/** Only these are about one recipient or one message; the greeting, a login or the sender is about us. */
const OF_ONE_MESSAGE = ['RCPT TO', 'DATA'];
/** Whoever greylists puts off every stranger once, and is there. */
const GREYLISTED = /gr[ae]y-?list/i;
/** A mailbox that is full (RFC 3463, 3.3; RFC 5321, 4.2.3) is somebody's, and may be empty tomorrow. */
const FULL = /^5\d\d[ -]5\.2\.2\b|^552[ -](?!5\.)/;
/** Our login or our network is what it does not take, whoever the mail is for. */
const NO_RELAY = [
  /\brelay(?:ing)?\b/i,
  /\b(?:denied|prohibited|unable to|(?:not|isn't) (?:permitted|allowed))\b/i,
] as const;

export function createRelay({ name, url, mailFrom, dkim, limits }: RelayConfig): Relay {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const throttle = createThrottle(limits);
  // The mailer's connections without its mailer, which would take each mail apart and put it together once more.
  const connections = new SMTPPool({
    host: hostname,
    port: Number(port || (secure ? 465 : 587)),
    secure,
    // Beyond this machine nothing goes in the clear.
    requireTLS: !secure && !isLoopback(hostname),
    ignoreTLS: isLoopback(hostname),
    ...(username ? { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } } : {}),
    maxConnections: limits.atOnce,
    // The default of 100 would reconnect all the time.
    maxMessages: Infinity,
    connectionTimeout: SEND_MS_MAX,
    greetingTimeout: SEND_MS_MAX,
    socketTimeout: SEND_MS_MAX,
  });
  // What befalls a connection that sends nothing befalls nobody's mail.
  connections.on('error', () => undefined);
  const signer =
    dkim && new DKIM({ domainName: domainOf(mailFrom), keySelector: dkim.selector, privateKey: dkim.privateKey });
  return {
    name,
    async send(mail) {
      const opened: Readable[] = [];
      try {
        await throttle(async () => {
          const bytes = await composeMail(mail, new Date());
          await sent(connections, mail, () => {
            const stream = signer ? signer.sign(bytes) : streamOf(bytes);
            opened.push(stream);
            return stream;
          });
        });
        return { outcome: 'delivered', shows: 'works', why: null };
      } catch (failed) {
        // The mailer's error does not say how far it came; the stream of the message does.
        return answerOf(
          failed,
          opened.some((stream) => stream.readableDidRead),
        );
      }
    },
    close: () => connections.close(),
  };
}

function streamOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });
}

/** Hands a message to the connections as their mailer does, which asks for its stream again where a connection had gone before the message. All that they ask of it is here; the one header is that of its id. */
function sent(
  connections: SMTPPool,
  { envelope, messageId }: RelayedMail,
  createReadStream: () => Readable,
): Promise<void> {
  const message = {
    getEnvelope: () => writtenEnvelope(envelope),
    messageId: () => messageId,
    getHeader: () => messageId,
    createReadStream,
  };
  return new Promise((resolve, reject) => {
    connections.send({ data: {}, message } as unknown as Parameters<SMTPPool['send']>[0], (failed) =>
      failed ? reject(failed) : resolve(),
    );
  });
}

/** What a failure means for the mail, and what it says of the relay: an outage is no verdict on an address. */
function answerOf(failed: unknown, hadBegun: boolean): RelayAnswer {
  const refusal = smtpRefusal.safeParse(failed);
  if (!refusal.success) return brokenOff(failed, hadBegun);
  const { responseCode: code, command, response } = refusal.data;
  const why = `${code} to ${command || 'what was sent'}`;
  if (code === CLOSING || !OF_ONE_MESSAGE.includes(command)) return { outcome: 'deferred', shows: 'away', why };
  if (command === 'RCPT TO' && FULL.test(response)) return { outcome: 'deferred', shows: 'works', why: null };
  if (command === 'RCPT TO' && NO_RELAY.every((words) => words.test(response)))
    return { outcome: 'deferred', shows: 'puts-off', why };
  if (code >= 500) return { outcome: 'refused', shows: 'works', why: null };
  return { outcome: 'deferred', shows: GREYLISTED.test(response) ? 'works' : 'puts-off', why };
}

function brokenOff(failed: unknown, hadBegun: boolean): RelayAnswer {
  const { code, command } = failureSchema.catch({ code: '', command: '' }).parse(failed);
  // The mailer itself has found something wrong with this mail, and asked nobody.
  const isOurs = command === 'API' && (code === 'EENVELOPE' || code === 'EMESSAGE');
  if (isOurs) return { outcome: 'deferred', shows: 'works', why: null };
  const why = code === '' ? 'no answer' : `no answer (${code})`;
  return { outcome: hadBegun ? 'in-doubt' : 'deferred', shows: 'away', why };
}

/** Receivers trust a signature of the domain that the reader sees (DMARC, RFC 7489, 3.1). */
function domainOf(mailFrom: string): string {
  const [sender] = addressparser(mailFrom, { flatten: true });
  const domain = mailbox(sender?.address ?? '')?.domain;
  if (domain === undefined) throw new Error(`the sender of our mails, ${mailFrom}, has no domain to sign for`);
  return domain;
}
