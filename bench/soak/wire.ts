import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire to a far end that can be exchanged, and cut: its port stays, so that the stack has one address for all drills. */
export type Wire = {
  port: number;
  leadTo: (port: number) => void;
  /** Breaks what is on the wire and takes no more, as the host of a far end does that has died. */
  cut: () => void;
  /** Takes connections and says nothing on them. */
  hang: () => void;
  mend: () => void;
  stop: () => Promise<void>;
};

/** A wire on loopback that leads nowhere yet. */
export async function startWire(): Promise<Wire> {
  let target = 0;
  let state: 'whole' | 'cut' | 'hangs' = 'whole';
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    keep(near);
    if (state === 'cut') return void near.destroy();
    if (state === 'hangs') return;
    const far = connect(target, '127.0.0.1');
    keep(far);
    near.pipe(far).pipe(near);
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
    mend() {
      if (state === 'hangs') breakAll();
      state = 'whole';
    },
    stop: () =>
      new Promise((resolve) => {
        breakAll();
        server.close(() => resolve());
      }),
  };
}
