import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { failureConverterPath } from '../trust/data-converter.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Path of the workflow's bundle; built once for each state of the code that goes into it. */
export async function workflowBundle(cacheDir: string): Promise<string> {
  const path = join(cacheDir, `workflow-${contentHash()}.js`);
  if (existsSync(path)) return path;
  mkdirSync(cacheDir, { recursive: true });
  const quiet = { trace: none, debug: none, info: none, warn: none, error: none, log: none };
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows', 'recall.ts'),
    failureConverterPath: failureConverterPath(),
    logger: quiet,
  });
  // Another process may build the same bundle: it sees either none or a whole one.
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, code);
  renameSync(fresh, path);
  return path;
}

function none(): void {}

function contentHash(): string {
  const hash = createHash('sha256').update(readFileSync(join(ROOT, 'package-lock.json')));
  for (const folder of ['engine', 'workflows', 'trust']) {
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .sort()) {
      hash.update(name).update(readFileSync(join(ROOT, folder, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}
