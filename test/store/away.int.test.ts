import { afterAll, expect, it } from '@jest/globals';
import {
  createPool,
  isDatabaseAway,
  isRefusedForEver,
  isWritable,
  withTransaction,
  type Pool,
} from '../../store/db.js';
import { testDatabaseUrl } from '../servers.js';
import { ownDatabase } from './database.js';

const database = ownDatabase();
const pools: Pool[] = [];
afterAll(async () => {
  for (const pool of pools) await pool.end();
});

function poolOf(url: string): Pool {
  const pool = createPool(url, 2);
  pools.push(pool);
  return pool;
}

async function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
}

it('a server that ends a client in the middle of its transaction ends that alone, and the next one works', async () => {
  const { pool } = database;
  const broken = await thrownBy(
    withTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await pool.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
      await client.query('select 1');
    }),
  );
  expect([isDatabaseAway(broken), isRefusedForEver(broken)]).toEqual([true, false]);
  await withTransaction(pool, (client) => client.query('select 1'));
});

it('a server that is not there is away, and a query that is wrong is not', async () => {
  expect(isDatabaseAway(await thrownBy(poolOf('postgres://127.0.0.1:9/none').query('select 1')))).toBe(true);
  const wrong = await thrownBy(database.pool.query("select 'x'::integer"));
  expect([isDatabaseAway(wrong), isRefusedForEver(wrong)]).toEqual([false, true]);
  expect(isDatabaseAway(new TypeError('x is not a function'))).toBe(false);
});

it('a database that takes no writes says so, and what is written to it may be written later', async () => {
  const readOnly = poolOf(`${await testDatabaseUrl()}?options=-c%20default_transaction_read_only%3Don`);
  expect([await isWritable(database.pool), await isWritable(readOnly)]).toEqual([true, false]);
  const refused = await thrownBy(readOnly.query('create table thing (x integer)'));
  expect([isDatabaseAway(refused), isRefusedForEver(refused)]).toEqual([true, false]);
});
