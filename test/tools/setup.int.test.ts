import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/setup.mjs';
import { runDirectory } from '../servers.js';

type Failure = { error: { code: string; message: string; expected: string; remedy: string } };

/** The demo on a machine without Temporal and without a network, and with what is named in `env`. */
function demoWith(env: Record<string, string>): { exit: number | null; failure: Failure['error'] } {
  const { RECALL_TEMPORAL: _given, ...own } = process.env;
  const cache = mkdtempSync(join(runDirectory(), 'cache-'));
  const bare = { ...own, RECALL_OFFLINE: '1', RECALL_CACHE: cache, PATH: '/nowhere', ...env };
  const ended = spawnSync(process.execPath, ['tools/run.mjs', 'demo', '--json'], {
    cwd: ROOT,
    env: bare,
    encoding: 'utf8',
  });
  return { exit: ended.status, failure: (JSON.parse(ended.stdout) as Failure).error };
}

test('without Python the demo says that a server is missing and how to get it, and ends with 3', () => {
  const { exit, failure } = demoWith({ RECALL_PYTHON: 'no-such-python' });
  expect({ exit, code: failure.code }).toEqual({ exit: 3, code: 'service-missing' });
  expect(failure.message).toContain('no python3');
  expect(failure.remedy).toContain('python3');
});

test('with a Temporal that cannot be started the demo says so, and ends with 3', () => {
  const { exit, failure } = demoWith({ RECALL_TEMPORAL: '/no/such/temporal' });
  expect({ exit, code: failure.code }).toEqual({ exit: 3, code: 'service-missing' });
  expect(failure.message).toContain('Temporal cannot be started');
});
