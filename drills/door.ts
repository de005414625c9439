import { RecallError } from '../engine/errors.js';

export type Door = { url: string; localKey: string };

const TRIES_MAX = 200;
const TRY_AGAIN_MS = 100;

/** A request through the product's HTTP door. Where nobody answers it is sent again, as people and programs do; the same key makes that harmless. */
export async function knock(
  door: Door,
  method: 'GET' | 'POST',
  path: string,
  sent: { json?: object; form?: Record<string, string>; person?: string; key?: string } = {},
): Promise<Response> {
  const headers: Record<string, string> = { authorization: `Local ${door.localKey}` };
  if (sent.person !== undefined) headers['x-recall-person'] = sent.person;
  if (sent.key !== undefined) headers['idempotency-key'] = sent.key;
  if (sent.json) headers['content-type'] = 'application/json';
  if (sent.form) headers['content-type'] = 'application/x-www-form-urlencoded';
  const body = sent.json
    ? JSON.stringify(sent.json)
    : sent.form
      ? new URLSearchParams(sent.form).toString()
      : undefined;
  const url = path.startsWith('http') ? path : `${door.url}${path}`;
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await fetch(url, { method, headers, body });
      if (response.status !== 503 || tries === TRIES_MAX) return response;
    } catch (failed) {
      if (tries === TRIES_MAX) throw failed;
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
}

/** The same for an answer in JSON; throws what the product refused. */
export async function ask<T>(...knocked: Parameters<typeof knock>): Promise<T> {
  const response = await knock(...knocked);
  const body: unknown = await response.json();
  if (response.ok) return body as T;
  const { code, message, where, expected, remedy } = body as RecallError['detail'];
  throw new RecallError({ code, message, where: where ?? knocked[2], expected, remedy });
}
