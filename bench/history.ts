import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, type WorkflowExecutionDescription } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { RecallState } from '../engine/state.js';
import { createPool } from '../store/db.js';
import { freePort } from '../tools/servers.mjs';
import { createPayloadCodec } from '../trust/codec.js';
import { dataConverter } from '../trust/data-converter.js';
import { startStack, type Stack } from '../workers/stack.js';
import { QUERIES, workflowIdOf } from '../workflows/contract.js';
import { conductMany, importMany, openMany } from './big-recall.js';
import type { Figure, Row } from './figures.js';
import { startManyEnds } from './soak/many-ends.js';

export const HISTORY_SIZES = [1_000, 10_000, 100_000];
const MESSAGES = 1_000;
const BYTES_PER_KB = 1_000;
/** So few that a recall continues as new before it closes. */
const EVENTS_SUGGESTED = 60;
const EVENTS_MAX = 6;
const STATE_KB_MAX = 100;
/** Below this the questions and answers of a recall, which are as many whoever is told, hide what a message costs. */
const HELD_FROM = 100_000;

type Measured = { size: number; events: number; runs: number; historyKb: number; stateKb: number; seconds: number };

/**
 * How much of a recall with so many recipients stands in Temporal when it has closed: the events of all runs of its workflow,
 * the state that the workflow has, and what a run carries into the next. The whole stack runs it, and its far ends say of each text message what became
 * of it and send back every fiftieth mail.
 */
export async function histories(
  { dir, say }: { dir: string; say: (line: string) => void },
  sizes: number[] = HISTORY_SIZES,
): Promise<Figure> {
  const measured: Measured[] = [];
  for (const size of sizes) {
    const own = join(dir, `history-${size}`);
    say(`a recall with ${size} recipients …`);
    measured.push(await measure(own, size));
  }
  say('the same where the history is made to fill up …');
  const carriedKb = await carried(join(dir, 'carried'));
  return {
    name: 'history',
    rows: [
      ...rowsOf(measured),
      { what: 'carried into a next run', unit: 'kB', value: carriedKb, limit: STATE_KB_MAX, spread: null },
    ],
    note: 'of the whole recall until it has closed, on the stepped clock, over e-mail, webhooks and text messages; the limit of events holds from 100,000 recipients on',
  };
}

async function measure(dir: string, size: number): Promise<Measured> {
  return afterRecall({ dir, size }, async ({ client, workflowId, seconds }) => {
    const state = await client.workflow.getHandle(workflowId).query<RecallState>(QUERIES.state);
    const runs = await runsOf(client, workflowId);
    return {
      ...{ size, seconds, runs: runs.length },
      events: runs.reduce((sum, { historyLength }) => sum + historyLength, 0),
      historyKb: runs.reduce((sum, { historySize }) => sum + historySize!, 0) / BYTES_PER_KB,
      stateKb: Buffer.byteLength(JSON.stringify(state)) / BYTES_PER_KB,
    };
  });
}

/** What a run begins with that continues another one: the opening, and all that is carried over. Read as the workflow reads it. */
async function carried(dir: string): Promise<number> {
  const dynamicConfig = { 'limit.historyCount.suggestContinueAsNew': String(EVENTS_SUGGESTED) };
  return afterRecall({ dir, size: MESSAGES, dynamicConfig }, async ({ stack, client, workflowId }) => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const begun = events![0]!.workflowExecutionStartedEventAttributes!;
    if (!begun.continuedExecutionRunId) throw new Error('no run of this workflow continues another one');
    const [input] = await createPayloadCodec(stack.keys.codec).decode(begun.input!.payloads as Payload[]);
    return input!.data!.length / BYTES_PER_KB;
  });
}

type Closed = { stack: Stack; client: Client; workflowId: string; seconds: number };

/** Runs a recall with so many recipients until it has closed, and looks at what stands in Temporal then. */
async function afterRecall<T>(
  { dir, size, dynamicConfig = {} }: { dir: string; size: number; dynamicConfig?: Record<string, string> },
  look: (closed: Closed) => Promise<T>,
): Promise<T> {
  mkdirSync(dir, { recursive: true });
  const opened: (() => unknown)[] = [];
  try {
    const mailDoor = await freePort();
    const ends = await startManyEnds({ dir, mailDoor });
    opened.push(ends.stop);
    const env = { LOG_LEVEL: 'warn', INBOUND_SMTP_PORT: String(mailDoor), MAIL_DOOR: `127.0.0.1:${mailDoor}` };
    const stack = await startStack({ dir, ui: false, ...ends.surroundings, dynamicConfig, env });
    opened.push(stack.stop);
    const pool = createPool(stack.postgres.url);
    opened.push(() => pool.end());
    await importMany(stack, pool, { size, partnersUrl: ends.partnersUrl });
    const recallId = await openMany(stack);
    const begun = performance.now();
    const phase = await conductMany(stack, recallId, async () => undefined);
    if (phase !== 'closed')
      throw new Error(`a recall with ${size} recipients is ${phase} when nothing is due any more`);
    const seconds = (performance.now() - begun) / 1_000;
    const connection = await Connection.connect({ address: stack.temporal.address });
    opened.push(() => connection.close());
    const client = new Client({ connection, dataConverter: dataConverter(stack.keys.codec) });
    return await look({ stack, client, workflowId: workflowIdOf(recallId), seconds });
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

/** Every run of a workflow, by the id that each gives of the one before it. */
async function runsOf(client: Client, workflowId: string): Promise<WorkflowExecutionDescription[]> {
  const runs: WorkflowExecutionDescription[] = [];
  for (let runId: string | undefined; ;) {
    const handle = client.workflow.getHandle(workflowId, runId);
    runs.push(await handle.describe());
    const { events } = await handle.fetchHistory();
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!before) return runs;
    runId = before;
  }
}

function rowsOf(measured: Measured[]): Row[] {
  return measured.flatMap(({ size, events, runs, historyKb, stateKb, seconds }): Row[] => {
    const row = (what: string, unit: Row['unit'], value: number, limit: number | null = null): Row => {
      return { what: `${size} recipients: ${what}`, unit, value, limit, spread: null };
    };
    return [
      row('events', '', events),
      row('events for 1,000 messages', '', events / (size / MESSAGES), size >= HELD_FROM ? EVENTS_MAX : null),
      row('runs of the workflow', '', runs),
      row('history', 'kB', historyKb),
      row('state of the workflow', 'kB', stateKb, STATE_KB_MAX),
      row('from opening to closing', 's', seconds),
    ];
  });
}
