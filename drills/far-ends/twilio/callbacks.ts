import { createHmac } from 'node:crypto';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
/** As long as Twilio waits for an answer. */
const WAIT_MS_MAX = 15_000;
const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

export type Callback = { url: string; method?: 'GET' | 'POST'; params: Record<string, string> };
export type CallbackAnswer = { status: number; type: string; text: string };

/** The X-Twilio-Signature of a request, as Twilio documents it: the address, then each parameter by its name's order. */
export function signatureOf(authToken: string, { url, params }: Pick<Callback, 'url' | 'params'>): string {
  const names = Object.keys(params).sort();
  const signed = url + names.map((name) => name + params[name]).join('');
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

/** Sends a signed request to whoever asked for it. Nothing of a drill leaves the machine: what would is a fault, and throws. */
export function callBack(authToken: string, { url, method = 'POST', params }: Callback): Promise<CallbackAnswer> {
  if (!LOOPBACK.has(new URL(url).hostname)) throw new Error(`not on this machine: ${url}`);
  const form = new URLSearchParams(params).toString();
  if (method === 'POST') {
    const signature = signatureOf(authToken, { url, params });
    return answered(url, { method, headers: { ...headersOf(signature), 'content-type': FORM }, body: form });
  }
  const address = `${url}${url.includes('?') ? '&' : '?'}${form}`;
  const signature = signatureOf(authToken, { url: address, params: {} });
  return answered(address, { method, headers: headersOf(signature) });
}

function headersOf(signature: string): Record<string, string> {
  return { 'user-agent': 'TwilioProxy/1.1', 'x-twilio-signature': signature };
}

async function answered(url: string, request: RequestInit): Promise<CallbackAnswer> {
  const response = await fetch(url, { ...request, redirect: 'manual', signal: AbortSignal.timeout(WAIT_MS_MAX) });
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return { status: response.status, type, text: await response.text() };
}
