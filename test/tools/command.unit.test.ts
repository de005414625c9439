import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../../tools/setup.mjs';

/** The command as a person in a folder of the checkout types it. */
function npx(...args: string[]) {
  return spawnSync('npx', ['--offline', 'recall', ...args], { cwd: join(ROOT, 'playbooks'), encoding: 'utf8' });
}

test('npx recall prints nothing but its answer; paths count from where one is', () => {
  const { status, stdout, stderr } = npx('playbook', 'check', 'short-notice-drill.yaml', '--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout)).toBeTruthy();
});

test('npx recall passes on the exit code', () => {
  const { status, stdout, stderr } = npx('playbook', 'check', 'nothing.yaml');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^error: there is no such file\n {2}where: nothing\.yaml\n/);
});
