import { connect, type Socket } from 'node:net';

/** A connection on which every byte is the test's own. */
export type RawConnection = {
  socket: Socket;
  /** All that has come back. */
  readonly answer: string;
  write: (bytes: string | Buffer) => void;
  /** Resolves with all that has come back when the other side has closed. */
  closed: Promise<string>;
};

export async function rawConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => (answer += text));
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(answer)));
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  return {
    socket,
    get answer() {
      return answer;
    },
    write: (bytes) => void socket.write(bytes),
    closed,
  };
}

export const BOUNDARY = 'x-boundary-x';

/** A part of an upload; without an end, one that goes on. */
export function partOf(name: string, file: string, content: string | Buffer, end = '\r\n'): Buffer {
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"; filename="${file}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from(end)]);
}

/** The head of an upload whose length is not known, with its parts as chunks. */
export function uploadHead(path: string, headers: Record<string, string>): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'host: test',
    `content-type: multipart/form-data; boundary=${BOUNDARY}`,
    'transfer-encoding: chunked',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export function chunkOf(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
}
