import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf } from '../body.js';
import { errorOf, errorOfFault, notFound, TwilioError } from './errors.js';
import { faultIn, operationAt, readOperations, type OperationId } from './openapi.js';

export type Asked = {
  path: string;
  named: ReadonlyMap<string, string>;
  query: URLSearchParams;
  form: URLSearchParams;
};
/** With `none` the request stays without an answer until its sender, or the far end, goes. */
export type Answer = { status: number; body: unknown } | 'none';
export type Service = {
  /** Those of its fields that something is done about. Any other would be promised and not kept, and is refused. */
  fields: readonly string[];
  serve: (asked: Asked) => Answer | Promise<Answer>;
};
export type Services = Record<OperationId, Service>;

const FORM = 'application/x-www-form-urlencoded';

/** An HTTP server that lets nothing reach the services but what an account may ask of Twilio by its OpenAPI. */
export async function startApi({
  accountSid,
  authToken,
  port: wantedPort,
  services,
}: {
  accountSid: string;
  authToken: string;
  /** Where it listens; 0 for any port that is free. */
  port: number;
  services: Services;
}): Promise<{ url: string; refused: (id: OperationId) => number; stop: () => Promise<void> }> {
  const operations = readOperations();
  for (const { id, inQuery, inForm } of operations.values()) {
    const strange = services[id].fields.filter((field) => !inQuery.has(field) && !inForm.has(field));
    if (strange.length > 0) throw new Error(`${id} has no ${strange.join(', ')}`);
  }
  const refused = new Map<OperationId, number>();

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://twilio.invalid');
    if (!isAllowed(request.headers.authorization, accountSid, authToken))
      throw new TwilioError(401, 20003, 'Authenticate');
    const found = operationAt(operations, request.method ?? '', path);
    if (found === 'other method') throw new TwilioError(405, 20004, 'Method not allowed');
    if (found === 'other path') throw notFound(path);
    const { operation, named } = found;
    if ((named.get('AccountSid') ?? named.get('Sid')) !== accountSid) throw notFound(path);
    try {
      const form = await formOf(request);
      const fault = faultIn(operation, query, form);
      if (fault) throw errorOfFault(operation.id, fault);
      const { fields, serve } = services[operation.id];
      const idle = [...query.keys(), ...form.keys()].find((field) => !fields.includes(field));
      if (idle) throw new TwilioError(501, 20501, `${operation.id}: in drills nothing is done about ${idle}`);
      return await serve({ path, named, query, form });
    } catch (failed) {
      refused.set(operation.id, (refused.get(operation.id) ?? 0) + 1);
      throw failed;
    }
  };

  const server = createServer((request, response) => {
    const send = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(JSON.stringify(body));
    };
    answerTo(request).then(
      (answer) => (answer === 'none' ? undefined : send(answer.status, answer.body)),
      (failed: unknown) => {
        const error = failed instanceof TwilioError ? failed : errorOf(500, 20500);
        const { status, retryAfterSeconds: wait } = error;
        send(status, error.body(), {
          ...(status === 401 ? { 'www-authenticate': 'Basic realm="Twilio API"' } : {}),
          ...(wait === undefined ? {} : { 'retry-after': String(wait) }),
        });
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(wantedPort, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    refused: (id) => refused.get(id) ?? 0,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const body = await bodyOf(request);
  if (body !== '' && !request.headers['content-type']?.startsWith(FORM))
    throw new TwilioError(415, 20415, `A body of ${FORM} is expected`);
  return new URLSearchParams(body);
}

function isAllowed(header: string | undefined, accountSid: string, authToken: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const wanted = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return timingSafeEqual(digest(header ?? ''), digest(wanted));
}
