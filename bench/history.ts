import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { RecallState } from '../engine/state.js';
import type { RecallId } from '../engine/words.js';
import { createPool } from '../store/db.js';
import { freePort } from '../tools/servers.mjs';
import { dataConverter } from '../trust/data-converter.js';
import { startStack, type Stack } from '../workers/stack.js';
import { QUERIES, workflowIdOf } from '../workflows/contract.js';
import { conductMany, importMany, openMany } from './big-recall.js';
import type { Figure, Row } from './figures.js';
import { startManyEnds } from './soak/many-ends.js';

export const HISTORY_SIZES = [1_000, 10_000, 100_000];
const MESSAGES = 1_000;
const EVENTS_MAX = 6;
const STATE_KB_MAX = 100;
/** Below this the questions and answers of a recall, which are as many whoever is told, hide what a message costs. */
const HELD_FROM = 100_000;

type Measured = { size: number; events: number; runs: number; historyKb: number; stateKb: number; seconds: number };

/**
 * How much of a recall with so many recipients stands in Temporal when it has closed: the events of all runs of its workflow,
 * and the state that the workflow carries. The whole stack runs it, and its far ends say of each text message what became
 * of it and send back every fiftieth mail.
 */
export async function histories(
  { dir, say }: { dir: string; say: (line: string) => void },
  sizes: number[] = HISTORY_SIZES,
): Promise<Figure> {
  const measured: Measured[] = [];
  for (const size of sizes) {
    const own = join(dir, `history-${size}`);
    mkdirSync(own, { recursive: true });
    say(`a recall with ${size} recipients …`);
    measured.push(await measure(own, size));
  }
  return {
    name: 'history',
    rows: rowsOf(measured),
    note: 'of the whole recall until it has closed, on the stepped clock, over e-mail, webhooks and text messages; the limit of events holds from 100,000 recipients on',
  };
}

async function measure(dir: string, size: number): Promise<Measured> {
  const opened: (() => unknown)[] = [];
  try {
    const mailDoor = await freePort();
    const ends = await startManyEnds({ dir, mailDoor });
    opened.push(ends.stop);
    const env = { LOG_LEVEL: 'warn', INBOUND_SMTP_PORT: String(mailDoor), MAIL_DOOR: `127.0.0.1:${mailDoor}` };
    const stack = await startStack({ dir, ui: false, ...ends.surroundings, env });
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
    return { size, seconds, ...(await inTemporal(stack, recallId)) };
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

async function inTemporal(
  { temporal, keys }: Stack,
  recallId: RecallId,
): Promise<Pick<Measured, 'events' | 'runs' | 'historyKb' | 'stateKb'>> {
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const client = new Client({ connection, dataConverter: dataConverter(keys.codec) });
    const workflowId = workflowIdOf(recallId);
    const latest = client.workflow.getHandle(workflowId);
    const state = await latest.query<RecallState>(QUERIES.state);
    let [events, runs, bytes] = [0, 0, 0];
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
      const { historyLength, historySize } = await client.workflow.getHandle(workflowId, runId).describe();
      runs += 1;
      events += historyLength;
      bytes += historySize ?? Number.NaN;
    }
    return { events, runs, historyKb: bytes / 1_000, stateKb: Buffer.byteLength(JSON.stringify(state)) / 1_000 };
  } finally {
    await connection.close();
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
