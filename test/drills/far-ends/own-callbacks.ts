import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import { bodyOf } from '../../../drills/far-ends/body.js';

export type Heard = { method: string; path: string; params: Record<string, string>; isSigned: boolean };
export type Said = { status?: number; type?: string; text?: string };

/**
 * Our side of Twilio's callbacks: keeps what comes, whether Twilio's library takes its signature for ours, and answers
 * what the test says.
 */
export async function startCallbacks(authToken: string, say: (heard: Heard) => Said | Promise<Said>) {
  const heard: Heard[] = [];
  let origin = '';
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const { method = '', url: path = '', headers } = request;
      const params = Object.fromEntries(new URLSearchParams(method === 'POST' ? body : path.split('?')[1]));
      const signature = headers['x-twilio-signature'] as string;
      const signed = method === 'POST' ? params : {};
      const one = {
        method,
        path,
        params,
        isSigned: twilio.validateRequest(authToken, signature, origin + path, signed),
      };
      heard.push(one);
      const { status = 200, type = 'text/xml', text = '' } = await say(one);
      response.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    heard,
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
