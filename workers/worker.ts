import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { createActivities } from '../activities/activities.js';
import { channelLacks } from '../activities/channels/registry.js';
import { startCheckpoints } from '../activities/checkpoints.js';
import type { Deps } from '../activities/deps.js';
import { createEgress } from '../activities/egress.js';
import { startOutgoing } from '../activities/outgoing.js';
import { startRelay } from '../activities/relay.js';
import { startSharing } from '../activities/share-runs.js';
import { BUNDLED_BRAND, readBrand } from '../api/brand.js';
import { mjmlCompiler } from '../documents/notice-mail.js';
import { loadNoticeRules } from '../regulations/notice-rules.js';
import { loadRegimes } from '../regulations/regimes.js';
import { createPool, type Pool } from '../store/db.js';
import { migrationLack } from '../store/migrate.js';
import { dataConverter, workerDataConverter } from '../trust/data-converter.js';
import { TASK_QUEUE } from '../workflows/contract.js';
import { workflowBundle } from './bundle.js';
import { drillAllowList, limitsOf, readConfig, twilioOf, type Config } from './config.js';
import { createLog } from './log.js';
import { temporalLogger } from './temporal-log.js';

const POOL_MAX = 20;
const RETRY_MS = 1_000;

/** Entry: runs workflows, activities and the relay until it is told to stop. */
async function main(config: Config): Promise<void> {
  const log = createLog(config.LOG_LEVEL, 'worker');
  Runtime.install({ logger: temporalLogger(log) });
  const pool = createPool(config.DATABASE_URL, POOL_MAX);
  await migrated(pool, log);
  const connection = await connected(config.TEMPORAL_ADDRESS, log);
  const client = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: dataConverter(config.RECALL_KEYS.codec),
  });
  const egress = createEgress({
    smtpUrl: config.SMTP_URL,
    secondSmtpUrl: config.SMTP_URL_SECOND ?? null,
    mailFrom: config.MAIL_FROM,
    mailDomain: config.MAIL_DOMAIN,
    twilio: twilioOf(config),
    dkim: config.DKIM_KEY ? { selector: config.DKIM_SELECTOR, privateKey: config.DKIM_KEY } : null,
    webhookGateway: config.WEBHOOK_GATEWAY ?? null,
    limits: limitsOf(config),
  });
  const publicUrl = config.PUBLIC_URL ?? `http://${config.API_HOST}:${config.API_PORT}`;
  const brand = readBrand(config.BRAND_FILE ?? BUNDLED_BRAND).mail;
  const signer = config.CHECKPOINT_KEY ?? null;
  if (signer === null) log.warn('there is no CHECKPOINT_KEY: ledgers are not signed, and can be rewritten whole');
  const deps: Deps = {
    worker: randomUUID(),
    pool,
    egress,
    channelLacks: channelLacks(config),
    webhookKey: config.WEBHOOK_KEY ?? null,
    smsPrices: config.SMS_PRICES ?? null,
    log,
    keys: config.RECALL_KEYS,
    signer,
    regimes: loadRegimes(),
    noticeRules: loadNoticeRules(),
    brand,
    publicUrl,
    sender: config.LETTER_SENDER ?? null,
    mailDomain: config.MAIL_DOMAIN,
    warehouseUrl: config.WAREHOUSE_URL,
    authorityMail: config.AUTHORITY_MAIL,
    documentsDir: config.DOCUMENTS_DIR ?? null,
  };
  await mjmlCompiler();
  const worker = await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: TASK_QUEUE,
    workflowBundle: { codePath: config.WORKFLOW_BUNDLE ?? (await workflowBundle('.recall/cache')) },
    dataConverter: workerDataConverter(config.RECALL_KEYS),
    // Stands in every history, so that one can see which build ran what.
    workerDeploymentOptions: {
      useWorkerVersioning: false,
      version: { deploymentName: TASK_QUEUE, buildId: config.RECALL_BUILD },
    },
    activities: createActivities(deps),
    maxHeartbeatThrottleInterval: '1s',
    stickyQueueScheduleToStartTimeout: '2s',
    shutdownGraceTime: '5s',
    shutdownForceTime: '7s',
  });
  const relay = startRelay({ pool, client, log });
  const sharing = startSharing(deps);
  const outgoing = startOutgoing({ pool, egress, brand, publicUrl, log });
  const checkpoints =
    signer &&
    startCheckpoints({
      pool,
      egress,
      log,
      signer,
      auditor: config.AUDITOR_MAIL ?? null,
      allowList: drillAllowList(config),
      mailDomain: config.MAIL_DOMAIN,
    });
  const running = worker.run();
  process.stdout.write(`${JSON.stringify({ ready: 'worker' })}\n`);
  await running;
  await relay.stop();
  await sharing.stop();
  await outgoing.stop();
  await checkpoints?.stop();
  egress.close();
  await pool.end();
  await connection.close();
}

/** Waits for a database with the migrations of this build: on others its statements would fail one by one, in the middle of a recall. */
async function migrated(pool: Pool, log: Logger): Promise<void> {
  for (;;) {
    const lack = await migrationLack(pool).catch((failed: unknown) => String(failed));
    if (lack === null) return;
    log.warn({ lack }, 'the database is not ready; trying again');
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** A connection to Temporal, as soon as that answers: a worker that starts first waits, and says what for. */
async function connected(address: string, log: Logger): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect({ address });
    } catch (failed) {
      log.warn({ address, error: String(failed) }, 'Temporal does not answer; trying again');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

await main(readConfig(process.env));
