import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newWebhookKey, webhookSecret } from '../../../trust/webhook-secrets.js';
import { activityDeps } from '../activity-deps.js';
import { startMailServer } from '../mail-server.js';
import type { FarEnd } from './far-end.js';

const SECONDS_MAX = 300;

/** Whether the headers are a signature of the body, made now: by the words of the specification, without its library. */
export function isSigned(secret: string, body: string, headers: IncomingHttpHeaders): boolean {
  const given = headers['webhook-signature'];
  const [id, seconds] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])];
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return given === `v1,${expected}` && Math.abs(Date.now() / 1000 - Number(seconds)) < SECONDS_MAX;
}

/** The systems of all partners, one path each, and beside them the mail server of the same customers. */
export async function startWebhookEnd(): Promise<FarEnd> {
  const webhookKey = newWebhookKey();
  // Mail would be let through, so that one which is sent instead of a webhook is seen.
  const mail = await startMailServer();
  let connections = 0;
  let server: Server;
  const listen = async (port = 0): Promise<Server> => {
    const started = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => take(request.url!, request.headers, body, response));
    });
    started.on('connection', () => (connections += 1));
    await new Promise<void>((resolve) => started.listen(port, '127.0.0.1', resolve));
    return started;
  };
  const take = (path: string, headers: IncomingHttpHeaders, body: string, response: ServerResponse): void => {
    const to = `${origin}${path}`;
    if (!isSigned(webhookSecret(webhookKey, path.split('/').at(-1)!), body, headers))
      return void response.writeHead(401).end();
    const answer = end.answer(to);
    if (answer === 'refuse') return void response.writeHead(410).end();
    if (typeof answer === 'object') {
      const { deferSeconds } = answer;
      return void response.writeHead(503, deferSeconds === null ? {} : { 'retry-after': String(deferSeconds) }).end();
    }
    // The field that says that this is no exercise is none of the words that say it is one.
    end.taken.push({ to, id: headers['webhook-id'] as string, text: body.replace('"drill":false', '') });
    end.onTaken();
    if (answer === 'break') response.destroy();
    else response.writeHead(204).end();
  };
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  server = await listen();
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const end: FarEnd = {
    deps: (pool) => ({ ...activityDeps(pool, mail), webhookKey }),
    allowList: { mailDomains: ['.example'], urls: [origin], phones: [] },
    addressOf: (code) => `${origin}/hooks/${code}`,
    outside: [
      `http://localhost:${port}/hooks/500`,
      `https://127.0.0.1:${port}/hooks/501`,
      'https://shop.test/hooks/502',
    ],
    wrong: [
      '',
      'shop.example/recalls',
      'http://shop.example/recalls',
      'https://user@shop.example/recalls',
      'https://shop.example/recalls#now',
      'mailto:orders@shop.example',
    ],
    idOnWire: (messageId) => /^<([0-9a-f]{32})@/.exec(messageId)![1]!,
    saysWhen: true,
    answer: () => 'take',
    onTaken: () => undefined,
    taken: [],
    connections: () => connections + mail.connections(),
    leave: stop,
    async comeBack() {
      server = await listen(port);
    },
    async stop() {
      await stop();
      await mail.stop();
    },
  };
  return end;
}
