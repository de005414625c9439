import { afterAll, beforeAll } from '@jest/globals';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { EffectActivities } from '../../engine/effects.js';
import type { Playbook } from '../../engine/playbook.js';
import type { ClockKind, RecallId } from '../../engine/words.js';
import { dataConverter } from '../../trust/data-converter.js';
import { newKeys } from '../../trust/keys.js';
import { RECALL_WORKFLOW, workflowIdOf, type AppendEvents, type RecallInput } from '../../workflows/contract.js';
import { openingOf } from '../engine/recall.js';
import { temporalAddress, workflowBundle } from '../servers.js';

export type OwnActivities = Partial<EffectActivities> & { appendEvents: (batch: AppendEvents) => Promise<void> };

/** For all tests of a file a worker of the workflow alone: its activities are the test's. Gives how one opens a recall on it. */
export function ownWorkflows(
  taskQueue: string,
  activities: OwnActivities,
): (playbook: Playbook, recallId: RecallId, clock: ClockKind) => Promise<WorkflowHandle> {
  const { codec } = newKeys();
  let connection: Connection;
  let client: Client;
  let worker: Worker;
  let running: Promise<void>;
  let native: NativeConnection;
  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
    native = await NativeConnection.connect({ address: temporalAddress() });
    connection = await Connection.connect({ address: temporalAddress() });
    client = new Client({ connection, dataConverter: dataConverter(codec) });
    worker = await Worker.create({
      connection: native,
      taskQueue,
      workflowBundle: workflowBundle(),
      dataConverter: dataConverter(codec),
      activities,
    });
    running = worker.run();
  });
  afterAll(async () => {
    worker.shutdown();
    await running;
    await native.close();
    await connection.close();
  });
  return (playbook, recallId, clock) => {
    const mode = clock === 'stepped' ? 'drill' : 'recall';
    const open: RecallInput['open'] = { ...openingOf(playbook, { recallId, mode }), clock };
    const args: [RecallInput] = [{ v: 1, open, carried: null }];
    return client.workflow.start(RECALL_WORKFLOW, { workflowId: workflowIdOf(recallId), taskQueue, args });
  };
}
