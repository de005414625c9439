import { createServer, type AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Entry: a mail server in a process of its own that takes everything and keeps nothing. A second port tells how many it has taken. */
let taken = 0;
const sink = new SMTPServer({
  authOptional: true,
  disableReverseLookup: true,
  disabledCommands: ['AUTH', 'STARTTLS'],
  onData(stream, _session, answer) {
    stream.resume();
    stream.on('end', () => {
      taken += 1;
      answer();
    });
  },
});
// Whoever sends is ended when it has sent.
sink.on('error', () => undefined);
await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', () => resolve()));
const counts = createServer((socket) => socket.on('error', () => undefined).end(String(taken)));
await new Promise<void>((resolve) => counts.listen(0, '127.0.0.1', resolve));
const portOf = (server: { address: () => unknown }): number => (server.address() as AddressInfo).port;
process.stdout.write(`${JSON.stringify({ ready: 'sink', port: portOf(sink.server), countPort: portOf(counts) })}\n`);
