import { request as requestInClear } from 'node:http';
import { request as requestOverTls } from 'node:https';
import type { NoticeOutcome } from '../engine/facts.js';
import type { ProviderName, Seen } from '../engine/providers.js';
import type { PostalAddress } from '../engine/postal-address.js';
import type { RecallId, RecallMode } from '../engine/words.js';
import { mayTelephone, type AllowList } from '../store/recalls.js';
import { isLoopback, mailbox } from './addresses.js';
import {
  createTwilioWire,
  type TwilioAnswer,
  type TwilioCall,
  type TwilioConfig,
  type TwilioSms,
  type TwilioWire,
} from './egress-twilio.js';
import { createRelay, type Relay, type RelayedMail } from './egress-smtp.js';
import { createThrottle, LIMITS, pageSize, type Limits } from './throttle.js';

export type { TwilioAnswer, TwilioCall, TwilioSms };

/** `dkim` signs what goes out, for the domain of `mailFrom`: the selector under which its public key stands in the DNS, and the private RSA key in PEM. Null where the mail server signs, or nobody. */
export type EgressConfig = {
  smtpUrl: string;
  /** A mail server that takes what the first cannot; null where there is none. */
  secondSmtpUrl?: string | null;
  mailFrom: string;
  mailDomain: string;
  /** Null where neither text messages nor calls are configured. */
  twilio: TwilioConfig | null;
  dkim: { selector: string; privateKey: string } | null;
  /** What goes to partners goes here, and names whom it is for in `recall-webhook-url`; to each partner where there is none. */
  webhookGateway?: string | null;
  /** What each provider bears, where the deployment says it. */
  limits?: Partial<Record<WireKind, Limits>>;
};
/** Wires that a deployment sets limits for: those of mail servers, of Twilio, and of all partners together. */
export type WireKind = 'smtp' | 'twilio' | 'webhook';
/** Mode and allow-list as frozen in the recall's row; never from a payload. What is of no one recall has no id. */
export type EgressRecall = { recallId: RecallId | null; mode: RecallMode; allowList: AllowList | null };
export type OutgoingMail = {
  to: string;
  subject: string;
  text: string;
  html?: string;
  /** `<ID@DOMAIN>`. Its ID stands in the return and the reply address too. */
  messageId: string;
  /** What the message is for, for the reader's files and ours: an id, no personal data. */
  key: string;
  /** What it answers: the id of that message, and of those before it. */
  inReplyTo?: string;
  references?: string[];
  /** A person has written it, and so it is not marked as a program's. */
  isWritten?: boolean;
  attachments?: { filename: string; content: Buffer; contentType: string }[];
  /** Stand in the HTML, which calls each by its id. */
  pictures?: { cid: string; mediaType: string; base64: string }[];
};
/** `in-doubt`: the message had begun to go out, and the server's answer did not come. It may have been taken. */
export type SendOutcome = NoticeOutcome | 'in-doubt';
/** `seen`: what each server that was tried showed; `by`: the one that took it, or may have. */
export type Sent = { outcome: SendOutcome; seen: Seen[]; by: ProviderName | null };
export type Posted =
  { kind: 'answered'; status: number; body: unknown } | { kind: 'unreachable' } | { kind: 'egress-refused' };
/** A body as it was signed, to be sent byte for byte. */
export type OutgoingPost = { url: string; headers: Record<string, string>; body: string };
/** `in-doubt`: the body may have arrived, and no answer came. */
export type PostAnswer =
  | { kind: 'answered'; status: number; retryAfter: string | null }
  | { kind: 'unreachable' | 'in-doubt' | 'egress-refused' };

type EgressRefused = { kind: 'egress-refused' };

export type Egress = {
  /** Asks the mail servers one after the other until one has an answer for the mail; those that are known to be away last. */
  sendMail: (recall: EgressRecall, mail: OutgoingMail, away?: ReadonlySet<ProviderName>) => Promise<Sent>;
  postJson: (recall: EgressRecall, url: string, body: object, idempotencyKey: string) => Promise<Posted>;
  /** Posts once, follows nothing, and tells an end that was never reached from one that may have taken the body. */
  post: (recall: EgressRecall, post: OutgoingPost) => Promise<PostAnswer>;
  /** Sends a text message once; what becomes of it is posted to its `statusCallback`, where it has one. */
  sendSms: (
    recall: EgressRecall,
    sms: { to: string; body: string; statusCallback?: string },
  ) => Promise<TwilioAnswer<TwilioSms> | EgressRefused>;
  /** Asks for a message that may have gone out: the newest to this number that ends so. */
  findSms: (
    recall: EgressRecall,
    sms: { to: string; ending: string },
  ) => Promise<TwilioAnswer<TwilioSms | null> | EgressRefused>;
  /** Calls somebody once; Twilio asks `url` what to say, and posts what becomes of the call to its `statusCallback`. */
  placeCall: (
    recall: EgressRecall,
    call: { to: string; url: string; statusCallback: string },
  ) => Promise<TwilioAnswer<TwilioCall> | EgressRefused>;
  /** Asks for a call to this number that is under way. */
  findCall: (recall: EgressRecall, call: { to: string }) => Promise<TwilioAnswer<TwilioCall | null> | EgressRefused>;
  /** How many notices of a wire are claimed together, once it was tried or before; of one without a provider, as many as where nothing is said. */
  pageSize: (wire: WireKind | null, isTried: boolean) => number;
  /** Who carries what goes on a wire, the first of them before the others; nobody of ours where each far end is reached by itself. */
  providers: (wire: WireKind | null) => ProviderName[];
  close: () => void;
};

/** On record in the place of where they are. */
const RELAY_NAMES = ['smtp', 'smtp-2'] as const;
export const TWILIO_NAME = 'twilio';
const NOBODY: ReadonlySet<ProviderName> = new Set();
const SEND_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** The last step before every wire, and the only place that knows mail and HTTP clients. In a drill whatever is not on the frozen allow-list is refused here. */
export function createEgress(config: EgressConfig): Egress {
  const { smtpUrl, secondSmtpUrl = null, mailFrom, mailDomain, dkim, twilio, webhookGateway = null } = config;
  const limits = { smtp: LIMITS, twilio: LIMITS, webhook: LIMITS, ...config.limits };
  const relays = [smtpUrl, secondSmtpUrl]
    .filter((url) => url !== null)
    .map((url, index) => createRelay({ name: RELAY_NAMES[index]!, url, mailFrom, dkim, limits: limits.smtp }));
  const webhooks = createThrottle(limits.webhook);
  const twilioWire = twilio === null ? null : createTwilioWire(twilio, limits.twilio);
  const names: Record<WireKind, ProviderName[]> = {
    smtp: relays.map(({ name }) => name),
    twilio: twilioWire === null ? [] : [TWILIO_NAME],
    webhook: [],
  };
  /** What goes to a number, where this recall may reach it. */
  const telephoned =
    <Given extends { to: string }, T>(ask: (wire: TwilioWire, given: Given) => Promise<TwilioAnswer<T>>) =>
    async (recall: EgressRecall, given: Given): Promise<TwilioAnswer<T> | EgressRefused> =>
      twilioWire !== null && mayTelephone(recall, given.to) ? ask(twilioWire, given) : { kind: 'egress-refused' };
  return {
    pageSize: (wire, isTried) => pageSize(wire === null ? LIMITS : limits[wire], isTried),
    providers: (wire) => (wire === null ? [] : names[wire]),
    async sendMail(
      recall,
      { key, messageId, isWritten = false, attachments = [], pictures = [], ...mail },
      away = NOBODY,
    ) {
      if (!mayMail(recall, mail.to)) return { outcome: 'egress-refused', seen: [], by: null };
      // As a whole, and not as a text that the mailer would read for itself.
      const to = { name: '', address: mailbox(mail.to)?.address ?? mail.to };
      // Relays change Message-IDs, and reports leave them out: what comes back finds its message by where it came to.
      const id = messageId.slice(1, messageId.lastIndexOf('@'));
      const outgoing = (): RelayedMail => ({
        ...mail,
        attachments,
        pictures,
        to,
        messageId,
        from: mailFrom,
        replyTo: `r+${id}@${mailDomain}`,
        envelope: { from: `b+${id}@${mailDomain}`, to: [to.address] },
        // Programs that answer for people leave alone what a program has sent (RFC 3834). There is no `Precedence`, for
        // which some never answer or file it away unread, and no `List-Unsubscribe`: who has a dangerous product cannot
        // choose not to be told, and who is asked to decide or takes reports has that as their duty.
        headers: {
          'X-Recall-Key': `${recall.recallId ?? '-'} ${key}`,
          ...(!isWritten && { 'Auto-Submitted': 'auto-generated' }),
        },
      });
      return sendBy(inTurn(relays, away), outgoing, to.address);
    },
    async postJson(recall, url, body, idempotencyKey) {
      if (!mayCall(recall, url)) return { kind: 'egress-refused' };
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
          body: JSON.stringify(body),
          // A redirect would lead past the allow-list, which has judged this address only.
          redirect: 'error',
          signal: AbortSignal.timeout(SEND_MS_MAX),
        });
        return { kind: 'answered', status: answer.status, body: await jsonOf(answer) };
      } catch {
        return { kind: 'unreachable' };
      }
    },
    async post(recall, { url, headers, body }) {
      if (!mayCall(recall, url)) return { kind: 'egress-refused' };
      const to = new URL(webhookGateway ?? url);
      const { protocol, hostname } = to;
      // Beyond this machine nothing goes in the clear.
      if (protocol !== 'https:' && !isLoopback(hostname)) return { kind: 'egress-refused' };
      return webhooks(
        () =>
          new Promise((resolve) => {
            const request = protocol === 'https:' ? requestOverTls : requestInClear;
            const sending = request(to, {
              method: 'POST',
              headers: {
                ...headers,
                ...(webhookGateway !== null && { 'recall-webhook-url': url }),
                'content-length': Buffer.byteLength(body),
              },
              agent: false,
              signal: AbortSignal.timeout(SEND_MS_MAX),
            });
            // The body is written as soon as there is a connection; from then on nobody knows how far it came.
            let isConnected = false;
            sending.on('socket', (socket) => {
              socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => (isConnected = true));
            });
            sending.on('response', (response) => {
              response.resume();
              const { statusCode: status, headers: answered } = response;
              resolve({ kind: 'answered', status: status!, retryAfter: answered['retry-after'] ?? null });
            });
            sending.on('error', () => resolve({ kind: isConnected ? 'in-doubt' : 'unreachable' }));
            sending.end(body);
          }),
      );
    },
    sendSms: telephoned((wire, sms) => wire.sendSms(sms)),
    findSms: telephoned((wire, sms) => wire.findSms(sms)),
    placeCall: telephoned((wire, call) => wire.placeCall(call)),
    findCall: telephoned((wire, call) => wire.findCall(call)),
    close() {
      for (const relay of relays) relay.close();
      twilioWire?.close();
    },
  };
}

/** Those that are not known to be away before those that are, of which one may be back. */
function inTurn(relays: Relay[], away: ReadonlySet<ProviderName>): Relay[] {
  return [...relays.filter(({ name }) => !away.has(name)), ...relays.filter(({ name }) => away.has(name))];
}

/** What one cannot take goes to the next at once; what one may have taken does not, for then there would be two. */
async function sendBy(relays: Relay[], outgoing: () => RelayedMail, address: string): Promise<Sent> {
  const seen: Seen[] = [];
  const end = address.slice(address.lastIndexOf('@') + 1);
  for (const relay of relays) {
    const { outcome, shows, why } = await relay.send(outgoing());
    seen.push({ provider: relay.name, shows, end, why });
    if (outcome === 'deferred' && shows !== 'works') continue;
    return { outcome, seen, by: outcome === 'deferred' || outcome === 'refused' ? null : relay.name };
  }
  return { outcome: 'deferred', seen, by: null };
}

/** What a far end answers in JSON. Throws where it is none, or more than any answer that we ask for. */
async function jsonOf(answer: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    const piece = chunk as Uint8Array;
    bytes += piece.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the answer is too large');
    chunks.push(piece);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function mayMail({ mode, allowList }: EgressRecall, address: string): boolean {
  if (mode === 'recall') return true;
  const domain = mailbox(address)?.domain;
  if (domain === undefined) return false;
  return (allowList?.mailDomains ?? []).some((allowed) =>
    allowed.startsWith('.') ? domain.endsWith(allowed) : domain === allowed,
  );
}

/** By how its country and postcode begin. Nothing of a letter goes on a wire of ours; who carries it is not to be given it. */
export function mayPost({ mode, allowList }: EgressRecall, { country, postcode }: PostalAddress): boolean {
  const place = `${country} ${postcode ?? ''}`;
  return mode === 'recall' || (allowList?.post ?? []).some((beginning) => place.startsWith(beginning));
}

function mayCall({ mode, allowList }: EgressRecall, url: string): boolean {
  if (mode === 'recall') return true;
  return URL.canParse(url) && (allowList?.urls ?? []).includes(new URL(url).origin);
}
