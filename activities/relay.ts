import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { Logger } from 'pino';
import type { RecallId } from '../engine/words.js';
import type { Pool } from '../store/db.js';
import { markDone, waiting } from '../store/outbox.js';
import { tellRefusals } from '../store/refusals.js';
import { SIGNALS, workflowIdOf } from '../workflows/contract.js';

const POLL_MS = 15;
const BATCH = 100;
const HELD_MS = 1_000;
const REFUSALS_MS = 5_000;

type Relaying = { pool: Pool; client: Client; log: Logger };

/**
 * Signals what doors have seen to the workflows, in order. A crash repeats a signal under the same id, which is harmless.
 * What doors have refused and nobody signed goes into the ledger when no more of it comes.
 */
export function startRelay({ pool, client, log }: Relaying): {
  stop: () => Promise<void>;
} {
  let running = true;
  const held: Held = new Map();
  let nextRefusals = 0;
  const loop = async (): Promise<void> => {
    while (running) {
      try {
        await relayBatch({ pool, client, log }, held);
        if (Date.now() >= nextRefusals) {
          nextRefusals = Date.now() + REFUSALS_MS;
          await tellRefusals(pool);
        }
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

/** Recalls whose workflow could not be told, and until when (wall time) they are left alone. */
type Held = Map<RecallId, number>;

/** A recall whose workflow cannot be told now keeps its messages in order; the others do not wait for it, however many they are. */
async function relayBatch({ pool, client, log }: Relaying, held: Held): Promise<void> {
  for (const [recallId, until] of held) if (until <= Date.now()) held.delete(recallId);
  for (const { position, recallId, ...message } of await waiting(pool, BATCH, [...held.keys()])) {
    if (held.has(recallId)) continue;
    try {
      await client.workflow.getHandle(workflowIdOf(recallId)).signal(SIGNALS.relayed, message);
    } catch (failed) {
      // A recall that has closed takes no more signals; what came late stands in the ledger.
      if (!(failed instanceof WorkflowNotFoundError)) {
        held.set(recallId, Date.now() + HELD_MS);
        log.warn({ recall: recallId, error: String(failed) }, 'a message waits for its workflow');
        continue;
      }
    }
    await markDone(pool, position);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
