import { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { RecallError } from '../engine/errors.js';
import { textOfFile } from '../engine/utf8.js';
import type { Problem } from './contract/problem.js';

/** What one sender may take of the door: connections, bytes and time. */
export type DoorLimits = {
  connectionsMax: number;
  /** All header lines of a request together, its path among them. */
  headersBytesMax: number;
  headersMsMax: number;
  /** The body of a request, unless its route says otherwise; files of imports have their own. */
  bodyBytesMax: number;
  /** From the headers to the end of the body. */
  bodyMsMax: number;
  /** A file may take as long as it needs while bytes come: at least so many in each such time. */
  stallMs: number;
  stallBytesMin: number;
  /** How long what is still sent of a refused file is read, so that its sender hears why. */
  drainMsMax: number;
  /** How long a connection stays open between requests. */
  idleMsMax: number;
};

export const DOOR_LIMITS: DoorLimits = {
  connectionsMax: 2_000,
  headersBytesMax: 16_384,
  headersMsMax: 15_000,
  bodyBytesMax: 1_048_576,
  bodyMsMax: 60_000,
  stallMs: 30_000,
  stallBytesMin: 4_096,
  drainMsMax: 10_000,
  idleMsMax: 10_000,
};
/** What a request is made of is flat; deeper than this is only what was made to exhaust a reader. */
const DEPTH_MAX = 64;
/** How often Node looks for connections whose headers take too long. */
const CHECKS_IN_TIME = 5;

/** The limits that the server keeps by itself. How long a body takes depends on its route, so `limitDoor` keeps it. */
export function serverLimits(limits: DoorLimits) {
  return {
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: 0,
    keepAliveTimeout: limits.idleMsMax,
    http: {
      headersTimeout: limits.headersMsMax,
      connectionsCheckingInterval: limits.headersMsMax / CHECKS_IN_TIME,
      maxHeaderSize: limits.headersBytesMax,
    },
  };
}

/** Ends connections beyond the limit, and requests whose bodies do not come. */
export function limitDoor(api: FastifyInstance, limits: DoorLimits): void {
  api.server.maxConnections = limits.connectionsMax;
  api.addHook('onRequest', async (request) => watchBody(request, limits));
  api.addHook('onResponse', async ({ raw, routeOptions }) => {
    if (!isUpload(routeOptions) || raw.readableEnded || raw.destroyed) return;
    // Nobody reads the rest of a refused file; what is left unread would hide the answer from who still sends.
    raw.unpipe();
    raw.resume();
    const ending = setTimeout(() => raw.destroy(), limits.drainMsMax);
    ending.unref();
    raw.once('close', () => clearTimeout(ending));
  });
}

/** What `serve` marks a route with that takes a file. */
export type UploadConfig = { upload: boolean };

function isUpload({ config }: FastifyRequest['routeOptions']): boolean {
  return (config as Partial<UploadConfig>).upload === true;
}

function watchBody({ raw, routeOptions }: FastifyRequest, limits: DoorLimits): void {
  // What a test injects has no connection that could be late.
  if (!(raw.socket instanceof Socket)) return;
  const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
  if (encoding === undefined && (length === undefined || length === '0')) return;
  let bytes = raw.socket.bytesRead;
  const watch = isUpload(routeOptions)
    ? setInterval(() => {
        const came = raw.socket.bytesRead - bytes;
        bytes += came;
        // What came and has not been taken yet is our slowness, not the sender's.
        if (came < limits.stallBytesMin && raw.readableLength === 0) cutOff(raw, 'the file stopped coming');
      }, limits.stallMs)
    : setTimeout(() => cutOff(raw, 'the request took too long to come'), limits.bodyMsMax);
  watch.unref();
  const stop = (): void => clearInterval(watch);
  raw.once('end', stop);
  raw.once('close', stop);
}

/** Says why and closes the connection, whatever its request has come to. */
function cutOff({ socket }: FastifyRequest['raw'], message: string): void {
  const problem: Problem = { type: 'about:blank', title: 'wrong-use', status: 408, code: 'wrong-use', message };
  const body = JSON.stringify({ ...problem, remedy: 'send it again; nothing was changed' });
  const head = [
    'HTTP/1.1 408 Request Timeout',
    'connection: close',
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

/** Refuses JSON that is nested too deep before anything is made of it. */
function requireFlat(json: string): void {
  let depth = 0;
  let isText = false;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (code === QUOTE) isText = !isText;
    else if (isText) index += code === BACKSLASH ? 1 : 0;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    if (depth <= DEPTH_MAX) continue;
    throw new RecallError({
      code: 'wrong-use',
      message: 'this is nested too deep',
      where: 'body',
      expected: `at most ${DEPTH_MAX} levels`,
      remedy: 'correct it and send it again; nothing was changed',
    });
  }
}

/** Bytes that are not UTF-8 are refused where they stand; JSON's own reader would put other characters in their place. */
export function readJsonStrictly(api: FastifyInstance): void {
  const parse = api.getDefaultJsonParser('error', 'error');
  api.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = textOfFile('body', body as Buffer);
      requireFlat(text);
    } catch (failed) {
      done(failed as Error);
      return;
    }
    void parse(request, text, done);
  });
}
