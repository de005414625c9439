import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Pool } from '../store/db.js';
import { markDone, waiting } from '../store/outbox.js';
import { SIGNALS, workflowIdOf } from '../workflows/contract.js';

const POLL_MS = 15;
const BATCH = 100;
const HELD_MS = 1_000;

/** Signals what doors have seen to the workflows, in order. A crash repeats a signal under the same id, which is harmless. */
export function startRelay({ pool, client, log }: { pool: Pool; client: Client; log: Logger }): {
  stop: () => Promise<void>;
} {
  let running = true;
  const loop = async (): Promise<void> => {
    while (running) {
      try {
        await relayBatch(pool, client, log);
      } catch (failed) {
        log.warn({ error: String(failed) }, 'the relay tries again');
        await sleep(1_000);
      }
      await sleep(POLL_MS);
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      running = false;
      await ended;
    },
  };
}

/** A recall whose workflow cannot be told now keeps its messages in order; the others do not wait for it. */
async function relayBatch(pool: Pool, client: Client, log: Logger): Promise<void> {
  const held = new Set<string>();
  for (const { position, recallId, ...message } of await waiting(pool, BATCH)) {
    if (held.has(recallId)) continue;
    try {
      await client.workflow.getHandle(workflowIdOf(recallId)).signal(SIGNALS.relayed, message);
    } catch (failed) {
      // A recall that has closed takes no more signals; what came late stands in the ledger.
      if (!(failed instanceof WorkflowNotFoundError)) {
        held.add(recallId);
        log.warn({ recall: recallId, error: String(failed) }, 'a message waits for its workflow');
        continue;
      }
    }
    await markDone(pool, position);
  }
  if (held.size > 0) await sleep(HELD_MS);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
