import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPool, type Pool } from '../../store/db.js';
import { startStack, type Stack } from '../../workers/stack.js';
import { deliver, replyTo } from '../api/inbound.mail.js';
import { eventually } from '../eventually.js';

const { DATABASE_URL } = process.env;
const SERVES_MS_MAX = 90_000;
let dir: string;
let stack: Stack;
let pool: Pool;
const said: string[] = [];

beforeAll(async () => {
  // The stack is to have a PostgreSQL of its own, which can be killed.
  delete process.env.DATABASE_URL;
  dir = await mkdtemp(join(tmpdir(), 'recall-stack-'));
  const nobody = { smtpUrl: 'smtp://127.0.0.1:9', warehouseUrl: 'http://127.0.0.1:9', authorityMail: {} };
  stack = await startStack({ dir, ui: false, ...nobody, say: (line) => said.push(line), env: { LOG_LEVEL: 'warn' } });
  pool = createPool(stack.postgres.url, 2);
}, 120_000);
afterAll(async () => {
  await pool.end();
  await stack.stop();
  await rm(dir, { recursive: true, force: true });
  process.env.DATABASE_URL = DATABASE_URL;
}, 60_000);

const children = () => ({
  worker: stack.worker,
  api: stack.api,
  'mail door': stack.mailDoor,
  Temporal: stack.temporal,
  PostgreSQL: stack.postgres as Extract<Stack['postgres'], { pid: number }>,
});
type Name = keyof ReturnType<typeof children>;

/** Every part of it, each at the address that it had. */
async function serves(): Promise<boolean> {
  if (Object.values(children()).some((child) => !child.isRunning())) return false;
  try {
    await pool.query('select 1');
    const health = await fetch(`${stack.url}/health`);
    return health.ok && (await deliver(stack.inboundPort, replyTo('<none@maker.example>', 'yes'))) === 250;
  } catch {
    return false;
  }
}

test.each<Name[]>([
  ['worker'],
  ['api'],
  ['mail door'],
  ['Temporal'],
  ['PostgreSQL'],
  ['api', 'mail door'],
  ['Temporal', 'PostgreSQL'],
])(
  'after kill -9 of %s %s the stack serves again where it did',
  async (...names) => {
    const killed = names.filter((name) => name !== undefined).map((name) => children()[name]);
    const before = killed.map(({ pid }) => pid);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await eventually(
      'it serves again',
      async () => killed.every(({ pid }, at) => pid !== before[at]) && serves(),
      SERVES_MS_MAX,
    );
    expect(said.join('\n')).not.toContain('GIVEN UP');
  },
  120_000,
);
