import type { Fault, OperationId } from './openapi.js';

/** An answer of Twilio's that is an error, in the form in which the library reads it. */
export class TwilioError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }

  body(): { code: number; message: string; more_info: string; status: number } {
    const { code, message, status } = this;
    return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status };
  }
}

/** Twilio's words for codes that no field's fault leads to, as its dictionary of errors has them. */
const WORDS: Record<number, string> = {
  20429: 'Too Many Requests',
  20500: 'Internal Server Error',
  20503: 'Service Unavailable',
  21211: "Invalid 'To' Phone Number",
  21215: 'Geographic Permission configuration is not permitting call',
  21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
  21610: 'Attempt to send to unsubscribed recipient',
  21611: "This 'From' number has exceeded the maximum number of queued messages",
  21612: "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
  21614: "'To' number is not a valid mobile number",
  30001: 'Queue overflow',
};

/** The error of a code that a drill wants, with Twilio's words where they are known here. */
export function errorOf(status: number, code: number, retryAfterSeconds?: number): TwilioError {
  return new TwilioError(status, code, WORDS[code] ?? `Error ${code}`, retryAfterSeconds);
}

export function notFound(path: string): TwilioError {
  return new TwilioError(404, 20404, `The requested resource ${path} was not found`);
}

type Coded = { code: number; message: string };

const MISSING: Partial<Record<OperationId, Record<string, Coded>>> = {
  CreateMessage: {
    To: { code: 21604, message: "A 'To' phone number is required." },
    From: { code: 21603, message: "A 'From' phone number is required." },
    Body: { code: 21602, message: 'Message body is required.' },
  },
  CreateCall: {
    To: { code: 21201, message: "No 'To' number is specified" },
    From: { code: 21213, message: "No 'From' number is specified" },
    Url: { code: 21205, message: 'Url parameter is required.' },
  },
};
const WRONG: Partial<Record<OperationId, Record<string, (value: string) => Coded>>> = {
  CreateMessage: {
    To: (value) => ({ code: 21211, message: `The 'To' number ${value} is not a valid phone number.` }),
    From: (value) => ({ code: 21212, message: `The 'From' number ${value} is not a valid phone number.` }),
    StatusCallback: (value) => ({ code: 21609, message: `The StatusCallback URL ${value} is not a valid URL.` }),
  },
  CreateCall: {
    To: (value) => ({ code: 21211, message: `The phone number you are attempting to call, ${value}, is not valid.` }),
    From: (value) => ({ code: 21212, message: `The source phone number provided, ${value}, is not valid.` }),
    Url: (value) => ({ code: 21205, message: `Url is not a valid URL: ${value}` }),
  },
  UpdateCall: { Url: (value) => ({ code: 21205, message: `Url is not a valid URL: ${value}` }) },
};

/** Twilio takes unknown fields in silence. Here they are refused: nobody means one. */
export function errorOfFault(id: OperationId, { what, field, value, expected }: Fault): TwilioError {
  const coded = what === 'missing' ? MISSING[id]?.[field] : what === 'wrong' ? WRONG[id]?.[field]?.(value) : undefined;
  if (coded) return new TwilioError(400, coded.code, coded.message);
  return new TwilioError(400, 20001, `${field} is ${what}: ${id} expects ${expected}`);
}
