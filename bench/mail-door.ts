import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { migrate } from '../store/migrate.js';
import { freePort, spawnNode, startPostgres } from '../tools/servers.mjs';
import { newKeys } from '../trust/keys.js';
import type { Figure, Row } from './figures.js';
import { hostileMails } from './hostile-mails.js';

const WAIT_MS_MAX = 250;
const MB = 1024 * 1024;
const NOOPS = 200_000;
const QUIET_MS = 2_000;
const noteSchema = z.object({ loopMs: z.number(), rssBytes: z.number() });
type Note = z.output<typeof noteSchema>;

/** Longest time that a second client of the mail door waited for an answer while each hostile mail was sent, read and answered. */
export async function mailDoor({ dir, say }: { dir: string; say: (line: string) => void }): Promise<Figure> {
  const opened: (() => unknown)[] = [];
  try {
    say('starting PostgreSQL and the mail door …');
    const postgres = await startPostgres({ dir: join(dir, 'postgres') });
    opened.push(() => postgres.stop());
    await migrate(postgres.url);
    const notes = await listenForNotes();
    opened.push(notes.stop);
    const env = {
      BENCH_PORT: String(notes.port),
      NODE_OPTIONS: `--import ${new URL('./note-loop.mjs', import.meta.url).href}`,
      DATABASE_URL: postgres.url,
      INBOUND_SMTP_PORT: String(await freePort()),
      SMTP_URL: 'smtp://127.0.0.1:9',
      WAREHOUSE_URL: 'http://127.0.0.1:9',
      RECALL_KEYS: JSON.stringify(newKeys()),
      LOG_LEVEL: 'error',
    };
    const logFile = join(dir, 'mail-door.log');
    const door = await spawnNode<{ inboundPort: number }>('workers/mail-door.ts', { env, logFile });
    opened.push(() => door.stop());
    const { inboundPort } = door.ready;
    const second = await client(inboundPort);
    opened.push(second.close);
    // The threads are up when the first mails have been read.
    await Promise.all([mail(second, ORDINARY), sendAlone(inboundPort, ORDINARY)]);

    const rows: Row[] = [];
    const all: Note[] = [];
    const during = async (what: string, work: Promise<unknown>): Promise<void> => {
      await notes.next();
      const longestMs = await longestWait(second, work);
      const note = await notes.next();
      all.push(note);
      say(`${what}: waited ${longestMs.toFixed(0)} ms, the loop ${note.loopMs.toFixed(0)} ms`);
      rows.push({ what: `wait: ${what}`, unit: 'ms', value: longestMs, limit: WAIT_MS_MAX, spread: null });
    };
    await during('nothing else', new Promise((resolve) => setTimeout(resolve, QUIET_MS)));
    for (const { name, raw } of hostileMails()) {
      const onWire = asSent(raw);
      await during(name, sendAlone(inboundPort, onWire));
    }
    await during('commands without end', flood(inboundPort));
    const most = (of: (note: Note) => number): number => Math.max(...all.map(of));
    const plain = { limit: null, spread: null };
    rows.push(
      {
        what: 'longest delay of the loop',
        unit: 'ms',
        value: most(({ loopMs }) => loopMs),
        limit: WAIT_MS_MAX,
        spread: null,
      },
      { what: 'memory at first', unit: 'MB', value: all[0]!.rssBytes / MB, ...plain },
      { what: 'most memory', unit: 'MB', value: most(({ rssBytes }) => rssBytes) / MB, ...plain },
    );
    const note =
      'a second client sends small mails over a connection of its own; each value is its longest wait for one answer';
    return { name: 'mail door', rows, note };
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

const ORDINARY = Buffer.from(
  'From: a@shop.example\r\nIn-Reply-To: <none@maker.example>\r\n\r\nOne of us was cut.\r\n\r\n.\r\n',
);

type Client = {
  socket: Socket;
  /** Says something and gives the code of the answer. */
  say: (said: string | Buffer) => Promise<number>;
  close: () => void;
};

async function client(port: number): Promise<Client> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  const codes: number[] = [];
  let wake = (): void => undefined;
  let isClosed = false;
  createInterface({ input: socket }).on('line', (line) => {
    if (/^\d{3}(?: |$)/.test(line)) codes.push(Number(line.slice(0, 3)));
    wake();
  });
  socket.on('close', () => ((isClosed = true), wake()));
  const heard = async (): Promise<number> => {
    while (codes.length === 0 && !isClosed) await new Promise<void>((resolve) => (wake = resolve));
    return codes.shift() ?? 0;
  };
  const say = (said: string | Buffer): Promise<number> => {
    socket.write(said);
    return heard();
  };
  await heard();
  await say('EHLO bench.example\r\n');
  return { socket, say, close: () => void socket.destroy() };
}

/** A mail as it goes over the wire. Made beforehand: the second client lives in this process and would wait for it. */
function asSent(raw: Buffer): Buffer {
  return Buffer.concat([Buffer.from(raw.toString('latin1').replaceAll(/^\./gm, '..'), 'latin1'), END]);
}

/** Sends a mail; gives its code and the longest wait for one answer. */
async function mail(to: Client, whole: Buffer): Promise<{ code: number; longestMs: number }> {
  let [code, longestMs] = [0, 0];
  for (const said of ['MAIL FROM:<a@shop.example>\r\n', 'RCPT TO:<reply@maker.example>\r\n', 'DATA\r\n', whole]) {
    const saidAt = performance.now();
    code = await to.say(said);
    longestMs = Math.max(longestMs, performance.now() - saidAt);
  }
  return { code, longestMs };
}

const END = Buffer.from('\r\n.\r\n');

/** A sender of its own, which must be answered whatever it sends. */
async function sendAlone(port: number, onWire: Buffer): Promise<void> {
  const sender = await client(port);
  const { code } = await mail(sender, onWire);
  sender.close();
  if (code !== 250) throw new Error(`a mail of ${onWire.length} bytes was answered with ${code}`);
}

/** Says what has no effect until the door has enough of it. */
async function flood(port: number): Promise<void> {
  const sender = await client(port);
  const closed = new Promise((resolve) => sender.socket.once('close', resolve));
  sender.socket.write('NOOP\r\n'.repeat(NOOPS));
  await closed;
}

/** Has the second client send mails for as long as some work goes on. */
async function longestWait(second: Client, work: Promise<unknown>): Promise<number> {
  const going = { on: true };
  const over = work.finally(() => (going.on = false));
  // Thrown once the loop below is over.
  over.catch(() => undefined);
  let longest = 0;
  do {
    const { code, longestMs } = await mail(second, ORDINARY);
    if (code !== 250) throw new Error(`the second client was answered with ${code}`);
    longest = Math.max(longest, longestMs);
  } while (going.on);
  await over;
  return longest;
}

/** Asks the door how it has been since the last time. */
async function listenForNotes(): Promise<{ port: number; next: () => Promise<Note>; stop: () => void }> {
  let heard: (note: Note) => void = () => undefined;
  let connected: (socket: Socket) => void = () => undefined;
  const door = new Promise<Socket>((resolve) => (connected = resolve));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => heard(noteSchema.parse(JSON.parse(line))));
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async next() {
      const socket = await door;
      const note = new Promise<Note>((resolve) => (heard = resolve));
      socket.write('\n');
      return note;
    },
    stop: () => void server.close(),
  };
}
