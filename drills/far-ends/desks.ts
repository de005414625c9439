import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FilingId } from '../../engine/words.js';
import { bodyOf } from './body.js';

export type DeskAnswer = { status: number; body: object };
export type Desks = { warehouseUrl: string; gatewayUrl: string; stop: () => Promise<void> };

/** The warehouse's interface, and the portal at which a person submits a report: two desks of one HTTP server. */
export async function startDesks({
  onStopShip,
  onReport,
}: {
  onStopShip: (idempotencyKey: string) => DeskAnswer;
  onReport: (filing: FilingId, pack: string) => DeskAnswer;
}): Promise<Desks> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const { status, body: answered } = answerTo(request, body);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
    });
  });
  const answerTo = ({ method, url, headers }: IncomingMessage, body: string): DeskAnswer => {
    const report = /^\/gateway\/([a-z0-9-]+\/[a-z]+\/\d+)\/notifications$/.exec(url ?? '');
    if (method === 'POST' && url === '/warehouse/stop-ship')
      return onStopShip(String(headers['idempotency-key'] ?? ''));
    if (method === 'POST' && report) return onReport(report[1] as FilingId, body);
    return { status: 404, body: { message: 'no such desk' } };
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    warehouseUrl: `http://127.0.0.1:${port}/warehouse`,
    gatewayUrl: `http://127.0.0.1:${port}/gateway`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
