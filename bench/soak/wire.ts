import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire to a far end that can be exchanged, and cut: its port stays, so that the stack has one address for all drills. */
export type Wire = {
  port: number;
  leadTo: (port: number) => void;
  /** Breaks what is on the wire and takes no more, as the host of a far end does that has died. */
  cut: () => void;
  /** Takes connections and says nothing on them. */
  hang: () => void;
  /** Lets half of each answer through and breaks the connection. */
  halve: () => void;
  /** Gives each answer twice. */
  double: () => void;
  mend: () => void;
  stop: () => Promise<void>;
};

type State = 'whole' | 'cut' | 'hangs' | 'halves' | 'doubles';

/** A wire on loopback that leads nowhere yet. */
export async function startWire(): Promise<Wire> {
  let target = 0;
  let state: State = 'whole';
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') return void near.destroy();
    if (state === 'hangs') return;
    const far = connect(target, '127.0.0.1');
    keep(far);
    near.pipe(far);
    far.on('data', (answer: Buffer) => {
      // A socket that cannot keep up is none of a few mails: what it does not take at once it keeps.
      if (state === 'halves') near.write(answer.subarray(0, answer.length >> 1), () => near.resetAndDestroy());
      else near.write(state === 'doubles' ? Buffer.concat([answer, answer]) : answer);
    });
    far.on('end', () => near.end());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const breakAll = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => void (target = port),
    cut() {
      state = 'cut';
      breakAll();
    },
    hang: () => void (state = 'hangs'),
    halve: () => void (state = 'halves'),
    double: () => void (state = 'doubles'),
    mend() {
      // Who was answered twice would take the second answer for that of its next question.
      if (state === 'hangs' || state === 'doubles') breakAll();
      state = 'whole';
    },
    stop: () =>
      new Promise((resolve) => {
        breakAll();
        server.close(() => resolve());
      }),
  };
}
