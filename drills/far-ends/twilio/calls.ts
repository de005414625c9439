import { TwilioError } from './errors.js';
import { isAskedFor, rfc2822 } from './lists.js';
import type { SidOf } from './sids.js';

/** `url` is where our TwiML is asked for; empty where it came with the call. */
export type TwilioCall = {
  sid: string;
  to: string;
  from: string;
  url: string;
  statusCallback: string | null;
  machineDetection: boolean;
};
export type CallEnd = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';
export type CallEvent = (typeof EVENTS)[number];
export type Method = 'GET' | 'POST';
/** Where what is said next comes from: an address, or the document itself. */
export type Source = { url: string; method: Method } | { twiml: string };
export type KeptCall = {
  sid: string;
  to: string;
  from: string;
  first: Source;
  fallback: { url: string; method: Method } | null;
  report: { url: string; method: Method; events: readonly CallEvent[] } | null;
  /** How a machine is told from a person, and where that is told while the call goes on. */
  detection: 'Enable' | 'DetectMessageEnd' | null;
  asyncDetection: { url: string; method: Method } | null;
  status: 'queued' | 'ringing' | 'in-progress' | CallEnd;
  /** What the account has asked of the call since. */
  order: Source | 'end' | null;
  answeredBy: string | null;
  created: Date;
  updated: Date;
  started: Date | null;
  seconds: number | null;
};

const EVENTS = ['initiated', 'ringing', 'answered', 'completed'] as const;
const DETECTIONS = ['Enable', 'DetectMessageEnd'] as const;

/** The calls of an account, newest first where they are listed. */
export function createCalls(account: string, sidOf: SidOf, now: () => Date) {
  const kept = new Map<string, KeptCall>();
  return {
    create(form: URLSearchParams): KeptCall {
      const text = (field: string): string | null => form.get(field) || null;
      const [to, from] = [text('To') ?? '', text('From') ?? ''];
      const first = sourceIn(form);
      if (first === null) throw new TwilioError(400, 21205, 'Url parameter is required.');
      const report = addressIn(form, 'StatusCallback');
      const at = now();
      const call: KeptCall = {
        ...{ sid: sidOf('CA', [from, to, JSON.stringify(first)]), to, from, first },
        fallback: addressIn(form, 'FallbackUrl', 'FallbackMethod'),
        report: report && { ...report, events: eventsIn(form) },
        detection: detectionIn(text('MachineDetection')),
        asyncDetection: text('AsyncAmd') === 'true' ? addressIn(form, 'AsyncAmdStatusCallback') : null,
        ...{ status: 'queued', order: null, answeredBy: null },
        ...{ created: at, updated: at, started: null, seconds: null },
      };
      kept.set(call.sid, call);
      return call;
    },
    /** What was refused has never been a call. */
    drop: (sid: string): void => void kept.delete(sid),
    find: (sid: string): KeptCall | null => kept.get(sid) ?? null,
    all: (): KeptCall[] => [...kept.values()],
    list: (query: URLSearchParams): KeptCall[] =>
      [...kept.values()]
        .filter(({ to }) => to === (query.get('To') || to))
        .filter(({ from }) => from === (query.get('From') || from))
        .filter(({ status }) => status === (query.get('Status') || status))
        .filter(({ started }) => isAskedFor(started, query, 'StartTime'))
        .filter((call) => isAskedFor(endOf(call), query, 'EndTime'))
        .toReversed(),
    /** What the account wants of a call that is not over. One that goes on cannot be canceled, which is no error. */
    update(call: KeptCall, form: URLSearchParams): void {
      const [status, source] = [form.get('Status'), sourceIn(form)];
      const isWaiting = call.status === 'queued' || call.status === 'ringing';
      if (isOver(call) || (isWaiting && source))
        throw new TwilioError(400, 21220, 'Call is not in-progress. Cannot redirect.');
      if (isWaiting && status) call.status = 'canceled';
      else if (status === 'completed') call.order = 'end';
      else if (source) call.order = source;
      call.updated = now();
    },
    show(call: KeptCall) {
      const { sid, to, from, status, answeredBy, created, updated, started, seconds } = call;
      const ended = endOf(call);
      const uri = `/2010-04-01/Accounts/${account}/Calls/${sid}`;
      return {
        ...{ account_sid: account, api_version: '2010-04-01', sid, to, from, status, direction: 'outbound-api' },
        ...{ to_formatted: to, from_formatted: from, answered_by: answeredBy },
        date_created: rfc2822(created),
        date_updated: rfc2822(updated),
        start_time: started && rfc2822(started),
        end_time: ended && rfc2822(ended),
        duration: seconds === null ? null : String(seconds),
        ...{ parent_call_sid: null, phone_number_sid: null, group_sid: null, trunk_sid: null },
        ...{ price: null, price_unit: 'USD', forwarded_from: null, caller_name: null, queue_time: '0' },
        subresource_uris: { notifications: `${uri}/Notifications.json`, recordings: `${uri}/Recordings.json` },
        uri: `${uri}.json`,
      };
    },
  };
}

export function isOver({ status }: KeptCall): boolean {
  return status !== 'queued' && status !== 'ringing' && status !== 'in-progress';
}

function endOf({ started, seconds }: KeptCall): Date | null {
  return started === null || seconds === null ? null : new Date(started.getTime() + seconds * 1000);
}

function addressIn(
  form: URLSearchParams,
  field: string,
  method = `${field}Method`,
): { url: string; method: Method } | null {
  const url = form.get(field);
  return url ? { url, method: form.get(method) === 'GET' ? 'GET' : 'POST' } : null;
}

function sourceIn(form: URLSearchParams): Source | null {
  const twiml = form.get('Twiml');
  return addressIn(form, 'Url', 'Method') ?? (twiml ? { twiml } : null);
}

function eventsIn(form: URLSearchParams): CallEvent[] {
  const asked = form.getAll('StatusCallbackEvent');
  const wrong = asked.find((event) => !EVENTS.some((known) => known === event));
  if (wrong !== undefined) throw new TwilioError(400, 21626, `Invalid status callback event: ${wrong}`);
  return EVENTS.filter((event) => (asked.length === 0 ? event === 'completed' : asked.includes(event)));
}

function detectionIn(text: string | null): KeptCall['detection'] {
  const found = DETECTIONS.find((detection) => detection === text) ?? null;
  if (text !== null && found === null) throw new TwilioError(400, 20001, `MachineDetection is wrong: ${text}`);
  return found;
}
