import { expect, it } from '@jest/globals';
import { createApi } from '../../api/server.js';
import { createPool } from '../../store/db.js';
import { testDatabaseUrl } from '../servers.js';
import { apiDeps } from './api-deps.js';

/** What an API answers that has this database, and no Temporal. */
async function answeredOn(url: string, path: string, form?: string) {
  const pool = createPool(url, 2);
  const deps = apiDeps(pool);
  const api = await createApi(deps);
  try {
    const headers = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await api.inject({ method: form === undefined ? 'GET' : 'POST', url: path, headers, payload: form });
    return { status: answer.statusCode, retryAfter: answer.headers['retry-after'], body: answer.body };
  } finally {
    await api.close();
    await pool.end();
  }
}

const AWAY = 'postgres://127.0.0.1:9/none';

it('a database that is away is no fault of who asks: they are told what is missing and when to come again', async () => {
  const { body, ...rest } = await answeredOn(AWAY, '/health');
  expect(rest).toEqual({ status: 503, retryAfter: '5' });
  expect(JSON.parse(body)).toMatchObject({
    code: 'service-missing',
    message: 'the database does not answer; Temporal does not answer',
  });
});

it('health names what is missing: a database that takes no writes, Temporal', async () => {
  const readOnly = `${await testDatabaseUrl()}?options=-c%20default_transaction_read_only%3Don`;
  const said = async (url: string): Promise<string> =>
    (JSON.parse((await answeredOn(url, '/health')).body) as { message: string }).message;
  expect(await said(readOnly)).toBe('the database takes no writes; Temporal does not answer');
  expect(await said(await testDatabaseUrl())).toBe('Temporal does not answer');
});

it('a page says that nothing is recorded yet, and that to send it again counts once', async () => {
  const link = '/d/AAAAAAAAAAAAAAAAAAAAAA';
  const { status, retryAfter, body } = await answeredOn(AWAY, link, 'outcome=approve&reason=&once=1');
  expect([status, retryAfter]).toEqual([503, '5']);
  expect(body).toContain('cannot say yet that this is recorded');
  expect(body).toContain('counts once');
  // Who only looks has sent nothing that could be recorded.
  const looked = await answeredOn(AWAY, link);
  expect([looked.status, looked.body.includes('open this page again'), looked.body.includes('recorded')]).toEqual([
    503,
    true,
    false,
  ]);
});
