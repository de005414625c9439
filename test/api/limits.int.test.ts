import { afterEach, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { DOOR_LIMITS, type DoorLimits } from '../../api/limits.js';
import { createApi } from '../../api/server.js';
import { eventually } from '../eventually.js';
import { ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';
import { BOUNDARY, chunkOf, partOf, rawConnection, uploadHead } from './raw-http.js';

const LOCAL_KEY = 'a key of this test alone';
const HEADERS = { authorization: `Local ${LOCAL_KEY}` };
const HEAD = 'code,name,customerType,language,email,phone\n';
const database = ownDatabase();

const opened: FastifyInstance[] = [];
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});

/** Address of an API with limits of the test's own. */
async function doorWith(limits: Partial<DoorLimits>): Promise<string> {
  const api = await createApi(apiDeps(database.pool, { localKey: LOCAL_KEY }), { ...DOOR_LIMITS, ...limits });
  opened.push(api);
  return api.listen({ host: '127.0.0.1', port: 0 });
}

const postHead = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nhost: test\r\nauthorization: Local ${LOCAL_KEY}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const GET = 'GET /style.css HTTP/1.1\r\nhost: test\r\n\r\n';

describe('at the door', () => {
  test('connections beyond so many are closed at once, and those within are served', async () => {
    const url = await doorWith({ connectionsMax: 2 });
    const [first, second] = [await rawConnection(url), await rawConnection(url)];
    const third = await rawConnection(url);
    expect(await third.closed).toBe('');
    for (const one of [first, second]) {
      one.write(GET);
      await eventually('it is served', async () => one.answer.includes('200 OK'));
      one.socket.destroy();
    }
  });

  test('header lines that are too long together are refused', async () => {
    const one = await rawConnection(await doorWith({}));
    one.write(`GET /style.css HTTP/1.1\r\nhost: test\r\nx-filler: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await one.closed).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('who begins a request and does not go on is not waited for', async () => {
    const one = await rawConnection(await doorWith({ headersMsMax: 200 }));
    one.write('GET /style.css HTTP/1.1\r\nhost: te');
    expect(await one.closed).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('nor is who begins a body, however steadily it trickles', async () => {
    const one = await rawConnection(await doorWith({ bodyMsMax: 300 }));
    one.write(postHead('/recalls/preview', 1_000));
    const trickle = setInterval(() => one.write(' '), 20);
    const answer = await one.closed;
    clearInterval(trickle);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('nothing was changed');
  });

  test('a connection that asks nothing more is closed', async () => {
    const one = await rawConnection(await doorWith({ idleMsMax: 100 }));
    one.write(GET);
    expect(await one.closed).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a body that is too large for its route is refused', async () => {
    const url = await doorWith({});
    for (const [path, type, bytes] of [
      ['/recalls/preview', 'application/json', 1_100_000],
      ['/d/x', 'application/x-www-form-urlencoded', 70_000],
      ['/r/x', 'application/x-www-form-urlencoded', 70_000],
    ] as const) {
      const headers = { ...HEADERS, 'content-type': type };
      const { status } = await fetch(`${url}${path}`, { method: 'POST', headers, body: `a=${'x'.repeat(bytes)}` });
      expect([path, status]).toEqual([path, 413]);
    }
  });

  test.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('%s in each other, a hundred thousand deep, are refused as what they are', async (_what, begin, end) => {
    const url = await doorWith({});
    const body = `${begin.repeat(100_000)}1${end.repeat(100_000)}`;
    for (const path of ['/recalls/preview', '/recalls', '/recalls/RC-2026-0001/answers', '/imports/roster']) {
      const headers = { ...HEADERS, 'x-recall-person': 'somebody', 'content-type': 'application/json' };
      const response = await fetch(`${url}${path}`, { method: 'POST', headers, body });
      expect([response.status, await response.json()]).toMatchObject([400, { message: 'this is nested too deep' }]);
    }
  });
});

describe('a file', () => {
  /** An upload of contacts that has begun. */
  async function begin(limits: Partial<DoorLimits>) {
    const one = await rawConnection(await doorWith(limits));
    one.write(uploadHead('/imports/contacts', HEADERS));
    one.write(chunkOf(partOf('file', 'c.csv', HEAD, '')));
    return one;
  }
  const filler = (index: number): Buffer => chunkOf(Buffer.from(`${index},${'N'.repeat(900)},shop,en,,\n`));

  test('that stops coming is not waited for, nor one that comes byte by byte', async () => {
    const limits = { stallMs: 200, stallBytesMin: 1_000 };
    const silent = await begin(limits);
    const trickling = await begin(limits);
    const trickle = setInterval(() => trickling.write(chunkOf(Buffer.from('1'))), 20);
    const answers = await Promise.all([silent.closed, trickling.closed]);
    clearInterval(trickle);
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*stopped coming/);
  });

  test('may take longer than any other request while its bytes come', async () => {
    const one = await begin({ bodyMsMax: 100, stallMs: 400, stallBytesMin: 1_000 });
    const begun = Date.now();
    let sent = 0;
    const flow = setInterval(() => one.write(filler((sent += 1))), 20);
    await eventually('much longer has passed', async () => Date.now() - begun > 1_500);
    clearInterval(flow);
    one.write(chunkOf(Buffer.from(`\r\n--${BOUNDARY}--\r\n`)));
    one.write('0\r\n\r\n');
    await eventually('it is taken', async () => one.answer.includes(`"rows":${sent}`));
    one.socket.destroy();
  });

  test('that was refused is read on for a while, and no longer', async () => {
    const one = await rawConnection(await doorWith({ drainMsMax: 200 }));
    one.write(uploadHead('/imports/contacts', { authorization: 'Local wrong' }));
    one.write(chunkOf(partOf('file', 'c.csv', HEAD, '')));
    const flow = setInterval(() => one.write(filler(1)), 20);
    const answer = await one.closed;
    clearInterval(flow);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
});
