import { createServer } from 'node:http';
import { createServer as createCounter, type AddressInfo } from 'node:net';

/** Entry: answers as Twilio does that it has taken a text message, and keeps nothing. A second port tells how many it has taken. */
let taken = 0;
const sink = createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    taken += 1;
    const sid = `SM${taken.toString(16).padStart(32, '0')}`;
    response
      .writeHead(201, { 'content-type': 'application/json' })
      .end(JSON.stringify({ sid, status: 'queued', error_code: null, num_segments: '2' }));
  });
});
await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
const counts = createCounter((socket) => socket.on('error', () => undefined).end(String(taken)));
await new Promise<void>((resolve) => counts.listen(0, '127.0.0.1', resolve));
const portOf = (server: { address: () => unknown }): number => (server.address() as AddressInfo).port;
process.stdout.write(`${JSON.stringify({ ready: 'sink', port: portOf(sink), countPort: portOf(counts) })}\n`);
