import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run } from '../../cli/run.js';

export type Request = { method: string; path: string; headers: IncomingHttpHeaders; text: string; json: unknown };
export type Reply = { status?: number; body: unknown };
export type StandIn = { url: string; requests: Request[]; close: () => Promise<void> };

/** An API that gives prepared answers by `METHOD /path`, and keeps what it was asked. */
export async function standIn(replies: Record<string, Reply>): Promise<StandIn> {
  const requests: Request[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const { method = '', url = '', headers } = incoming;
      const json: unknown = headers['content-type'] === 'application/json' ? JSON.parse(text) : null;
      requests.push({ method, path: url, headers, text, json });
      const title = 'not-found';
      const problem = { type: 'about:blank', title, status: 404, code: title, message: `no ${url}` };
      const missing: Reply = { status: 404, body: problem };
      const { status = 200, body } = replies[`${method} ${url}`] ?? missing;
      outgoing.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' });
      outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}`, requests, close };
}

export type Ran = { exit: number; out: string; err: string };

/** Runs the command as a script would: no terminal, no stack in the checkout unless one is named. */
export async function recall(args: string[], options: { stackFile?: string; confirms?: boolean } = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const exit = await run(args, {
    stackFile: options.stackFile ?? '/nonexistent/stack.json',
    terminal: {
      out: (text) => void (out += text),
      err: (text) => void (err += text),
      interactive: options.confirms !== undefined,
      confirm: () => Promise.resolve(options.confirms ?? false),
    },
  });
  return { exit, out, err };
}
