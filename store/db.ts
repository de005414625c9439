import pg from 'pg';

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
export type Queryable = Pick<pg.PoolClient, 'query'>;

/** A connection pool. A server that goes away ends idle clients, which is no reason to end the process. */
export function createPool(url: string, max = 10): Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', () => undefined);
  return pool;
}

/** Data and integrity: what the database says of the content itself, which it will take at no other time. Who comes second to a key may find it free. */
const FOR_EVER = /^(22|23(?!505))/;

/** Whether the database refuses the content of a query, and not the query for now. */
export function isRefusedForEver(failed: unknown): boolean {
  return failed instanceof pg.DatabaseError && FOR_EVER.test(failed.code ?? '');
}

/** Runs `work` in one transaction: all of it or nothing. */
export async function withTransaction<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('begin');
    const done = await work(client);
    await client.query('commit');
    return done;
  } catch (failed) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw failed;
  } finally {
    client.release(broken);
  }
}
