import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { createDesk } from '../drills/far-ends/desk.js';
import { spawnNode } from '../tools/servers.mjs';
import { dataConverter } from '../trust/data-converter.js';
import { startStack, type Stack } from '../workers/stack.js';
import { UPDATES, workflowIdOf, type Applied, type DecideUpdate } from '../workflows/contract.js';
import { percentile, spreadOf, type Figure, type Row } from './figures.js';
import { importLittle, openGate, settle, type OpenGate } from './gates.js';
import { PEER_QUEUE, PEER_WORKFLOW } from './peer-workflow.js';
import { listenForStarts, type Starts } from './starts.js';

const P50_RATIO_MAX = 1.5;
const P99_RATIO_MAX = 1.25;
const WARM_UP_PAIRS = 30;
const OPEN_AT_ONCE = 10;
const SAY_EVERY = 100;
/** Lets what an effect leaves behind come to rest before the next one is measured. */
const REST_MS = 40;

const SIDES = ['recall', 'peer'] as const;
type Pair = Record<(typeof SIDES)[number], number>;
type Bench = { stack: Stack; client: Client; starts: Starts; pairs: number; say: (line: string) => void };

/**
 * Time from a decision to its next effect: from sending the `decide` update to the start of the effect's activity in
 * the worker. The peer is one update and one activity on the same server. Both take turns, so that both see the same noise.
 */
export async function decisionToEffect({
  dir,
  pairs,
  say,
}: {
  dir: string;
  pairs: number;
  say: (line: string) => void;
}): Promise<Figure> {
  const opened: (() => unknown)[] = [];
  try {
    const starts = await listenForStarts();
    opened.push(starts.stop);
    const desk = await createDesk(join(dir, 'mail'));
    opened.push(desk.stop);
    say('starting Temporal, PostgreSQL, a worker, the API and the peer …');
    const noteStarts = new URL('./note-starts.mjs', import.meta.url).href;
    const env = {
      BENCH_PORT: String(starts.port),
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${noteStarts}`.trim(),
      LOG_LEVEL: 'warn',
    };
    const stack = await startStack({ dir, ui: false, ...desk, env });
    opened.push(stack.stop);
    const peer = await spawnNode('bench/peer-worker.ts', {
      env: {
        ...env,
        TEMPORAL_ADDRESS: stack.temporal.address,
        RECALL_KEYS: JSON.stringify(stack.keys),
        PEER_SETTINGS: JSON.stringify(await starts.settings),
      },
      logFile: join(dir, 'peer-worker.log'),
    });
    opened.push(() => peer.stop());
    const connection = await Connection.connect({ address: stack.temporal.address });
    opened.push(() => connection.close());
    const client = new Client({ connection, dataConverter: dataConverter(stack.keys.codec) });
    return figureOf(await measure({ stack, client, starts, pairs, say }));
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

async function measure(bench: Bench): Promise<Pair[]> {
  const { stack, pairs, say } = bench;
  await importLittle(stack);
  say(`deciding ${pairs} times on each side, after ${WARM_UP_PAIRS} times to warm up …`);
  const measured: Pair[] = [];
  const all = pairs + WARM_UP_PAIRS;
  while (measured.length < all) {
    const turns = await prepare(bench, Math.min(OPEN_AT_ONCE, all - measured.length));
    for (const turn of turns) measured.push(await decideBoth(bench, turn, measured.length % 2 === 0));
    if (measured.length % SAY_EVERY === 0) say(`${measured.length} of ${all}`);
  }
  return measured.slice(WARM_UP_PAIRS);
}

type Turn = { gate: OpenGate; recall: WorkflowHandle; peer: WorkflowHandle };

/** What a decision needs is there before it is measured. Few are open at once, as in life: a worker that holds hundreds pauses longer to collect its garbage. */
async function prepare({ stack, client }: Bench, count: number): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let number = 0; number < count; number += 1) {
    const gate = await openGate(stack, stack.keys.token);
    const recall = client.workflow.getHandle(workflowIdOf(gate.recallId));
    const workflowId = `peer/${gate.recallId}`;
    turns.push({
      gate,
      recall,
      peer: await client.workflow.start(PEER_WORKFLOW, { workflowId, taskQueue: PEER_QUEUE }),
    });
  }
  return turns;
}

async function decideBoth({ stack, starts }: Bench, { gate, recall, peer }: Turn, recallFirst: boolean): Promise<Pair> {
  const run: Record<keyof Pair, () => Promise<number>> = {
    async recall() {
      const took = await timed(starts, recall, gate.update);
      await settle(stack, gate.recallId, 2);
      await recall.terminate('measured');
      return took;
    },
    async peer() {
      const took = await timed(starts, peer, gate.update);
      await peer.result();
      return took;
    },
  };
  const pair: Pair = { recall: 0, peer: 0 };
  for (const side of recallFirst ? SIDES : SIDES.toReversed()) {
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    pair[side] = await run[side]();
  }
  return pair;
}

async function timed(starts: Starts, handle: WorkflowHandle, update: DecideUpdate): Promise<number> {
  const started = starts.next(handle.workflowId);
  const sentNs = process.hrtime.bigint();
  const sent = handle.executeUpdate<Applied, [DecideUpdate]>(UPDATES.decide, {
    args: [update],
    updateId: randomUUID(),
  });
  const [startedNs] = await Promise.all([started, sent]);
  return Number(startedNs - sentNs) / 1e6;
}

function figureOf(pairs: Pair[]): Figure {
  const at = (side: keyof Pair, share: number, drawn: Pair[]): number =>
    percentile(
      drawn.map((pair) => pair[side]),
      share,
    );
  const rows = (name: string, share: number, limit: number): Row[] => {
    const ratio = (drawn: Pair[]): number => at('recall', share, drawn) / at('peer', share, drawn);
    return [
      { what: `recall ${name}`, unit: 'ms', value: at('recall', share, pairs), limit: null, spread: null },
      { what: `peer ${name}`, unit: 'ms', value: at('peer', share, pairs), limit: null, spread: null },
      { what: `${name} recall / peer`, unit: '', value: ratio(pairs), limit, spread: spreadOf(pairs, ratio) },
    ];
  };
  return {
    name: 'decision to next effect',
    rows: [...rows('p50', 0.5, P50_RATIO_MAX), ...rows('p99', 0.99, P99_RATIO_MAX)],
    note: `${pairs.length} pairs in turns, after ${WARM_UP_PAIRS} to warm up`,
  };
}
