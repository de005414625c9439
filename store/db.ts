import pg from 'pg';

export type Pool = pg.Pool;
export type Client = pg.PoolClient;
export type Queryable = Pick<pg.PoolClient, 'query'>;

/** A connection pool. A server that goes away ends its clients, which is no reason to end the process. */
export function createPool(url: string, max = 10): Pool {
  const pool = new pg.Pool({ connectionString: url, max });
  pool.on('error', () => undefined);
  // One that is in use says so to its holder, whose query fails; said to nobody, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Data and integrity: what the database says of the content itself, which it will take at no other time. Who comes second to a key may find it free. */
const FOR_EVER = /^(22|23(?!505))/;

/** Whether the database refuses the content of a query, and not the query for now. */
export function isRefusedForEver(failed: unknown): boolean {
  return failed instanceof pg.DatabaseError && FOR_EVER.test(failed.code ?? '');
}

const DEADLOCK = '40P01';

/** Whether two transactions have waited for each other, of which the database has ended this one. */
export function isDeadlock(failed: unknown): boolean {
  return failed instanceof pg.DatabaseError && failed.code === DEADLOCK;
}

/** Connection, resources, operator intervention, input and output: what the server says when it is not there, and of a standby. */
const AWAY = /^(08|53|57|58|25006)/;
const NO_CONNECTION = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH'];
/** What the driver says, which has no code for it. */
const TERMINATED =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

/** Whether a query failed because the database is not there, or takes nothing for now. */
export function isDatabaseAway(failed: unknown): boolean {
  if (typeof failed !== 'object' || failed === null) return false;
  if (failed instanceof pg.DatabaseError) return AWAY.test(failed.code ?? '');
  const { code, message, errors } = failed as { code?: unknown; message?: unknown; errors?: unknown };
  if (Array.isArray(errors) && errors.some(isDatabaseAway)) return true;
  return NO_CONNECTION.includes(String(code)) || TERMINATED.test(String(message));
}

/** Whether it can be written. Throws where it does not answer. */
export async function isWritable(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ readOnly: string }>(
    `select current_setting('transaction_read_only') as "readOnly"`,
  );
  return rows[0]!.readOnly === 'off';
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

/** Runs queries that all see the database as it was at the first of them. */
export async function withSnapshot<T>(pool: Pool, work: (client: Client) => Promise<T>): Promise<T> {
  return withTransaction(pool, async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    return work(client);
  });
}

/** The rows of a query, so many at a time and never all of them, within a transaction. One query a client at a time. */
export async function* pagesOf<Row extends pg.QueryResultRow>(
  client: Client,
  text: string,
  size: number,
  values: unknown[] = [],
): AsyncGenerator<Row[]> {
  await client.query(`declare pages no scroll cursor for ${text}`, values);
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${size} from pages`);
    if (rows.length === 0) break;
    yield rows;
  }
  await client.query('close pages');
}
