import { expect, test } from '@jest/globals';
import pg from 'pg';
import { migrate } from '../../store/migrate.js';
import { temporalAddress, testDatabaseUrl, workflowBundle } from '../servers.js';

test('a fresh database has every migration, and migrating again from several processes changes nothing', async () => {
  const url = await testDatabaseUrl();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const applied = () => client.query('select name, applied_at from schema_migration order by name');
  const before = (await applied()).rows;
  await Promise.all([migrate(url), migrate(url), migrate(url)]);
  expect(before.length).toBeGreaterThan(0);
  expect((await applied()).rows).toEqual(before);
  await client.end();
});

test('what a run of tests shares is there', () => {
  expect(temporalAddress()).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(workflowBundle().codePath).toMatch(/workflow-bundle\.js$/);
});
