import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { answerMs } from './answers.js';
import { spawnNode, startPostgres } from '../../tools/servers.mjs';
import { createPool } from '../../store/db.js';
import { migrate } from '../../store/migrate.js';
import { newKeys } from '../../trust/keys.js';
import type { Figure, Row } from '../figures.js';
import { exampleMail, exampleText, frozenCampaign } from './campaign.js';
import { turnSchema, type Job, type Turn } from './job.js';
import { profileTable } from './profile-table.js';

const SIZES = [1_000, 10_000, 100_000];
/** So many are sent by each of the others in a turn, before and after each of ours. */
const PEER_COUNT = 3_000;
const CONNECTIONS = 20;
/** Text messages are sent by both ways in turn, so often. */
const TEXT_TURNS = 2;
/** What the fastest open peer reached of a sink's ceiling, and what is to be left of a bare connection. */
const CEILING_SHARE_MIN = 0.56;
const BARE_SHARE_MIN = 0.7;
const FLAT_MAX = 1.2;
const BLOCK_MS_MAX = 50;
const ANSWER_MS_MAX = 20;
const MS_PER_TICK = 10;

type Measured = Turn & { database: number };

/**
 * Mails a second of a campaign with all that it does for one, beside less and less: nodemailer's pool, its bare connections with
 * a message that is ready, and bare sockets, which is what the sink bears. All send the same bytes into one sink, in turns,
 * and of each the best turn counts, because other work on the machine only ever takes away.
 */
export async function noticeRates({
  dir,
  sizes = SIZES,
  isProfiled = false,
  say,
}: {
  dir: string;
  sizes?: number[];
  /** Our turns say where their time went, which makes them slower. */
  isProfiled?: boolean;
  say: (line: string) => void;
}): Promise<Figure> {
  const opened: (() => unknown)[] = [];
  try {
    const postgres = await startPostgres({ dir });
    opened.push(() => postgres.stop());
    await migrate(postgres.url);
    const pool = createPool(postgres.url);
    opened.push(() => pool.end());
    const sink = await spawnNode<{ port: number; countPort: number }>('bench/notices/sink.ts', {
      env: {},
      logFile: join(dir, 'sink.log'),
    });
    opened.push(() => sink.stop());
    const textSink = await spawnNode<{ port: number; countPort: number }>('bench/notices/text-sink.ts', {
      env: {},
      logFile: join(dir, 'text-sink.log'),
    });
    opened.push(() => textSink.stop());
    const raw = await exampleMail();
    const mailed = { ...sink.ready, raw };
    const texted = { ...textSink.ready, raw: exampleText() };
    const base = {
      connections: CONNECTIONS,
      database: postgres.url,
      keys: newKeys(),
      isProfiled,
      dkimKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      }) as string,
    };
    const turn = async (how: Job['how'], count: number, recallId = '', far = mailed): Promise<Measured> => {
      const { port, countPort } = far;
      const before = await countOf(countPort);
      const ticks = ticksUnder(postgres.pid!);
      const job: Job = { ...base, port, raw: far.raw, how, count, recallId };
      const child = await spawnNode<unknown>('bench/notices/send.ts', {
        env: { BENCH_JOB: JSON.stringify(job) },
        logFile: join(dir, 'send.log'),
      });
      const took = turnSchema.parse(child.ready);
      await child.stop();
      const database = ((ticksUnder(postgres.pid!) - ticks) * MS_PER_TICK) / 1_000;
      const arrived = (await countOf(countPort)) - before;
      if (took.sent !== count || arrived !== count) throw new Error(`${how}: of ${count} messages ${arrived} arrived`);
      say(`${how}, ${count}: ${Math.round(count / took.seconds)}/s`);
      if (took.profile) say(profileTable(took.profile, count));
      return { ...took, database };
    };
    const best: Partial<Record<Job['how'], number>> = {};
    const peers = async (): Promise<void> => {
      for (const how of ['sockets', 'connections', 'pool'] as const) {
        const { sent, seconds } = await turn(how, PEER_COUNT);
        best[how] = Math.max(best[how] ?? 0, sent / seconds);
      }
    };
    const rows: Row[] = [row('mail on the wire', 'kB', raw.length / 1_000)];
    const curve: number[] = [];
    await peers();
    let last = { recallId: '', size: 0 };
    for (const size of sizes) {
      last = { recallId: await frozenCampaign(pool, size, `notices-${size}`), size };
      const took = await turn('ours', size, last.recallId);
      await peers();
      const rate = size / took.seconds;
      curve.push(rate);
      best.ours = Math.max(best.ours ?? 0, rate);
      rows.push(
        row(`${size}: ours`, 'mails/s', rate),
        row(`${size}: CPU of the worker for a mail`, 'ms', (took.cpuSeconds / size) * 1_000),
        row(`${size}: CPU of PostgreSQL for a mail`, 'ms', (took.database / size) * 1_000),
        row(`${size}: of the time with no mail under way`, '', took.idleSeconds! / took.seconds),
        row(`${size}: most memory of the worker`, 'MB', took.rssMb),
        row(`${size}: longest block of the loop`, 'ms', took.longestBlockMs, BLOCK_MS_MAX),
      );
    }
    const signed = await frozenCampaign(pool, PEER_COUNT, 'notices-dkim');
    const dkim = await turn('ours with DKIM', PEER_COUNT, signed);
    const library: number[] = [];
    const bySms: number[] = [];
    for (let round = 1; round <= TEXT_TURNS; round += 1) {
      const bare = await turn('library of Twilio', PEER_COUNT, '', texted);
      library.push(bare.sent / bare.seconds);
      const recallId = await frozenCampaign(pool, PEER_COUNT, `notices-sms-${round}`, 'sms');
      const took = await turn('ours by SMS', PEER_COUNT, recallId, texted);
      bySms.push(took.sent / took.seconds);
    }
    const answers = await answerMs(pool, last.recallId, last.size);
    const share = (of: Job['how']): number => best.ours! / best[of]!;
    rows.push(
      row('sockets: what the sink bears', 'mails/s', best.sockets!),
      row('bare connections of nodemailer', 'mails/s', best.connections!),
      row('pool of nodemailer', 'mails/s', best.pool!),
      row('ours with DKIM', 'mails/s', dkim.sent / dkim.seconds),
      row('library of Twilio', 'texts/s', Math.max(...library)),
      row('ours by SMS', 'texts/s', Math.max(...bySms)),
      row('ours by SMS / library of Twilio', '', Math.max(...bySms) / Math.max(...library)),
      row('ours / sockets', '', share('sockets'), CEILING_SHARE_MIN, 'least'),
      row('ours / bare connections', '', share('connections'), BARE_SHARE_MIN, 'least'),
      row('ours / pool', '', share('pool')),
      ...curve
        .slice(1)
        .map((rate, at) => row(`${sizes[at + 1]}: dearer each than of ${sizes[at]}`, '', curve[at]! / rate, FLAT_MAX)),
      row(`an answer at ${last.size}`, 'ms', answers, ANSWER_MS_MAX),
    );
    const note = `one worker process, ${CONNECTIONS} connections (SMTP_AT_ONCE), the same bytes for all but the pool, which composes a mail of about that size; the best of several turns; an answer is the slowest but one of twenty`;
    return { name: 'notices', rows, note };
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

function row(what: string, unit: Row['unit'], value: number, limit: number | null = null, is: Row['is'] = 'most'): Row {
  return { what, unit, value, limit, is, spread: null };
}

function countOf(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.on('end', () => resolve(Number(text)));
  });
}

/** CPU time of a process with its children, those that have ended too, in ticks of the kernel. */
function ticksUnder(pid: number): number {
  let sum = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const fields = statOf(name);
    if (fields === null) continue;
    const [parent, user, system, endedUser, endedSystem] = [
      fields[1],
      fields[11],
      fields[12],
      fields[13],
      fields[14],
    ].map(Number);
    if (Number(name) === pid) sum += user! + system! + endedUser! + endedSystem!;
    else if (parent === pid) sum += user! + system!;
  }
  return sum;
}

/** What follows the name of a process, which may hold blanks. */
function statOf(pid: string): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
