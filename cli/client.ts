import { z } from 'zod';
import { ERRORS, RecallError, type ErrorCode, type ErrorDetail } from '../engine/errors.js';

export type Api = { url: string; localKey: string | null; person: string | null };
export type Sent = { json: unknown };

const TIMEOUT_MS = 60_000;

const problemSchema = z.looseObject({
  code: z.string(),
  message: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  where: z.string().optional(),
  expected: z.string().optional(),
  remedy: z.string().optional(),
});

/** Asks the API and gives the response of a success. Throws what the API refused, or `service-missing` where nothing answers. */
async function ask(api: Api, method: 'GET' | 'POST', path: string, sent: Sent | null): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (api.localKey !== null) headers.authorization = `Local ${api.localKey}`;
  if (api.person !== null) headers['x-recall-person'] = api.person;
  const request: RequestInit = { method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (sent) {
    headers['content-type'] = 'application/json';
    request.body = JSON.stringify(sent.json);
  }
  let response: Response;
  try {
    response = await fetch(`${api.url}${path}`, request);
  } catch (failed) {
    throw unreachable(api.url, failed);
  }
  if (!response.ok) throw new RecallError(await refusalOf(response, `${method} ${path}`));
  return response;
}

/** Asks for JSON and checks its shape. */
export async function askJson<S extends z.ZodType>(
  api: Api,
  method: 'GET' | 'POST',
  path: string,
  schema: S,
  sent: Sent | null = null,
): Promise<z.output<S>> {
  const response = await ask(api, method, path, sent);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new RecallError({
    code: 'service-missing',
    message: `the API answered ${method} ${path} with something else than expected: ${issue.path.join('.')} ${issue.message}`,
    where: api.url,
    expected: 'the API of this version of the product',
    remedy: 'start the stack of this checkout, or use the command that belongs to the API',
  });
}

/** Asks for a document as it is: an export, a PDF. */
export async function askBytes(api: Api, path: string): Promise<Buffer> {
  return Buffer.from(await (await ask(api, 'GET', path, null)).arrayBuffer());
}

function unreachable(url: string, failed: unknown): RecallError {
  const timedOut = failed instanceof DOMException && failed.name === 'TimeoutError';
  return new RecallError({
    code: 'service-missing',
    message: timedOut ? `the API did not answer within ${TIMEOUT_MS / 1000} s` : 'there is no API to talk to',
    where: url,
    expected: 'a running stack',
    remedy: 'start one with `npm start`, or name its address with RECALL_API or --api',
  });
}

async function refusalOf(response: Response, what: string): Promise<ErrorDetail> {
  const text = await response.text().catch(() => '');
  const parsed = problemSchema.safeParse(jsonOrNull(text));
  if (!parsed.success) {
    const code = response.status >= 500 ? 'service-missing' : response.status === 404 ? 'not-found' : 'refused';
    return {
      code,
      message: `the API answered ${what} with ${response.status}`,
      where: response.url,
      remedy: 'see the log of the API',
    };
  }
  const { code, message, title, detail, where, expected, remedy } = parsed.data;
  const known: ErrorCode = code in ERRORS ? (code as ErrorCode) : 'refused';
  const words = message ?? detail ?? title ?? code;
  return { code: known, message: known === code ? words : `${words} (${code})`, where, expected, remedy };
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
