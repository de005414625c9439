import { TwilioError } from './errors.js';
import { isAskedFor, rfc2822 } from './lists.js';
import { segmentsOf } from './segments.js';
import type { SidOf } from './sids.js';

/** `from` is the number, the sender's name, or the messaging service that sends. */
export type TwilioMessage = { sid: string; to: string; from: string; body: string; statusCallback: string | null };
export type ReportedStatus = (typeof ORDER)[number];
type Direction = 'outbound-api' | 'outbound-reply' | 'inbound';
export type KeptMessage = TwilioMessage & {
  service: string | null;
  direction: Direction;
  status: ReportedStatus | 'received';
  errorCode: number | null;
  created: Date;
  updated: Date;
};

const BODY_MAX = 1600;
/** How far a message has come; the last three are final. */
const ORDER = ['queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed'] as const;
const FINAL = ORDER.indexOf('delivered');

/** The messages of an account, newest first where they are listed. */
export function createMessages(account: string, sidOf: SidOf, now: () => Date) {
  const kept = new Map<string, KeptMessage>();

  const keep = (message: Omit<KeptMessage, 'sid' | 'errorCode' | 'created' | 'updated'>): KeptMessage => {
    const at = now();
    const sid = sidOf('SM', [message.direction, message.from, message.to, message.body]);
    const whole = { ...message, sid, errorCode: null, created: at, updated: at };
    kept.set(sid, whole);
    return whole;
  };

  return {
    keep,
    create(form: URLSearchParams): KeptMessage {
      const text = (field: string): string | null => form.get(field) || null;
      const body = text('Body') ?? '';
      if (body.length > BODY_MAX)
        throw new TwilioError(400, 21617, `The concatenated message body exceeds the ${BODY_MAX} character limit.`);
      const service = text('MessagingServiceSid');
      const [to, from] = [text('To') ?? '', text('From') ?? service ?? ''];
      if (to === from) throw new TwilioError(400, 21266, "'To' and 'From' number cannot be the same");
      return keep({
        ...{ to, from, body, service, statusCallback: text('StatusCallback') },
        ...{ direction: 'outbound-api', status: 'queued' },
      });
    },
    /** What was refused has never been a message. */
    drop: (sid: string): void => void kept.delete(sid),
    find: (sid: string): KeptMessage | null => kept.get(sid) ?? null,
    /** What the account has sent, in its order. */
    sent: (): KeptMessage[] => [...kept.values()].filter(({ direction }) => direction === 'outbound-api'),
    list: (query: URLSearchParams): KeptMessage[] =>
      [...kept.values()]
        .filter(({ to }) => to === (query.get('To') || to))
        .filter(({ from }) => from === (query.get('From') || from))
        .filter(({ created }) => isAskedFor(created, query, 'DateSent'))
        .toReversed(),
    /** A report that comes late changes nothing of what is known by then. */
    report(message: KeptMessage, status: ReportedStatus, errorCode: number | null): void {
      const known = ORDER.indexOf(message.status as ReportedStatus);
      if (known >= FINAL || ORDER.indexOf(status) < known) return;
      Object.assign(message, { status, errorCode, updated: now() });
    },
    show({ sid, to, from, body, service, direction, status, errorCode, created, updated }: KeptMessage) {
      const uri = `/2010-04-01/Accounts/${account}/Messages/${sid}`;
      return {
        ...{ account_sid: account, api_version: '2010-04-01', sid, body, to, direction, status },
        ...{ from: from === service ? null : from, messaging_service_sid: service },
        date_created: rfc2822(created),
        date_sent: rfc2822(created),
        date_updated: rfc2822(updated),
        error_code: errorCode,
        error_message: null,
        ...{ num_media: '0', num_segments: String(segmentsOf(body)), price: null, price_unit: null },
        subresource_uris: { media: `${uri}/Media.json` },
        uri: `${uri}.json`,
      };
    },
  };
}
