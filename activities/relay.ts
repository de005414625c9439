import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Logger } from 'pino';
import type { Pool } from '../store/db.js';
import { markDone, waiting } from '../store/outbox.js';
import { SIGNALS, workflowIdOf } from '../workflows/contract.js';

const POLL_MS = 15;
const BATCH = 100;

/** Signals what doors have seen to the workflows, in order. A crash repeats a signal under the same id, which is harmless. */
export function startRelay({ pool, client, log }: { pool: Pool; client: Client; log: Logger }): {
  stop: () => Promise<void>;
} {
  let running = true;
  const loop = async (): Promise<void> => {
    while (running) {
      try {
        await relayBatch(pool, client);
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

async function relayBatch(pool: Pool, client: Client): Promise<void> {
  for (const { position, recallId, ...message } of await waiting(pool, BATCH)) {
    try {
      await client.workflow.getHandle(workflowIdOf(recallId)).signal(SIGNALS.relayed, message);
    } catch (failed) {
      // A recall that has closed takes no more signals; what came late stands in the ledger.
      if (!(failed instanceof WorkflowNotFoundError)) throw failed;
    }
    await markDone(pool, position);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
