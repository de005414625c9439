import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Taken = { to: string[]; from: string; raw: string };
export type MailServer = {
  url: string;
  port: number;
  /** Connections that were made, whatever became of them. */
  connections: () => number;
  /** Every address that was named as a recipient, taken or not. */
  named: string[];
  /** Messages that were taken, in order. */
  taken: Taken[];
  /** What to answer to a recipient, and to a message once it is here; undefined is 250. */
  answers: { recipient: (address: string) => number | undefined; message: (taken: Taken) => number | undefined };
  /** Called when a message has been taken, before the sender hears of it. */
  onTaken: (taken: Taken) => Promise<void> | void;
  /** Breaks every connection, whatever is under way on it. */
  hangUp: () => void;
  stop: () => Promise<void>;
};

/** A mail server on loopback that takes everything and says what it saw. */
export async function startMailServer(port = 0): Promise<MailServer> {
  let connections = 0;
  const smtp = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 200,
    onConnect: (_session, answer) => {
      connections += 1;
      answer();
    },
    onRcptTo: ({ address }, _session, answer) => {
      server.named.push(address);
      answer(refusal(server.answers.recipient(address)));
    },
    onData: (stream, { envelope }, answer) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const taken: Taken = {
          to: envelope.rcptTo.map(({ address }) => address),
          from: envelope.mailFrom ? envelope.mailFrom.address : '',
          raw: Buffer.concat(chunks).toString('utf8'),
        };
        const refused = refusal(server.answers.message(taken));
        if (refused) return answer(refused);
        server.taken.push(taken);
        void Promise.resolve(server.onTaken(taken)).then(() => answer());
      });
    },
  });
  const sockets = new Set<Socket>();
  smtp.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => smtp.listen(port, '127.0.0.1', resolve));
  const at = (smtp.server.address() as AddressInfo).port;
  const server: MailServer = {
    url: `smtp://127.0.0.1:${at}`,
    port: at,
    connections: () => connections,
    named: [],
    taken: [],
    answers: { recipient: () => undefined, message: () => undefined },
    onTaken: () => undefined,
    hangUp() {
      for (const socket of sockets) socket.destroy();
    },
    stop: () => new Promise((resolve) => smtp.close(() => resolve())),
  };
  return server;
}

function refusal(code: number | undefined): Error | null {
  return code === undefined ? null : Object.assign(new Error('no'), { responseCode: code });
}

/** One header of a message as it went over the wire, unfolded; undefined where it has none. */
export function headerOf(raw: string, name: string): string | undefined {
  const head = raw.slice(0, raw.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
  const found = head.split('\r\n').find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return found?.slice(name.length + 1).trim();
}
