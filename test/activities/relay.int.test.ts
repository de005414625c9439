import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { startRelay } from '../../activities/relay.js';
import { NO_TALLY, type Tally } from '../../engine/tally.js';
import type { RecallState } from '../../engine/state.js';
import type { IsoInstant, RecallId, Sha256 } from '../../engine/words.js';
import { bundledCatalogue } from '../../playbooks/catalogue.js';
import { requirePlaybook } from '../../playbooks/parse.js';
import { withTransaction, type Pool } from '../../store/db.js';
import { enqueue, pendingCount } from '../../store/outbox.js';
import { countRefusal } from '../../store/refusals.js';
import { dataConverter } from '../../trust/data-converter.js';
import {
  QUERIES,
  RECALL_WORKFLOW,
  SIGNALS,
  workflowIdOf,
  type RecallInput,
  type Relayed,
} from '../../workflows/contract.js';
import { openingOf } from '../engine/recall.js';
import { eventually } from '../eventually.js';
import { temporalAddress, workflowBundle } from '../servers.js';
import { factsOf, openRecall, ownDatabase, TELL } from '../store/database.js';
import { KEYS, mortal } from './activity-deps.js';

/** Recalls are numbered by the year of their opening, and Temporal is shared with other tests: this year is this file's. */
const OPENED = '2071-09-10T08:00:00.000Z' as IsoInstant;
const TALLY: Tally = { ...NO_TALLY, recipients: 2, delivered: 2, responded: 1 };
const log = pino({ level: 'silent' });

const database = ownDatabase();
let connection: Connection;
let client: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: temporalAddress() });
  client = new Client({ connection });
});
afterAll(() => connection.close());

const relays: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
});
function relaying(pool: Pool = database.pool, by: Client = client): { stop: () => Promise<void> } {
  const relay = startRelay({ pool, client: by, log });
  relays.push(relay);
  return relay;
}

/** A recall whose workflow has begun. No worker serves it, so its history holds just what the relay signalled. */
async function begun(): Promise<RecallId> {
  const recallId = await openRecall(database.pool, { openedAt: OPENED });
  await client.workflow.start(RECALL_WORKFLOW, { taskQueue: 'nobody', workflowId: workflowIdOf(recallId), args: [] });
  return recallId;
}

async function told(recallId: RecallId, ...ids: (string | number)[]): Promise<void> {
  for (const id of ids) await withTransaction(database.pool, (one) => enqueue(one, recallId, messageOf(recallId, id)));
}

/** Messages that are named by letters tell changes in the order of these. */
function messageOf(recallId: RecallId, id: string | number): Omit<Relayed, 'message' | 'v'> {
  const change = String(id).charCodeAt(0);
  const input = { type: 'watch changed', watch: 'tell/enough', step: TELL, change, value: true, tally: TALLY } as const;
  return { id: `${recallId}/${id}`, at: OPENED, input };
}

async function signalsOf(recallId: RecallId): Promise<Relayed[]> {
  const { events } = await client.workflow.getHandle(workflowIdOf(recallId)).fetchHistory();
  const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal ?? []);
  expect(signals.every(({ signalName }) => signalName === SIGNALS.relayed)).toBe(true);
  return signals.map(({ input }) => JSON.parse(Buffer.from(input!.payloads![0]!.data!).toString()) as Relayed);
}

async function signalledBy(recallId: RecallId): Promise<(string | null | undefined)[]> {
  const { events } = await client.workflow.getHandle(workflowIdOf(recallId)).fetchHistory();
  const signals = (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal ?? []);
  return signals.map(({ identity }) => identity);
}

async function idsOf(recallId: RecallId): Promise<string[]> {
  return (await signalsOf(recallId)).map(({ id }) => id.slice(recallId.length + 1));
}

function untilEmpty(recallId: RecallId): Promise<true> {
  return eventually('all messages are signalled', async () => (await pendingCount(database.pool, recallId)) === 0);
}

test('messages of several recalls are signalled to their own workflow, in order and once, more than a batch of them', async () => {
  const [one, other] = [await begun(), await begun()];
  const numbers = Array.from({ length: 130 }, (_, index) => index);
  for (const number of numbers) {
    await told(one, number);
    if (number % 10 === 0) await told(other, number);
  }
  relaying();
  await told(one, 'late', 'later');
  await untilEmpty(one);
  await untilEmpty(other);
  expect(await idsOf(one)).toEqual([...numbers.map(String), 'late', 'later']);
  expect(await idsOf(other)).toEqual(numbers.filter((number) => number % 10 === 0).map(String));
  expect((await signalsOf(other))[0]).toEqual({ message: 'relayed', v: 1, ...messageOf(other, 0) });
});

test('a relay that has been stopped signals nothing more, and the next one goes on where it ended', async () => {
  const recallId = await begun();
  const relay = relaying();
  await told(recallId, 'a');
  await untilEmpty(recallId);
  await relay.stop();
  await told(recallId, 'b');
  // A relay that still ran would have heard of it before the next one has begun.
  relaying(database.pool, new Client({ connection, identity: 'the next one' }));
  await untilEmpty(recallId);
  expect(await idsOf(recallId)).toEqual(['a', 'b']);
  const [first, second] = await signalledBy(recallId);
  expect([first === second, second]).toEqual([false, 'the next one']);
});

test('what is for a workflow that has closed is done with, and holds up nobody behind it', async () => {
  const [closed, open] = [await begun(), await begun()];
  await client.workflow.getHandle(workflowIdOf(closed)).terminate('closed');
  await told(closed, 'a', 'b');
  await told(open, 'c');
  relaying();
  await untilEmpty(open);
  expect(await pendingCount(database.pool, closed)).toBe(0);
  expect(await idsOf(open)).toEqual(['c']);
  expect(await idsOf(closed)).toEqual([]);
});

test('a recall that cannot be told holds up nobody behind it, however many its messages, and gets them in order later', async () => {
  const [away, other] = [await begun(), await begun()];
  let isAway = true;
  const interceptor: WorkflowClientInterceptor = {
    signal: (input, next) =>
      isAway && input.workflowExecution.workflowId === workflowIdOf(away)
        ? Promise.reject(new Error('away'))
        : next(input),
  };
  const { loadedDataConverter: _loaded, ...options } = client.options;
  const numbers = Array.from({ length: 110 }, (_, index) => index);
  await told(away, ...numbers);
  await told(other, 'a');
  relaying(database.pool, new Client({ ...options, connection, interceptors: { workflow: [interceptor] } }));
  await untilEmpty(other);
  expect(await pendingCount(database.pool, away)).toBe(numbers.length);
  expect(await idsOf(other)).toEqual(['a']);
  isAway = false;
  await untilEmpty(away);
  expect(await idsOf(away)).toEqual(numbers.map(String));
});

/** Runs a relay whose process dies at the moment at which the server has accepted its first signal. */
async function relayOneAndDie(by: Client): Promise<void> {
  const { pool, die } = mortal(database.pool);
  let died = false;
  const interceptor: WorkflowClientInterceptor = {
    signal: async (input, next) => {
      await next(input);
      die();
      died = true;
    },
  };
  const { loadedDataConverter: _loaded, ...options } = by.options;
  const relay = relaying(pool, new Client({ ...options, connection, interceptors: { workflow: [interceptor] } }));
  await eventually('the process has died', () => died);
  await relay.stop();
}

test('a crash after a signal and before it is marked repeats that signal under the same id, and loses none', async () => {
  const recallId = await begun();
  await told(recallId, 'a', 'b');
  await relayOneAndDie(client);
  expect(await idsOf(recallId)).toEqual(['a']);
  expect(await pendingCount(database.pool, recallId)).toBe(2);

  relaying();
  await untilEmpty(recallId);
  expect(await idsOf(recallId)).toEqual(['a', 'a', 'b']);
  const [first, second] = await signalsOf(recallId);
  expect(second).toEqual(first);
});

test('the recall takes a repeated signal once, and the next one again', async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
  const converter = dataConverter(KEYS.codec);
  const coded = new Client({ connection, dataConverter: converter });
  const native = await NativeConnection.connect({ address: temporalAddress() });
  const taskQueue = 'relay-test';
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: workflowBundle(),
    dataConverter: converter,
  });
  const recallId = await openRecall(database.pool, { openedAt: OPENED });
  const workflow = coded.workflow.getHandle(workflowIdOf(recallId));
  const takenCount = async (): Promise<number> => {
    const { seq } = await workflow.query<RecallState>(QUERIES.state);
    return seq;
  };
  await worker.runUntil(async () => {
    await coded.workflow.start(RECALL_WORKFLOW, {
      taskQueue,
      workflowId: workflowIdOf(recallId),
      args: [inputOf(recallId)],
    });
    const before = await takenCount();
    await told(recallId, 'a');
    await relayOneAndDie(coded);
    const once = await takenCount();
    expect(once).toBeGreaterThan(before);

    relaying(database.pool, coded);
    await untilEmpty(recallId);
    expect(await takenCount()).toBe(once);
    // Its id says that it is the same one, whatever it tells.
    const { input } = messageOf(recallId, 'c');
    await workflow.signal(SIGNALS.relayed, { message: 'relayed', v: 1, ...messageOf(recallId, 'a'), input });
    expect(await takenCount()).toBe(once);
    await told(recallId, 'b');
    await untilEmpty(recallId);
    expect(await takenCount()).toBeGreaterThan(once);
    const { events } = await workflow.fetchHistory();
    expect(events!.filter((event) => event.workflowExecutionSignaledEventAttributes)).toHaveLength(4);
    await workflow.terminate('tested');
  });
  await native.close();
});

function inputOf(recallId: RecallId): RecallInput {
  const file = 'consumer-product-gb-eu.yaml';
  const text = readFileSync(fileURLToPath(new URL(`../../playbooks/${file}`, import.meta.url)), 'utf8');
  return {
    v: 1,
    carried: null,
    open: {
      ...openingOf(requirePlaybook(text, file, bundledCatalogue()), { recallId, openedAt: OPENED }),
      clock: 'stepped',
    },
  };
}

test('refusals that were counted go into the ledger when the minute is over, though nothing more comes', async () => {
  const recallId = await openRecall(database.pool);
  const refusal = { recallId, at: OPENED, reason: 'link-expired', tried: 'x' as Sha256 } as const;
  for (let count = 0; count < 3; count += 1) await countRefusal(database.pool, refusal);
  const facts = (): Promise<object[]> => factsOf(database.pool, recallId, 'refusals summarised');
  expect(await facts()).toHaveLength(1);
  await database.pool.query(`update refusal set told_at = told_at - interval '1 minute'`);
  relaying();
  await eventually('the rest to be told', async () => (await facts()).length === 2);
  expect(await facts()).toMatchObject([{ count: 1 }, { count: 2 }]);
});
