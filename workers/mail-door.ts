import { CHANNEL_CONTRACTS } from '../activities/channels/registry.js';
import { createMailReader } from '../api/inbound/read-mail.js';
import { receiveMail } from '../api/inbound/receive.js';
import { startInbound } from '../api/inbound/smtp-door.js';
import { createPool } from '../store/db.js';
import { readConfig, type Config } from './config.js';
import { createLog } from './log.js';

const POOL_MAX = 10;

/** Entry: the door for incoming mail, until it is told to stop. It needs the database with each mail and not before: a mail that cannot be stored stays with its sender. */
async function main(config: Config): Promise<void> {
  const log = createLog(config.LOG_LEVEL, 'mail-door');
  const pool = createPool(config.DATABASE_URL, POOL_MAX);
  const reader = createMailReader(log);
  const { readReport } = CHANNEL_CONTRACTS.email;
  const door = await startInbound({
    host: config.API_HOST,
    port: config.INBOUND_SMTP_PORT,
    mailDomain: config.MAIL_DOMAIN,
    log,
    onMail: (raw, envelope) => receiveMail({ pool, log, readReport, reader }, raw, envelope),
  });
  process.stdout.write(`${JSON.stringify({ ready: 'mail-door', inboundPort: door.port })}\n`);
  const stop = async (): Promise<void> => {
    await door.stop();
    await reader.stop();
    await pool.end();
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

await main(readConfig(process.env));
