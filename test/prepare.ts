import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import pg from 'pg';
import { migrate } from '../store/migrate.js';

await Promise.all([prepareTemplate(), prepareBundle()]);

function inCheckout(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

async function prepareTemplate(): Promise<void> {
  const server = process.env.RECALL_TEST_POSTGRES!;
  const name = process.env.RECALL_TEST_TEMPLATE!;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrate(url.toString());
}

async function prepareBundle(): Promise<void> {
  const workflowsPath = inCheckout('workflows/recall.ts');
  if (!existsSync(workflowsPath)) return;
  const quiet = () => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
  const at = process.env.RECALL_TEST_BUNDLE!;
  try {
    const { code } = await bundleWorkflowCode({
      workflowsPath,
      failureConverterPath: inCheckout('trust/failure-converter.ts'),
      logger,
    });
    writeFileSync(at, code);
  } catch (failed) {
    // Only tests that run a workflow shall fail on a workflow that does not bundle, and they shall say why.
    writeFileSync(`${at}.failed`, failed instanceof Error ? failed.message : String(failed));
  }
}
