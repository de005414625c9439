import { existsSync, readFileSync } from 'node:fs';
import { afterAll } from '@jest/globals';
import pg from 'pg';

const databases: string[] = [];
afterAll(async () => {
  // A database that a test still holds open stays; the end of the run takes the whole server down.
  for (const name of databases) await onServer(`drop database if exists ${name}`).catch(() => undefined);
});

/** URL of a fresh, migrated database of the caller's own; it is dropped after the test file. */
export async function testDatabaseUrl(): Promise<string> {
  const name = `recall_test_${process.pid}_${Date.now().toString(36)}_${databases.length}`;
  await onServer(`create database ${name} template ${given('RECALL_TEST_TEMPLATE')}`);
  databases.push(name);
  const url = new URL(given('RECALL_TEST_POSTGRES'));
  url.pathname = `/${name}`;
  return url.toString();
}

/** `host:port` of the run's Temporal dev server. */
export function temporalAddress(): string {
  return given('RECALL_TEST_TEMPORAL');
}

/** The workflow's bundle, made once for the run; throws what the bundler said where it could not be made. */
export function workflowBundle(): { codePath: string } {
  const codePath = given('RECALL_TEST_BUNDLE');
  if (existsSync(codePath)) return { codePath };
  throw new Error(
    existsSync(`${codePath}.failed`) ? readFileSync(`${codePath}.failed`, 'utf8') : 'no workflow to bundle',
  );
}

/** A directory of the run for logs and files; it is git-ignored, and cleared when the next run begins. */
export function runDirectory(): string {
  return given('RECALL_TEST_DIR');
}

async function onServer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: given('RECALL_TEST_POSTGRES') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function given(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing: only .int and .e2e tests have servers`);
  return value;
}
