import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import { withTransaction } from '../../store/db.js';
import { enqueue } from '../../store/outbox.js';
import { temporalAddress } from '../servers.js';
import { openRecall, OPENED, ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';

/** A Temporal server that runs, and no worker that asks it for the product's work. */
const database = ownDatabase();
let connection: Connection;
let silent: Server;
let api: FastifyInstance;
beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
  silent = createServer((socket) => socket.on('error', () => undefined).write('421 not now\r\n'));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const mailDoor = { host: '127.0.0.1', port };
  api = await createApi(apiDeps(database.pool, { client: new Client({ connection }), mailDoor }));
});
afterAll(async () => {
  await api.close();
  await connection.close();
  await new Promise((resolve) => silent.close(resolve));
});

async function said(url: string): Promise<{ status: number; message?: string }> {
  const answer = await api.inject({ method: 'GET', url });
  return { status: answer.statusCode, message: answer.json<{ message?: string }>().message };
}

const DOORS = ['no worker asks for work', 'the mail door does not answer'];

describe('whether it is ready', () => {
  it('names everything that is missing at once, and is alive all the same', async () => {
    expect(await said('/health/ready')).toEqual({ status: 503, message: DOORS.join('; ') });
    expect(await said('/health')).toEqual({ status: 503, message: DOORS.join('; ') });
    expect((await said('/health/live')).status).toBe(200);
  });

  it('says how long a message waits for its workflow, once that is too long', async () => {
    const { pool } = database;
    const recallId = await openRecall(pool);
    const input = { type: 'receipt came', about: { kind: 'filing', id: 'gb/initial/1' }, reference: 'x' } as never;
    await withTransaction(pool, (client) => enqueue(client, recallId, { id: 'late', at: OPENED, input }));
    expect((await said('/health/ready')).message).toBe(DOORS.join('; '));
    await pool.query(`update outbox set told_at = told_at - interval '90 s' where id = 'late'`);
    const waits = expect.stringMatching(/^no worker .*; what doors have seen waits for 9\d s to be told$/);
    expect(await said('/health/ready')).toEqual({ status: 503, message: waits });
    await pool.query(`update outbox set done_at = now() where id = 'late'`);
    expect((await said('/health/ready')).message).toBe(DOORS.join('; '));
  });
});

describe('a database with other migrations than those of this build', () => {
  it.each([
    [`delete from schema_migration where name = '0002_sales.sql'`, 'the database lacks the migration 0002_sales.sql'],
    [`update schema_migration set sha256 = 'x'`, 'the database has another migration 0001_core.sql'],
    [
      `insert into schema_migration (name, sha256) values ('9999_later.sql', 'x')`,
      'the database has the migration 9999_later.sql, which this build does not know',
    ],
    ['alter table schema_migration rename to elsewhere', 'the database has no migrations'],
  ])('is named and answered as what it is: %s', async (sql, message) => {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query(sql);
      // What is changed here is seen by nobody else, and is not there any more after the test.
      const pool = { query: client.query.bind(client), connect: () => Promise.resolve(client) } as never;
      const other = await createApi(apiDeps(pool, { client: new Client({ connection }) }));
      const ready = await other.inject({ method: 'GET', url: '/health/ready' });
      const page = await other.inject({ method: 'GET', url: '/r/anything' });
      await other.close();
      expect([ready.statusCode, page.statusCode, page.headers['retry-after']]).toEqual([503, 503, '5']);
      expect(ready.json<{ message: string }>().message).toBe(`${message}; no worker asks for work`);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('is taken up as soon as it is migrated, and is not looked at again', async () => {
    const { pool } = database;
    await pool.query('alter table schema_migration rename to elsewhere');
    const other = await createApi(apiDeps(pool));
    const asked = async (): Promise<number> => (await other.inject({ method: 'GET', url: '/r/anything' })).statusCode;
    const before = await asked();
    await pool.query('alter table elsewhere rename to schema_migration');
    const after = await asked();
    await other.close();
    expect([before, after]).toEqual([503, 404]);
  });
});
