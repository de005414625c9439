import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { requestOf } from '../../api/contract/request.js';
import type { Given, RouteName } from '../../api/contract/routes.js';
import { createApi } from '../../api/server.js';
import { eventually } from '../eventually.js';
import { ownDatabase } from '../store/database.js';
import { samplePath } from '../store/sample-sales.js';
import { fileOf } from '../store/sales-files.js';
import { apiDeps } from './api-deps.js';
import { BOUNDARY, chunkOf, partOf, rawConnection, uploadHead } from './raw-http.js';

const LOCAL_KEY = 'a key of this test alone';
const HEADERS = { authorization: `Local ${LOCAL_KEY}` };
const MAPPING = { file: 'mapping.yaml', text: readFileSync(samplePath('mapping.yaml'), 'utf8') };
const END = `--${BOUNDARY}--\r\n`;

const database = ownDatabase();
let api: FastifyInstance;
let url: string;
beforeAll(async () => {
  api = await createApi(apiDeps(database.pool, { localKey: LOCAL_KEY }));
  url = await api.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => api.close());

async function sendTo<N extends RouteName>(name: N, given: Given<N>): Promise<{ status: number; json: unknown }> {
  const { path, ...init } = requestOf(name, given, { localKey: LOCAL_KEY });
  const response = await fetch(`${url}${path}`, init);
  return { status: response.status, json: await response.json() };
}

const named = (name: string, content: string | Buffer) => ({
  name,
  content: new Blob([new Uint8Array(Buffer.from(content))]),
});
const importSales = (name: string, content: string | Buffer, mapping = MAPPING) =>
  sendTo('importSales', { upload: { mapping, file: named(name, content) } });
const importContacts = (content: string | Buffer) =>
  sendTo('importContacts', { upload: { file: named('contacts.csv', content) } });

const lineOf = (invoice: number, item = '22423', customer = '17850.0'): string =>
  `${invoice},${item},CAKESTAND,6,2011-03-01 08:26:00,12.75,${customer},United Kingdom`;
const salesOf = (first: number, count: number): string =>
  fileOf(Array.from({ length: count }, (_, index) => lineOf(first + index)));

async function countOf(table: 'sale_line' | 'contact'): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(`select count(*)::integer as count from ${table}`);
  return rows[0]!.count;
}

/** Connections that hold a table of rows which are not taken yet, and what they are doing. */
async function stagings(): Promise<{ state: string; inTransaction: boolean }[]> {
  const { rows } = await database.pool.query<{ state: string; inTransaction: boolean }>(
    `select state, xact_start is not null as "inTransaction" from pg_stat_activity
      where datname = current_database() and query like '%staged%' and query not like '%pg_stat_activity%'`,
  );
  return rows;
}

async function stagedTables(): Promise<number> {
  const { rows } = await database.pool.query<{ count: number }>(
    `select count(*)::integer as count from pg_class where relname = 'staged' and relpersistence = 't'`,
  );
  return rows[0]!.count;
}

test('what was packed is taken as what was not, and again adds nothing', async () => {
  const text = salesOf(100_000, 50);
  expect((await importSales('packed.csv.gz', gzipSync(text))).json).toMatchObject({ rows: 50, added: 50 });
  expect((await importSales('plain.csv', text)).json).toMatchObject({ rows: 50, added: 0, alreadyThere: 50 });
});

test('codes and names are one however their accents were typed', async () => {
  const [one, two] = ['CAF\u00c9-1', 'CAFE\u0301-1'];
  const composed = await importSales('composed.csv', fileOf([lineOf(1, one, one)]));
  const decomposed = await importSales('decomposed.csv', fileOf([lineOf(1, two, two)]));
  expect([composed.json, decomposed.json]).toMatchObject([{ added: 1 }, { added: 0, alreadyThere: 1 }]);
  const contacts = (code: string) =>
    `code,name,customerType,language,email,phone\n${code},Ren\u0065\u0301e,shop,fr,,\n`;
  const before = await countOf('contact');
  await importContacts(contacts(one));
  await importContacts(contacts(two));
  expect((await countOf('contact')) - before).toBe(1);
  const { rows } = await database.pool.query('select name from contact where code = $1', [one]);
  expect(rows).toEqual([{ name: 'Ren\u00e9e' }]);
  const scope = { item: two, from: '2026-03-03', to: '2026-03-03' };
  expect((await sendTo('previewRecall', { body: { scope } })).json).toMatchObject({ trace: { saleLines: 1 } });
});

describe('a file that is no text', () => {
  const bad = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.from([0xe9, 0x0a])]);

  test.each([
    ['sales', () => importSales('s.csv', bad(`${salesOf(1, 2)}x`)), 's.csv:4:2'],
    ['contacts', () => importContacts(bad('code,name\n1,Caf')), 'contacts.csv:2:6'],
    ['NUL in sales', () => importSales('s.csv', `${salesOf(1, 1)}a\0`), 's.csv:3:2'],
  ])('is refused where it stops to be one: %s', async (_what, send, where) => {
    const before = await countOf('sale_line');
    const { status, json } = await send();
    expect([status, json]).toMatchObject([400, { code: 'wrong-use', where }]);
    expect(await countOf('sale_line')).toBe(before);
  });

  test('is refused as a mapping, and as a body of JSON', async () => {
    const form = new FormData();
    form.append('mapping', new Blob([new Uint8Array(bad('mapping: a\nversion: '))]), 'm.yaml');
    form.append('file', new Blob(['a']), 's.csv');
    const upload = await fetch(`${url}/imports/sales`, { method: 'POST', headers: HEADERS, body: form });
    expect([upload.status, await upload.json()]).toMatchObject([400, { where: 'm.yaml:2:10' }]);
    const headers = { ...HEADERS, 'content-type': 'application/json' };
    const body = new Uint8Array(bad('{"file":"r.yaml","text":"Caf'));
    const roster = await fetch(`${url}/imports/roster`, { method: 'POST', headers, body });
    expect([roster.status, await roster.json()]).toMatchObject([400, { code: 'wrong-use', where: 'body:1:29' }]);
  });
});

test.each<[string, [string, string][], string]>([
  ['without its mapping', [['file', 's.csv']], 'form.mapping'],
  ['with its mapping behind it', [['file', 's.csv'], ['mapping', 'm.yaml']], 'form.mapping'], // prettier-ignore
  ['without a file', [['mapping', 'm.yaml']], 'form'],
  ['with a part that nobody asked for', [['other', 'o.txt']], 'form.other'],
])('an upload %s is refused', async (_what, parts, where) => {
  const form = new FormData();
  for (const [name, file] of parts) form.append(name, new Blob([name === 'mapping' ? MAPPING.text : 'a']), file);
  const response = await fetch(`${url}/imports/sales`, { method: 'POST', headers: HEADERS, body: form });
  expect([response.status, await response.json()]).toMatchObject([400, { code: 'wrong-use', where }]);
});

test('a code that stands twice among contacts is refused with its line', async () => {
  const text = 'code,name,customerType,language,email,phone\n7,A,shop,en,,\n8,B,shop,en,,\n7,C,shop,en,,\n';
  const { status, json } = await importContacts(text);
  expect([status, json]).toMatchObject([422, { code: 'csv-malformed', where: 'contacts.csv:2, column code' }]);
});

describe('over a connection', () => {
  /** An upload of sales that has begun and goes on. */
  async function begin(content: string) {
    const connection = await rawConnection(url);
    connection.write(uploadHead('/imports/sales', HEADERS));
    connection.write(chunkOf(partOf('mapping', 'mapping.yaml', MAPPING.text)));
    connection.write(chunkOf(partOf('file', 'slow.csv', content, '')));
    return connection;
  }

  test('a file that comes slowly keeps nobody waiting, holds no transaction, and is taken when it is whole', async () => {
    const slow = await begin(salesOf(200_000, 30_000));
    await eventually('its lines wait beside the others', async () => (await stagings()).some(({ state }) => state === 'idle')); // prettier-ignore
    expect((await stagings()).every(({ inTransaction }) => !inTransaction)).toBe(true);
    expect((await importSales('quick.csv', salesOf(300_000, 100))).json).toMatchObject({ added: 100 });
    slow.write(chunkOf(Buffer.from(`${lineOf(400_000)}\n\r\n${END}`)));
    slow.write('0\r\n\r\n');
    await eventually('it is taken', async () => slow.answer.includes('"added":30001'));
    slow.socket.destroy();
  });

  test.each([
    ['breaks off', (slow: Awaited<ReturnType<typeof begin>>) => slow.socket.destroy()],
    ['ends before its last part does', (slow: Awaited<ReturnType<typeof begin>>) => slow.write('0\r\n\r\n')],
  ])('a file that %s changes nothing and leaves nothing', async (_what, end) => {
    const before = await countOf('sale_line');
    const slow = await begin(salesOf(500_000, 30_000));
    await eventually('a part of it is here', async () => (await stagedTables()) > 0);
    end(slow);
    await eventually('nothing of it is left', async () => (await stagedTables()) === 0);
    expect(await countOf('sale_line')).toBe(before);
    slow.socket.destroy();
  });

  test('who still sends a file that is refused hears why at once', async () => {
    const before = await countOf('sale_line');
    const slow = await begin('InvoiceNo,StockCode\n');
    await eventually('the refusal is here', async () => slow.answer.includes('slow.csv:1'));
    expect(slow.answer).toMatch(/^HTTP\/1\.1 422 /);
    // What is sent after it is read and left aside.
    for (let times = 0; times < 50; times += 1) slow.write(chunkOf(Buffer.alloc(65_536, 'x')));
    slow.write('0\r\n\r\n');
    slow.write('GET /style.css HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n');
    expect(await slow.closed).toMatch(/HTTP\/1\.1 422 [\s\S]*HTTP\/1\.1 200 /);
    expect(await countOf('sale_line')).toBe(before);
  });
});

test('so many files come in beside each other, and who comes after them is asked to come again', async () => {
  const slow = await Promise.all(
    Array.from({ length: 4 }, async (_, index) => {
      const connection = await rawConnection(url);
      connection.write(uploadHead('/imports/contacts', HEADERS));
      const begun = `code,name,customerType,language,email,phone\nslow-${index},`;
      connection.write(chunkOf(partOf('file', 'contacts.csv', begun, '')));
      return connection;
    }),
  );
  await eventually('all of them are taken', async () => (await stagedTables()) === slow.length);
  const contacts = 'code,name,customerType,language,email,phone\nafter,After,shop,en,,\n';
  expect(await importContacts(contacts)).toMatchObject({ status: 503, json: { code: 'service-missing' } });
  for (const { socket } of slow) socket.destroy();
  await eventually('one of them has ended', async () => (await importContacts(contacts)).status === 200);
});
