import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { EffectActivities } from '../../engine/effects.js';
import type { ClockKind, PersonId, RecallId, RoleName } from '../../engine/words.js';
import { dataConverter } from '../../trust/data-converter.js';
import { newKeys } from '../../trust/keys.js';
import { RECALL_WORKFLOW, workflowIdOf, type AppendEvents, type RecallInput } from '../../workflows/contract.js';
import { closing, TRACE } from '../engine/playbooks.js';
import { openingOf, playbookOf, TRACED } from '../engine/recall.js';
import { eventually } from '../eventually.js';
import { temporalAddress, workflowBundle } from '../servers.js';

/** Asks first, which reads the ledger, and traces then, which does not. */
const PLAYBOOK = playbookOf(`
  check: { kind: task, title: Check, owner: quality, due: P2D, escalation: stays }${TRACE}${closing('check', 'trace')}`);
const TASK_QUEUE = 'reads';
const CODEC = newKeys().codec;

let connection: Connection;
let client: Client;
let worker: Worker;
let running: Promise<void>;
let native: NativeConnection;
/** By recall: what the append waits for. */
const holds = new Map<RecallId, Promise<void>>();
const called = new Map<string, () => void>();

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
  native = await NativeConnection.connect({ address: temporalAddress() });
  connection = await Connection.connect({ address: temporalAddress() });
  client = new Client({ connection, dataConverter: dataConverter(CODEC) });
  const person = { person: 'somebody' as PersonId, role: 'quality' as RoleName, onBehalfOf: null };
  const effects: Pick<EffectActivities, 'askPeople' | 'traceSales'> = {
    askPeople: async () => ({ result: { people: [person] } }),
    traceSales: async () => ({ result: TRACED }),
  };
  const appendEvents = async ({ recallId }: AppendEvents): Promise<void> => {
    called.get(recallId)?.();
    await holds.get(recallId);
  };
  worker = await Worker.create({
    connection: native,
    taskQueue: TASK_QUEUE,
    workflowBundle: workflowBundle(),
    dataConverter: dataConverter(CODEC),
    activities: { ...effects, appendEvents },
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await native.close();
  await connection.close();
});

async function start(recallId: RecallId, clock: ClockKind): Promise<WorkflowHandle> {
  const mode = clock === 'stepped' ? 'drill' : 'recall';
  const open: RecallInput['open'] = { ...openingOf(PLAYBOOK, { recallId, mode }), clock };
  const args: [RecallInput] = [{ v: 1, open, carried: null }];
  return client.workflow.start(RECALL_WORKFLOW, { workflowId: workflowIdOf(recallId), taskQueue: TASK_QUEUE, args });
}

/** Opens a recall whose first append is held until it is let go. */
async function held(id: string, clock: ClockKind): Promise<{ handle: WorkflowHandle; letGo: () => void }> {
  const recallId = id as RecallId;
  let letGo = (): void => undefined;
  holds.set(recallId, new Promise<void>((resolve) => (letGo = resolve)));
  const appending = new Promise<void>((resolve) => called.set(recallId, resolve));
  const handle = await start(recallId, clock);
  await appending;
  return { handle, letGo };
}

/** What the workflow has started and what has come back, in the order of its history. */
async function storyOf(handle: WorkflowHandle): Promise<string[]> {
  const names = new Map<string, string>();
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) names.set(String(event.eventId), scheduled.activityType!.name!);
    const completed = event.activityTaskCompletedEventAttributes;
    if (scheduled) return [`${scheduled.activityType!.name!} started`];
    return completed ? [`${names.get(String(completed.scheduledEventId))!} done`] : [];
  });
}

/** The story of a workflow, once this line stands in it. */
function storyWith(handle: WorkflowHandle, line: string): Promise<string[]> {
  return eventually(line, async () => {
    const story = await storyOf(handle);
    return story.includes(line) && story;
  });
}

it('on the real clock, what reads the ledger starts when that has it, and holds nothing else up', async () => {
  const { handle, letGo } = await held('RC-2026-9001', 'real');
  await storyWith(handle, 'traceSales done');
  letGo();
  const story = await storyWith(handle, 'askPeople done');
  expect(story.slice(0, 3)).toEqual(['traceSales started', 'appendEvents started', 'traceSales done']);
  expect(story.indexOf('askPeople started')).toBeGreaterThan(story.indexOf('appendEvents done'));
});

it('in a stepped drill it holds back what comes after it, so that all start in the order of the outbox', async () => {
  const { handle, letGo } = await held('RC-2026-9002', 'stepped');
  letGo();
  const story = await storyWith(handle, 'askPeople done');
  expect(story.slice(0, 4)).toEqual([
    'appendEvents started',
    'appendEvents done',
    'askPeople started',
    'traceSales started',
  ]);
});
