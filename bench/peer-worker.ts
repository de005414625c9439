import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { dataConverter, failureConverterPath } from '../trust/data-converter.js';
import { configSchema } from '../workers/config.js';
import { PEER_QUEUE, type PeerActivities } from './peer-workflow.js';
import type { WorkerSettings } from './starts.js';

/** Entry: the peer's worker, with whatever settings the product's worker was made with. */
async function main(): Promise<void> {
  const config = configSchema.pick({ TEMPORAL_ADDRESS: true, RECALL_KEYS: true }).parse(process.env);
  const logger = new DefaultLogger('WARN');
  Runtime.install({ logger });
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const activities: PeerActivities = { act: async () => undefined };
  const worker = await Worker.create({
    ...(JSON.parse(process.env.PEER_SETTINGS!) as WorkerSettings),
    connection,
    taskQueue: PEER_QUEUE,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./peer-workflow.ts', import.meta.url)),
      failureConverterPath: failureConverterPath(),
      logger,
    }),
    dataConverter: dataConverter(config.RECALL_KEYS.codec),
    activities,
  });
  const running = worker.run();
  process.stdout.write(`${JSON.stringify({ ready: 'peer' })}\n`);
  await running;
  await connection.close();
}

await main();
