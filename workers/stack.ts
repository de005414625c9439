import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startIdentityProvider, type DevelopmentProvider } from '../drills/identity-provider.js';
import { createPool } from '../store/db.js';
import { migrate } from '../store/migrate.js';
import { rosterPeople } from '../store/roster.js';
import {
  freePort,
  requireFree,
  spawnNode,
  startPostgres,
  startTemporal,
  type Child,
  type PostgresServer,
  type TemporalServer,
} from '../tools/servers.mjs';
import { newCheckpointKey } from '../trust/checkpoints.js';
import { newKeys, type Keys } from '../trust/keys.js';
import { SEARCH_ATTRIBUTES } from '../workflows/contract.js';
import { workflowBundle } from './bundle.js';
import { supervise } from './supervise.js';

const CACHE = fileURLToPath(new URL('../.recall/cache', import.meta.url));

/** Everything outside the stack that it sends to. */
export type Surroundings = {
  smtpUrl: string;
  warehouseUrl: string;
  /** Where each authority takes mail, by regime. */
  authorityMail: Record<string, string>;
  /** What the secrets of partners with a webhook follow from; without it that channel is not configured. */
  webhookKey?: string;
  /** Takes webhooks in the place of their partners. */
  webhookGateway?: string;
  /** Whom letters are from; without it there are none. */
  letterSender?: string;
  /** What reaches Twilio, or what stands for it; without it there are neither text messages nor calls. */
  twilio?: { url: string; accountSid: string; authToken: string; from: string | null; voiceFrom: string | null };
  /** Origins that a drill may call, those of the environment unless named. What a recall calls is not among them by itself: it may be the real one. */
  drillUrls?: string[];
};

export type StackOptions = Surroundings & {
  /** Logs, documents and Temporal's file; made where it is not there. */
  dir: string;
  /** With Temporal's UI, and the codec endpoint it reads payloads through. */
  ui: boolean;
  ports?: { api?: number; temporal?: number; ui?: number };
  /** Temporal's settings beside those of every stack. */
  dynamicConfig?: Record<string, string>;
  /** Keys of payloads and links; fresh ones unless named. */
  keys?: Keys;
  /** Environment of worker, API and mail door beside what the stack sets. */
  env?: Record<string, string>;
  /** Hears which child has ended unasked and what becomes of it; standard error unless named. */
  say?: (line: string) => void;
  /** False where whoever started the stack starts again what ends. */
  supervised?: boolean;
};

export type Stack = {
  url: string;
  localKey: string;
  inboundPort: number;
  keys: Keys;
  /** The public key of the checkpoints, which live as long as the stack's data. */
  checkpointKey: string;
  temporal: TemporalServer;
  postgres: PostgresServer;
  worker: Child<unknown>;
  api: Child<{ url: string }>;
  mailDoor: Child<{ inboundPort: number }>;
  documentsDir: string;
  stop: () => Promise<void>;
};

/** A whole stack as children of this process: Temporal, PostgreSQL, a worker, the API, the mail door. They end with it, however it ends, and are started again at the same place where they end before it. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { say = (line: string) => void process.stderr.write(`${line}\n`), supervised = true } = options;
  const { dir, ui, ports = {}, smtpUrl, warehouseUrl, authorityMail, drillUrls } = options;
  const { webhookKey, webhookGateway, twilio, letterSender } = options;
  mkdirSync(dir, { recursive: true });
  if (ports.api) await requireFree(ports.api, 'the API');
  const [apiPort, mailPort, uiPort] = [
    ports.api ?? (await freePort()),
    await freePort(),
    ports.ui ?? (await freePort()),
  ];
  const url = `http://127.0.0.1:${apiPort}`;
  const [localKey, codecAccess] = [secret(), secret()];
  const keys = options.keys ?? newKeys();
  const checkpointKey = newCheckpointKey();
  const documentsDir = join(dir, 'documents');
  const opened: { stop: () => Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    for (const one of opened.splice(0).reverse()) await one.stop();
  };
  const kept = async <T extends { stop: () => Promise<void> }>(starting: Promise<T>): Promise<T> => {
    const started = await starting;
    opened.push(started);
    return started;
  };
  try {
    const servers = await settledAll([
      kept(
        startTemporal({
          dir: join(dir, 'temporal'),
          port: ports.temporal,
          ui,
          uiPort,
          codecEndpoint: `${url}/codec/${codecAccess}`,
          searchAttributes: SEARCH_ATTRIBUTES,
          dynamicConfig: options.dynamicConfig,
        }),
      ),
      kept(startPostgres({ dir: join(dir, 'postgres') })),
      workflowBundle(CACHE),
    ]);
    const [temporal, postgres, bundle] = servers;
    await migrate(postgres.url);
    const publicUrl = options.env?.PUBLIC_URL ?? url;
    const identity = await kept(developmentIdentity(postgres.url, publicUrl));
    const env: Record<string, string> = {
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: temporal.address,
      ...(temporal.uiAddress ? { TEMPORAL_UI: temporal.uiAddress, CODEC_ACCESS: codecAccess } : {}),
      WORKFLOW_BUNDLE: bundle,
      API_PORT: String(apiPort),
      INBOUND_SMTP_PORT: String(mailPort),
      MAIL_DOOR: `127.0.0.1:${mailPort}`,
      SMTP_URL: smtpUrl,
      WAREHOUSE_URL: warehouseUrl,
      AUTHORITY_MAIL: JSON.stringify(authorityMail),
      ...(drillUrls ? { DRILL_URLS: JSON.stringify(drillUrls) } : {}),
      ...(webhookKey ? { WEBHOOK_KEY: webhookKey } : {}),
      ...(webhookGateway ? { WEBHOOK_GATEWAY: webhookGateway } : {}),
      ...(twilio ? twilioSettings(twilio) : {}),
      ...(letterSender ? { LETTER_SENDER: letterSender } : {}),
      RECALL_KEYS: JSON.stringify(keys),
      OIDC_ISSUER: identity.issuer,
      OIDC_CLIENT_ID: identity.clientId,
      OIDC_CLIENT_SECRET: identity.clientSecret,
      LOCAL_KEY: localKey,
      DOCUMENTS_DIR: documentsDir,
      ...options.env,
    };
    const child = <Ready>(name: string, own: Record<string, string> = {}): Promise<Child<Ready>> =>
      kept(spawnNode<Ready>(`workers/${name}.ts`, { env: { ...own, ...env }, logFile: join(dir, `${name}.log`) }));
    const [worker, api, mailDoor] = await settledAll([
      child<unknown>('worker', { CHECKPOINT_KEY: checkpointKey.privateKey }),
      child<{ url: string }>('api'),
      child<{ inboundPort: number }>('mail-door'),
    ]);
    const { inboundPort } = mailDoor.ready;
    const children = [
      { name: 'the worker', child: worker },
      { name: 'the API', child: api },
      { name: 'the mail door', child: mailDoor },
      { name: 'Temporal', child: temporal },
      ...(postgres.pid === null ? [] : [{ name: 'PostgreSQL', child: postgres }]),
    ];
    const supervision = supervise(supervised ? children : [], say);
    // Of all that is opened it ends first, so that nothing which is stopped is started again.
    opened.push({ stop: async () => supervision.stop() });
    return {
      url,
      localKey,
      inboundPort,
      keys,
      checkpointKey: checkpointKey.publicKey,
      temporal,
      postgres,
      worker,
      api,
      mailDoor,
      documentsDir,
      stop,
    };
  } catch (failed) {
    await stop();
    throw failed;
  }
}

/** An identity provider in which whoever comes picks one of the roster's people. It ends with this process. */
async function developmentIdentity(databaseUrl: string, publicUrl: string): Promise<DevelopmentProvider> {
  const pool = createPool(databaseUrl, 1);
  const provider = await startIdentityProvider({
    people: () => rosterPeople(pool),
    redirectUri: `${publicUrl}/sign-in/done`,
  });
  return {
    ...provider,
    stop: async () => {
      await provider.stop();
      await pool.end();
    },
  };
}

/** Waits for all even where one fails, so that whatever has started is known and can be stopped. */
async function settledAll<T extends readonly unknown[]>(all: {
  [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const settled = await Promise.allSettled(all);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

function secret(): string {
  return randomBytes(18).toString('base64url');
}

function twilioSettings({
  url,
  accountSid,
  authToken,
  from,
  voiceFrom,
}: NonNullable<Surroundings['twilio']>): Record<string, string> {
  return {
    TWILIO_API_URL: url,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    ...(from && { TWILIO_FROM: from }),
    ...(voiceFrom && { TWILIO_VOICE_FROM: voiceFrom }),
  };
}
