import { connect } from 'node:net';
import proto from '@temporalio/proto';
import { RecallError } from '../engine/errors.js';
import { signingKeys } from '../store/checkpoints.js';
import { isDatabaseAway, isWritable } from '../store/db.js';
import { halts } from '../store/halts.js';
import { migrationLack } from '../store/migrate.js';
import { waitingByChannel } from '../store/outages.js';
import { awayProviders } from '../store/providers.js';
import { oldestWaitingMs } from '../store/outbox.js';
import { unknownLinksOfHour } from '../store/refusals.js';
import { TASK_QUEUE } from '../workflows/contract.js';
import type { ApiDeps } from './deps.js';
import { longestAppendMs } from './recall-workflow.js';

const ANSWER_MS_MAX = 3_000;
/** A worker asks Temporal for work at least once a minute, so one that was seen this long ago is gone. */
const POLLED_MS_MAX = 75_000;
/** What a door has seen is told within a second; an append takes milliseconds. */
const RELAY_MS_MAX = 30_000;
const APPEND_MS_MAX = 10_000;

type Lags = { relayLagMs: number; appendLagMs: number };

/** Whether all is there that a recall needs. Throws `service-missing` naming each thing that is not. */
export async function readiness(deps: ApiDeps): Promise<{ status: 'ok' } & Lags> {
  const appendLagMs = longestAppendMs();
  const [database, workers, door] = await Promise.all([databaseOf(deps), workersLack(deps), doorLack(deps)]);
  const { relayLagMs } = database;
  const lacks = [
    ...database.lacks,
    workers,
    door,
    relayLagMs > RELAY_MS_MAX ? `what doors have seen waits for ${seconds(relayLagMs)} to be told` : null,
    appendLagMs > APPEND_MS_MAX ? `an event waits for ${seconds(appendLagMs)} to stand in the ledger` : null,
  ].filter((lack) => lack !== null);
  if (lacks.length > 0) throw missing(lacks.join('; '));
  return { status: 'ok', relayLagMs, appendLagMs };
}

/** The same, what of any recall stands still, which providers are away, how many links were tried that nobody gave out, and what last signed ledgers. */
export async function health(deps: ApiDeps) {
  const ready = await readiness(deps);
  const { pool } = deps;
  const [signing] = await signingKeys(pool);
  const checkpoints = signing ? { key: signing.key, seenAt: signing.seenAt } : null;
  const waiting = await waitingByChannel(pool);
  const away = (await awayProviders(pool)).map((one) => ({ ...one, waiting: waiting[one.channel] ?? 0 }));
  return { ...ready, halts: await halts(pool, null), unknownLinks: await unknownLinksOfHour(pool), away, checkpoints };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}

function missing(message: string): RecallError {
  const expected = 'database, Temporal, a worker and the mail door, all of them there and none behind';
  return new RecallError({
    code: 'service-missing',
    message,
    expected,
    remedy: 'start what is missing; nothing is lost',
  });
}

async function databaseOf({ pool }: ApiDeps): Promise<{ lacks: string[]; relayLagMs: number }> {
  try {
    if (!(await isWritable(pool))) return { lacks: ['the database takes no writes'], relayLagMs: 0 };
    const lack = await migrationLack(pool);
    if (lack !== null) return { lacks: [lack], relayLagMs: 0 };
    return { lacks: [], relayLagMs: await oldestWaitingMs(pool) };
  } catch (failed) {
    if (!isDatabaseAway(failed)) throw failed;
    return { lacks: ['the database does not answer'], relayLagMs: 0 };
  }
}

/** Asked anew each time: a connection that is made lazily would remember that Temporal was away at the first look. */
async function workersLack({ client }: ApiDeps): Promise<string | null> {
  const { namespace } = client.options;
  const { TASK_QUEUE_TYPE_WORKFLOW: taskQueueType } = proto.temporal.api.enums.v1.TaskQueueType;
  try {
    const { pollers } = await client.connection.withDeadline(Date.now() + ANSWER_MS_MAX, () =>
      client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: TASK_QUEUE }, taskQueueType }),
    );
    const seen = (pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000);
    return Math.max(0, ...seen) < Date.now() - POLLED_MS_MAX ? 'no worker asks for work' : null;
  } catch {
    return 'Temporal does not answer';
  }
}

/** Whether the mail door greets whoever comes. */
async function doorLack({ mailDoor }: ApiDeps): Promise<string | null> {
  if (mailDoor === null) return null;
  const greets = await new Promise<boolean>((resolve) => {
    const socket = connect(mailDoor);
    const done = (is: boolean): void => {
      resolve(is);
      if (is) socket.end('QUIT\r\n');
      else socket.destroy();
    };
    socket.setTimeout(ANSWER_MS_MAX, () => done(false));
    socket.once('error', () => done(false));
    socket.once('data', (greeting) => done(greeting.toString('latin1').startsWith('220')));
  });
  return greets ? null : 'the mail door does not answer';
}
