import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Request = { method: string; url: string; headers: IncomingHttpHeaders; body: string };
export type HttpAnswer = { status: number; headers?: Record<string, string>; body?: string };
export type HttpEnd = {
  origin: string;
  /** Requests that came whole, in order. */
  seen: Request[];
  /** Connections that were made, whatever became of them. */
  connections: () => number;
  stop: () => Promise<void>;
};

/** An HTTP server on loopback that says what it saw, and gives the answer that holds when a request has come. */
export async function startHttpEnd(answer: () => HttpAnswer): Promise<HttpEnd> {
  const seen: Request[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      const given = answer();
      response.writeHead(given.status, given.headers).end(given.body);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    seen,
    connections: () => connections,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A warehouse that takes every order to stop shipping, and answers with what it says then. */
export function startWarehouse(confirmation = () => '{"reference":"WH-1","unitsHeld":3}'): Promise<HttpEnd> {
  const headers = { 'content-type': 'application/json' };
  return startHttpEnd(() => ({ status: 200, headers, body: confirmation() }));
}
