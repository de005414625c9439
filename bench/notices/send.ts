import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createTransport } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { pino } from 'pino';
import { runCampaign } from '../../activities/campaigns.js';
import type { Deps } from '../../activities/deps.js';
import { createEgress } from '../../activities/egress.js';
import { effectActivity } from '../../activities/run-effect.js';
import { BUNDLED_BRAND, readBrand } from '../../api/brand.js';
import type { ContactRung } from '../../engine/channels.js';
import type { EffectCall } from '../../engine/effects.js';
import type { EffectId, IsoInstant, RecallId, StepName } from '../../engine/words.js';
import { createPool } from '../../store/db.js';
import { jobSchema, MAIL_DOMAIN, MAIL_FROM, STEP, type Job, type Profile, type Turn } from './job.js';
import { idleClock, profiled, timedStatements } from './profile.js';

const HOUR_MS = 3_600_000;
const NOW = '2026-09-10T08:00:00.000Z' as IsoInstant;

const TWILIO = { accountSid: `AC${'0'.repeat(32)}`, authToken: '0'.repeat(32), from: '+447700900000' };

/** Entry: sends what BENCH_JOB says and then is ready, with what that took. Start and end of the process are not measured. */
async function main(job: Job): Promise<void> {
  const { run, close, idleSeconds, statements } = await WAYS[job.how](job);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const measured = async () => {
    const cpu = process.cpuUsage();
    const begun = performance.now();
    const sent = await run();
    const ended = performance.now();
    return { sent, begun, ended, used: process.cpuUsage(cpu) };
  };
  const { done, functions } = statements ? await profiled(measured) : { done: await measured(), functions: [] };
  const { sent, begun, ended, used } = done;
  const turn: Turn = {
    sent,
    seconds: (ended - begun) / 1_000,
    cpuSeconds: (used.user + used.system) / 1e6,
    rssMb: process.resourceUsage().maxRSS / 1024,
    longestBlockMs: delay.max / 1e6,
    idleSeconds: idleSeconds?.(begun, ended) ?? null,
    profile: statements ? { functions, statements: statements() } : null,
  };
  await close();
  process.stdout.write(`${JSON.stringify({ ready: 'sent', ...turn })}\n`);
}

type Way = (job: Job) => Promise<{
  run: () => Promise<number>;
  close: () => unknown;
  idleSeconds?: (from: number, until: number) => number;
  statements?: (() => Profile['statements']) | undefined;
}>;

const WAYS: Record<Job['how'], Way> = {
  ours: (job) => product(job, 'email'),
  'ours with DKIM': (job) => product(job, 'email', { selector: 'bench', privateKey: job.dkimKey }),
  'ours by SMS': (job) => product(job, 'sms'),
  'library of Twilio': twilioLibrary,
  pool: mailerPool,
  connections: bareConnections,
  sockets: bareSockets,
};

/** The activity of a worker, as Temporal would run it: claims, renders, sends, settles, and writes the ledger. */
async function product(
  { port, connections, database, recallId, keys, isProfiled }: Job,
  by: 'email' | 'sms',
  dkim: { selector: string; privateKey: string } | null = null,
): ReturnType<Way> {
  const pool = createPool(database, 20);
  const statements = isProfiled ? timedStatements(pool) : undefined;
  const wire = idleClock();
  const egress = createEgress({
    smtpUrl: `smtp://127.0.0.1:${port}`,
    mailFrom: MAIL_FROM,
    mailDomain: MAIL_DOMAIN,
    twilio: { ...TWILIO, voiceFrom: null, apiUrl: `http://127.0.0.1:${port}` },
    dkim,
    limits: { smtp: { atOnce: connections, perSecond: null }, twilio: { atOnce: connections, perSecond: null } },
  });
  const deps: Deps = {
    worker: 'bench',
    pool,
    egress: {
      ...egress,
      sendMail: (...mail) => wire.during(() => egress.sendMail(...mail)),
      sendSms: (...sms) => wire.during(() => egress.sendSms(...sms)),
    },
    channelLacks: {},
    webhookKey: null,
    smsPrices: null,
    keys,
    signer: null,
    regimes: [],
    noticeRules: {} as Deps['noticeRules'],
    log: pino({ level: 'warn' }),
    brand: readBrand(BUNDLED_BRAND).mail,
    publicUrl: 'https://recalls.maker.example',
    sender: null,
    mailDomain: MAIL_DOMAIN,
    warehouseUrl: 'http://127.0.0.1:9/',
    authorityMail: {},
    documentsDir: null,
  };
  const ladder = [{ by, after: 'PT0S' }] as ContactRung[];
  const call = {
    id: `${STEP}/1/runCampaign/1` as EffectId,
    kind: 'runCampaign',
    step: STEP as StepName,
    round: 1,
    recallId: recallId as RecallId,
    now: NOW,
    payload: { campaign: STEP as StepName, revision: 1, ladder, wave: 0, accepted: [], quiet: null },
  } satisfies EffectCall<'runCampaign'>;
  const activity = effectActivity(deps, runCampaign(deps));
  const attempt = new MockActivityEnvironment(
    { startToCloseTimeoutMs: 4 * HOUR_MS },
    { logger: new DefaultLogger('ERROR') },
  );
  return {
    async run() {
      const outcome = await attempt.run<
        [EffectCall<'runCampaign'>],
        Awaited<ReturnType<typeof activity>>,
        typeof activity
      >(activity, call);
      if ('failed' in outcome) throw new Error(outcome.failed.message);
      return outcome.result.tally.delivered;
    },
    async close() {
      egress.close();
      await pool.end();
    },
    idleSeconds: wire.idleSeconds,
    statements,
  };
}

/** nodemailer as its manual says: a pool that composes each message, of the same words. */
async function mailerPool({ port, connections, count, raw }: Job): ReturnType<Way> {
  const transport = createTransport({
    pool: true,
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    maxConnections: connections,
    maxMessages: Infinity,
  });
  const text = raw.slice(raw.indexOf('\r\n\r\n'), raw.length >> 2);
  const html = raw.slice(raw.length >> 2);
  return {
    async run() {
      await each(count, connections, (n) =>
        transport.sendMail({ from: MAIL_FROM, to: `shop${n}@shop.example`, subject: 'Safety notice', text, html }),
      );
      return count;
    },
    close: () => transport.close(),
  };
}

/** Twilio's library as its manual says, with connections that are kept. */
async function twilioLibrary({ port, connections, count, raw }: Job): ReturnType<Way> {
  const { default: twilio } = await import('twilio');
  const { accountSid, authToken, from } = TWILIO;
  const plain = new twilio.RequestClient({ keepAlive: true, maxSockets: connections });
  // The library knows Twilio's address only.
  const httpClient = {
    request: (asked: Parameters<typeof plain.request>[0]) =>
      plain.request({ ...asked, uri: asked.uri.replace('https://api.twilio.com', `http://127.0.0.1:${port}`) }),
  } as unknown as typeof plain;
  const client = twilio(accountSid, authToken, { httpClient });
  return {
    async run() {
      await each(count, connections, (n) =>
        client.messages.create({
          from,
          to: `+44${7_700_000_000 + n}`,
          body: raw,
          statusCallback: 'https://recalls.maker.example/twilio',
        }),
      );
      return count;
    },
    close: () => undefined,
  };
}

/** nodemailer's own connections with a message that is ready. */
async function bareConnections({ port, connections, count, raw }: Job): ReturnType<Way> {
  const message = Buffer.from(raw);
  const open = await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
      await new Promise<void>((resolve, reject) =>
        connection.connect((failed) => (failed ? reject(failed) : resolve())),
      );
      return connection;
    }),
  );
  let n = 0;
  return {
    async run() {
      await Promise.all(
        open.map(async (connection) => {
          while (n < count) {
            n += 1;
            const envelope = { from: `b+${n}@${MAIL_DOMAIN}`, to: [`shop${n}@shop.example`] };
            await new Promise<void>((resolve, reject) =>
              connection.send(envelope, message, (failed) => (failed ? reject(failed) : resolve())),
            );
          }
        }),
      );
      return count;
    },
    close: () => open.forEach((one) => one.close()),
  };
}

/** What the sink bears: the same dialogue over bare sockets, of which nothing is read but that an answer has come. */
async function bareSockets({ port, connections, count, raw }: Job): ReturnType<Way> {
  const message = Buffer.from(`${raw.replace(/^\./gm, '..')}\r\n.\r\n`);
  const open = await Promise.all(Array.from({ length: connections }, () => dialogue(port)));
  for (const { say } of open) await say('EHLO bench.example\r\n', 1);
  let n = 0;
  return {
    async run() {
      await Promise.all(
        open.map(async ({ say }) => {
          while (n < count) {
            n += 1;
            await say(`MAIL FROM:<b+${n}@${MAIL_DOMAIN}>\r\nRCPT TO:<shop${n}@shop.example>\r\nDATA\r\n`, 3);
            await say(message, 1);
          }
        }),
      );
      return count;
    },
    close: () => open.forEach(({ socket }) => socket.destroy()),
  };
}

type Dialogue = { socket: Socket; say: (said: string | Buffer, answers: number) => Promise<void> };

async function dialogue(port: number): Promise<Dialogue> {
  const socket = connect(port, '127.0.0.1').setNoDelay(true);
  let left = 1;
  let wake: () => void = () => undefined;
  const greeted = new Promise<void>((resolve) => (wake = resolve));
  socket.on('data', (chunk: Buffer) => {
    for (const line of chunk.toString('latin1').split('\r\n')) if (/^\d{3} /.test(line)) left -= 1;
    if (left <= 0) wake();
  });
  await greeted;
  const say = (said: string | Buffer, answers: number): Promise<void> =>
    new Promise((resolve) => {
      left = answers;
      wake = resolve;
      socket.write(said);
    });
  return { socket, say };
}

/** So many pieces of work, so many of them at once. */
async function each(count: number, atOnce: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let n = 0;
  const worker = async (): Promise<void> => {
    while (n < count) await work((n += 1));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

await main(jobSchema.parse(JSON.parse(process.env.BENCH_JOB!)));
