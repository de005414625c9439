import { Client, Connection } from '@temporalio/client';
import { CHANNEL_CONTRACTS, channelLacks } from '../activities/channels/registry.js';
import { BUNDLED_BRAND, readBrand } from '../api/brand.js';
import { createApi } from '../api/server.js';
import { createPool } from '../store/db.js';
import { dataConverter } from '../trust/data-converter.js';
import { identityProvider } from '../api/sign-in/provider.js';
import { drillAllowList, providerSettings, readConfig, type Config } from './config.js';
import { createLog } from './log.js';

const POOL_MAX = 20;

/** Entry: the API with its pages, until it is told to stop. */
async function main(config: Config): Promise<void> {
  const log = createLog(config.LOG_LEVEL, 'api');
  const pool = createPool(config.DATABASE_URL, POOL_MAX);
  const connection = Connection.lazy({ address: config.TEMPORAL_ADDRESS });
  const client = new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: dataConverter(config.RECALL_KEYS.codec),
  });
  const provider = providerSettings(config);
  const api = await createApi({
    pool,
    client,
    log,
    keys: config.RECALL_KEYS,
    identityProvider: provider && identityProvider(provider),
    localKey: config.LOCAL_KEY ?? null,
    codecAccess: config.CODEC_ACCESS ?? null,
    temporalUi: config.TEMPORAL_UI ?? null,
    mailDoor: config.MAIL_DOOR ?? null,
    allowList: drillAllowList(config),
    channelLacks: channelLacks(config),
    authorityMail: config.AUTHORITY_MAIL,
    webhookKey: config.WEBHOOK_KEY ?? null,
    mailDomain: config.MAIL_DOMAIN,
    readReports: { sms: CHANNEL_CONTRACTS.sms.readReport, voice: CHANNEL_CONTRACTS.voice.readReport },
    twilioAuthToken: config.TWILIO_AUTH_TOKEN ?? null,
    publicUrl: config.PUBLIC_URL ?? `http://${config.API_HOST}:${config.API_PORT}`,
    trustedProxies: config.TRUSTED_PROXIES,
    helpContact: config.HELP_CONTACT ?? config.MAIL_FROM,
    brand: readBrand(config.BRAND_FILE ?? BUNDLED_BRAND),
  });
  const url = await api.listen({ host: config.API_HOST, port: config.API_PORT });
  process.stdout.write(`${JSON.stringify({ ready: 'api', url })}\n`);
  const stop = async (): Promise<void> => {
    await api.close();
    await pool.end();
    await connection.close();
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

await main(readConfig(process.env));
