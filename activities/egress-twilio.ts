import { Agent as ClearAgent, request as requestInClear, type IncomingMessage } from 'node:http';
import { Agent as TlsAgent, request as requestOverTls } from 'node:https';
import type twilio from 'twilio';
import type { ClientOpts } from 'twilio/lib/base/BaseTwilio.js';
import { z } from 'zod';
import { isLoopback } from './addresses.js';
import { secondsUntil } from './retry-after.js';
import { createThrottle, type Limits } from './throttle.js';

export type TwilioConfig = {
  accountSid: string;
  authToken: string;
  /** For text messages: a number of ours as E.164, or the SID of a messaging service (MG…), which picks one; null where there are none. */
  from: string | null;
  /** For calls: a number of ours as E.164; null where there are none. */
  voiceFrom: string | null;
  /** Where Twilio's API is; its own address but in drills and tests. */
  apiUrl: string;
};
/** A text message as Twilio has it. `errorCode` says why it failed, where it did. */
export type TwilioSms = { status: string; errorCode: number | null };
/** `in-doubt`: the request may have arrived, and no answer came. An error has Twilio's own code, where it gave one. */
export type TwilioAnswer<T> =
  | { kind: 'answered'; value: T }
  | { kind: 'error'; status: number; code: number | null; retryAfterSeconds: number | null }
  | { kind: 'unreachable' | 'in-doubt' };

/** A call as Twilio has it. */
export type TwilioCall = { status: string };

export type TwilioWire = {
  sendSms: (sms: { to: string; body: string; statusCallback?: string }) => Promise<TwilioAnswer<TwilioSms>>;
  /** The newest message to a number whose body ends so; null where Twilio has none. */
  findSms: (sms: { to: string; ending: string }) => Promise<TwilioAnswer<TwilioSms | null>>;
  /** Calls somebody; what is said Twilio asks of `url` when somebody or a machine has taken the call. */
  placeCall: (call: { to: string; url: string; statusCallback: string }) => Promise<TwilioAnswer<TwilioCall>>;
  /** A call of ours to a number that has not come to its end; null where Twilio has none. */
  findCall: (call: { to: string }) => Promise<TwilioAnswer<TwilioCall | null>>;
  close: () => void;
};

const ANSWER_MS_MAX = 15_000;
const ANSWER_BYTES_MAX = 1024 * 1024;
/** As many of the newest messages to one number as are looked through: a number gets few of ours. */
const LOOKED_THROUGH = 50;

const smsSchema = z.object({ status: z.string(), errorCode: z.int().nullish().default(null) });
const callSchema = z.object({ status: z.string() });
/** Before its end. */
const UNDER_WAY = ['queued', 'initiated', 'ringing', 'in-progress'];
/** So long it rings: five or six times, after which most machines have answered. */
const RING_SECONDS = 30;
const errorSchema = z.object({ code: z.int() });

/** What kept a request from an answer that says it was done. */
class NoAnswer extends Error {
  constructor(readonly answer: Exclude<TwilioAnswer<never>, { kind: 'answered' }>) {
    super(answer.kind);
  }
}

/** Twilio's own library, over requests of which one knows how far they came. */
export function createTwilioWire(
  { accountSid, authToken, from, voiceFrom, apiUrl }: TwilioConfig,
  limits: Limits,
): TwilioWire {
  const { protocol, origin, hostname } = new URL(apiUrl);
  // Beyond this machine nothing goes in the clear.
  if (protocol !== 'https:' && !isLoopback(hostname)) throw new Error('TWILIO_API_URL has to begin with https://');
  const pooling = { keepAlive: true, maxSockets: limits.atOnce };
  const agent = protocol === 'https:' ? new TlsAgent(pooling) : new ClearAgent(pooling);

  const throttle = createThrottle(limits);
  // The time for an answer begins when the request does, and not while it waits for its turn.
  const request = (asked: Asked): Promise<{ statusCode: number; body: string }> => throttle(() => requestNow(asked));
  const requestNow = (asked: Asked): Promise<{ statusCode: number; body: string }> =>
    new Promise((resolve, reject) => {
      const { pathname, searchParams } = new URL(asked.uri);
      for (const [name, value] of fields(asked.params)) searchParams.append(name, value);
      const query = searchParams.toString();
      const body = asked.data === undefined ? '' : new URLSearchParams(fields(asked.data)).toString();
      const start = protocol === 'https:' ? requestOverTls : requestInClear;
      const sending = start(`${origin}${pathname}${query === '' ? '' : `?${query}`}`, {
        method: asked.method,
        headers: {
          ...asked.headers,
          authorization: `Basic ${Buffer.from(`${asked.username}:${asked.password}`).toString('base64')}`,
          'content-length': Buffer.byteLength(body),
        },
        agent,
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      // On a connection that stands already nobody knows whether the other end still reads.
      let isConnected = false;
      sending.on('socket', (socket) => {
        if (!socket.connecting) isConnected = true;
        else socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => (isConnected = true));
      });
      sending.on('response', (response) => {
        textOf(response).then(
          (text) => {
            const status = response.statusCode!;
            if (status >= 200 && status < 300) resolve({ statusCode: status, body: text });
            else reject(new NoAnswer(errorOf(status, text, response.headers['retry-after'])));
          },
          () => reject(new NoAnswer({ kind: 'in-doubt' })),
        );
      });
      sending.on('error', () => reject(new NoAnswer({ kind: isConnected ? 'in-doubt' : 'unreachable' })));
      sending.end(body);
    });

  let client: twilio.Twilio | null = null;
  /** Loaded when the first message goes out: it is large, and most processes never send one. */
  const loaded = async (): Promise<twilio.Twilio> => {
    const { default: create } = await import('twilio');
    // The library names a class of its own, of which it calls this one function.
    const httpClient = { request } as unknown as NonNullable<ClientOpts['httpClient']>;
    client ??= create(accountSid, authToken, { httpClient });
    return client;
  };
  /** What cannot be read may have been done: nobody may call it refused. */
  const answered = async <T>(done: () => Promise<T>): Promise<TwilioAnswer<T>> => {
    try {
      return { kind: 'answered', value: await done() };
    } catch (failed) {
      return failed instanceof NoAnswer ? failed.answer : { kind: 'in-doubt' };
    }
  };
  const sender = from?.startsWith('MG') ? { messagingServiceSid: from } : { from: from ?? '' };
  return {
    sendSms: (sms) =>
      answered(async () => {
        const { messages } = await loaded();
        return smsSchema.parse(await messages.create({ ...sms, ...sender }));
      }),
    findSms: ({ to, ending }) =>
      answered(async () => {
        const { messages } = await loaded();
        const newest = await messages.list({ to, limit: LOOKED_THROUGH, pageSize: LOOKED_THROUGH });
        const found = newest.find(({ body }) => body.endsWith(ending));
        return found === undefined ? null : smsSchema.parse(found);
      }),
    placeCall: (call) =>
      answered(async () => {
        const { calls } = await loaded();
        const placed = await calls.create({
          ...call,
          from: voiceFrom ?? '',
          timeout: RING_SECONDS,
          // A machine is spoken to when it has said its own words; a person is asked to press keys.
          machineDetection: 'DetectMessageEnd',
        });
        return callSchema.parse(placed);
      }),
    findCall: ({ to }) =>
      answered(async () => {
        const { calls } = await loaded();
        const newest = await calls.list({
          to,
          from: voiceFrom ?? '',
          limit: LOOKED_THROUGH,
          pageSize: LOOKED_THROUGH,
        });
        const found = newest.find(({ status }) => UNDER_WAY.includes(status));
        return found === undefined ? null : callSchema.parse(found);
      }),
    close: () => agent.destroy(),
  };
}

type Asked = {
  method: string;
  uri: string;
  username?: string;
  password?: string;
  headers?: Record<string, string>;
  params?: object;
  data?: object;
};

/** The fields of a form or a query as the library hands them over: texts, and lists of them. */
function fields(given: object | undefined): [string, string][] {
  return Object.entries(given ?? {}).flatMap(([name, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined)
      .map((one): [string, string] => [name, String(one)]),
  );
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function errorOf(
  status: number,
  text: string,
  retryAfter: string | undefined,
): TwilioAnswer<never> & { kind: 'error' } {
  const retryAfterSeconds = retryAfter === undefined ? null : secondsUntil(retryAfter, new Date());
  return { kind: 'error', status, code: codeOf(text), retryAfterSeconds };
}

function codeOf(text: string): number | null {
  try {
    return errorSchema.parse(JSON.parse(text)).code;
  } catch {
    return null;
  }
}
