import type { z } from 'zod';
import { ERRORS, RecallError, type ErrorCode } from '../../engine/errors.js';
import type { SentFile } from './imports.js';
import { problemSchema } from './problem.js';
import type { Route } from './route.js';
import { ROUTES, type AnswerOf, type Given, type JsonRoute, type RouteName } from './routes.js';

/** Who sends a request; what is sent again under the same key is taken once. */
export type Sender = { localKey: string | null; person?: string | null; key?: string };
/** A request as `fetch` takes it, with its path. */
export type Request = {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  body?: string | FormData;
};

type Document = { file: string; text: string };
type Upload = { file: SentFile } & Record<string, Document | SentFile>;
type Sent = { body?: unknown; form?: Record<string, string>; upload?: Upload };
type Parts = Sent & { params?: Record<string, string>; query?: Record<string, string> };

/** The request that a route takes, from what is given for it. */
export function requestOf<N extends RouteName>(name: N, given: Given<N>, sender: Sender): Request {
  const { method, url }: Route = ROUTES[name];
  const { params = {}, query = {}, ...sent } = given as Parts;
  const path = url.replace(/:(\w+)/g, (_, param: string) => encodeURIComponent(params[param]!));
  const search = new URLSearchParams(query).toString();
  return { method, path: search === '' ? path : `${path}?${search}`, ...headed(sent, sender) };
}

/** What is sent, in the encoding that its headers name, and who sends it. */
export function headed(
  { body, form, upload }: Sent,
  { localKey, person, key }: Sender,
): { headers: Record<string, string>; body?: string | FormData } {
  const headers: Record<string, string> = {};
  if (localKey !== null) headers.authorization = `Local ${localKey}`;
  if (person) headers['x-recall-person'] = person;
  if (key !== undefined) headers['idempotency-key'] = key;
  if (form) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    return { headers, body: new URLSearchParams(form).toString() };
  }
  if (upload) return { headers, body: formOf(upload) };
  if (body === undefined) return { headers };
  headers['content-type'] = 'application/json';
  return { headers, body: JSON.stringify(body) };
}

/** The documents come before the file, which is read as it comes. */
function formOf({ file, ...documents }: Upload): FormData {
  const form = new FormData();
  for (const [name, document] of Object.entries(documents as Record<string, Document>)) {
    form.append(name, new Blob([document.text]), document.file);
  }
  form.append('file', file.content, file.name);
  return form;
}

/**
 * The answer of a route from what came, checked. Throws `service-missing` where an API answered that is not this product's,
 * or not of this version.
 */
export async function answerOf<N extends JsonRoute>(name: N, response: Response): Promise<AnswerOf<N>> {
  const schema: z.ZodType = ROUTES[name].answer;
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data as AnswerOf<N>;
  const { path, message } = parsed.error.issues[0]!;
  throw new RecallError({
    code: 'service-missing',
    message: `the API answered ${wordsOf(name, response)} with something else than expected: ${path.join('.')} ${message}`,
    where: new URL(response.url).origin,
    expected: 'the API of this version of the product',
    remedy: 'start the stack of this checkout, or use the command that belongs to the API',
  });
}

/** What an API refused, as an error of the one table; a reason that the table lacks stands in the message. */
export async function refusalOf(name: RouteName, response: Response): Promise<RecallError> {
  const { status, url } = response;
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) {
    return new RecallError({
      code: status >= 500 ? 'service-missing' : status === 404 ? 'not-found' : 'refused',
      message: `the API answered ${wordsOf(name, response)} with ${status}`,
      where: url,
      remedy: 'see the log of the API',
    });
  }
  const { code, message, where, expected, remedy, errors } = parsed.data;
  const known: ErrorCode = code in ERRORS ? (code as ErrorCode) : 'refused';
  const words = known === code ? message : `${message} (${code})`;
  return new RecallError({ code: known, message: words, where, expected, remedy, errors });
}

function wordsOf(name: RouteName, { url }: Response): string {
  return `${ROUTES[name].method} ${new URL(url).pathname}`;
}
