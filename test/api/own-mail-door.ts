import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { freePort, spawnNode, type Child } from '../../tools/servers.mjs';
import { newKeys } from '../../trust/keys.js';
import { runDirectory } from '../servers.js';

/** The mail door as a process of its own, at a port of its own. */
export async function ownMailDoor(databaseUrl: string): Promise<Child<{ inboundPort: number }>> {
  const port = await freePort();
  const env = {
    DATABASE_URL: databaseUrl,
    INBOUND_SMTP_PORT: String(port),
    SMTP_URL: 'smtp://127.0.0.1:9',
    WAREHOUSE_URL: 'http://127.0.0.1:9',
    RECALL_KEYS: JSON.stringify(newKeys()),
  };
  return spawnNode('workers/mail-door.ts', { env, logFile: join(runDirectory(), `mail-door-${port}.log`) });
}

/** A way to a database that can be shut: nobody answers there then, and whoever is connected is cut off. */
export type Way = { url: string; open: () => Promise<void>; shut: () => Promise<void> };

/** Shut at first, as a database that has not started yet. */
export async function wayTo(databaseUrl: string): Promise<Way> {
  const there = new URL(databaseUrl);
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(await freePort());
  let server: Server | null = null;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  return {
    url: url.toString(),
    async open() {
      const opened = createServer((near) => {
        const far = connect({ host: there.hostname, port: Number(there.port) });
        for (const [one, other] of [
          [near, far],
          [far, near],
        ] as const) {
          keep(one);
          one.pipe(other).on('close', () => one.destroy());
        }
      });
      server = opened;
      await new Promise<void>((resolve) => opened.listen(Number(url.port), '127.0.0.1', resolve));
    },
    async shut() {
      const closing = server;
      server = null;
      const closed = new Promise<void>((resolve) => (closing ? closing.close(() => resolve()) : resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
