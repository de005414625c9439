import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { fractionOf } from '../../engine/digest.js';
import type { RecallId, StepName } from '../../engine/words.js';
import { createPool, type Pool } from '../../store/db.js';
import { migrate } from '../../store/migrate.js';
import { recountOf, tallyOf } from '../../store/tally.js';
import { freePort, spawnNode, startPostgres, type Child } from '../../tools/servers.mjs';
import { newKeys } from '../../trust/keys.js';
import { newWebhookKey } from '../../trust/webhook-secrets.js';
import { frozenCampaign } from '../notices/campaign.js';
import { STEP } from '../notices/job.js';
import type { FarEndJob } from './far-end.js';
import { LADDER, type SenderJob } from './sender.js';
import { differencesOf, type Kept } from './told-once.js';

const VICTIMS = ['sender', 'mail server', 'partner', 'postgres'] as const;
type Victim = (typeof VICTIMS)[number];
const DOWN_MS_MAX = 800;
const LOOK_MS = 4;
/** Of an id with its end of line, as far ends note it. */
const LINE_BYTES = 33;

/** `claimed`: notices of which nobody knew at that instant whether they had gone out; null where the database was not there to say. */
export type NoticeKill = { victim: Victim; claimed: number | null; arrived: number; downMs: number };
export type NoticesSoaked = {
  notices: number;
  kills: NoticeKill[];
  /** What far ends have noted: messages, and arrivals beyond the first of each, beside what the ledger counts as in doubt. */
  arrived: { email: number; webhook: number; twice: number };
  inDoubt: number;
  differences: string[];
};

/**
 * A campaign over mail and webhooks while who sends it, both far ends and PostgreSQL are killed, each kill when a share of
 * the notices that the seed chooses has arrived. In the end the store is held against what the far ends noted themselves.
 */
export async function soakNotices({
  dir,
  notices,
  kills: wanted,
  seed,
  say,
}: {
  dir: string;
  notices: number;
  kills: number;
  seed: number;
  say: (line: string) => void;
}): Promise<NoticesSoaked> {
  const opened: (() => unknown)[] = [];
  try {
    const postgres = await startPostgres({ dir });
    opened.push(() => postgres.stop());
    if (postgres.pid === null) throw new Error('a PostgreSQL that somebody else runs is nobody’s here to kill');
    await migrate(postgres.url);
    const pool = createPool(postgres.url);
    opened.push(() => pool.end());
    const journals = { email: join(dir, 'email.ids'), webhook: join(dir, 'webhook.ids') };
    const farEnd = async (channel: FarEndJob['channel']): Promise<{ port: number; child: Child<unknown> }> => {
      const job: FarEndJob = { channel, port: await freePort(), journal: journals[channel] };
      const env = { SOAK_FAR_END: JSON.stringify(job) };
      const child = await spawnNode('bench/soak/far-end.ts', { env, logFile: join(dir, `${channel}.log`) });
      opened.push(() => child.stop());
      return { port: job.port, child };
    };
    const [mail, partner] = [await farEnd('email'), await farEnd('webhook')];
    const recallId = await overTwoChannels(pool, notices, partner.port);
    const job: SenderJob = {
      ...{ smtpPort: mail.port, database: postgres.url, recallId, keys: newKeys(), webhookKey: newWebhookKey() },
    };
    const sender = await spawnNode('bench/soak/sender.ts', {
      env: { SOAK_SENDER: JSON.stringify(job) },
      logFile: join(dir, 'sender.log'),
    });
    opened.push(() => sender.stop());
    const children = { sender, 'mail server': mail.child, partner: partner.child, postgres };
    const arrivedNow = (): number => linesOf(journals.email) + linesOf(journals.webhook);
    const kills: NoticeKill[] = [];
    for (let n = 0; n < wanted; n += 1) {
      const draw = (what: string): number => fractionOf(`${seed}/${n}/${what}`);
      const at = (notices * (n + draw('at'))) / (wanted + 1);
      while (arrivedNow() < at && sender.isRunning()) await sleep(LOOK_MS);
      if (!sender.isRunning()) break;
      // Each in its turn, so that a short run kills all of them too.
      const victim = VICTIMS[(n + seed) % VICTIMS.length]!;
      const downMs = Math.round(draw('down') * DOWN_MS_MAX);
      const kill = { victim, claimed: await claimedNow(postgres.url), arrived: arrivedNow(), downMs };
      children[victim].kill('SIGKILL');
      kills.push(kill);
      say(
        `${victim} killed for ${downMs} ms: ${kill.arrived} arrived, ${kill.claimed ?? 'nobody knows how many'} claimed`,
      );
      await sleep(downMs);
      await children[victim].restart();
    }
    await sender.ended();
    const noted = { email: idsIn(journals.email), webhook: idsIn(journals.webhook) };
    const key = { recallId, step: STEP as StepName, revision: 1 };
    const [kept, doubts] = [await keptBy(pool, recallId), await doubtsBy(pool, recallId)];
    const differences = differencesOf({ notices, kept, doubts, noted });
    const [tally, recount] = [await tallyOf(pool, key), await recountOf(pool, key)];
    if (JSON.stringify(tally) !== JSON.stringify(recount)) differences.push('the tally is not what a recount gives');
    if (kills.length < wanted) differences.push(`it was over after ${kills.length} of ${wanted} kills`);
    const all = [...noted.email, ...noted.webhook];
    return {
      ...{ notices, kills, differences },
      arrived: { email: noted.email.length, webhook: noted.webhook.length, twice: all.length - new Set(all).size },
      inDoubt: [...doubts.values()].reduce((sum, count) => sum + count, 0),
    };
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

/** Every second recipient is a partner with a system of its own, and has no other address. */
async function overTwoChannels(pool: Pool, size: number, partnerPort: number): Promise<RecallId> {
  const recallId = await frozenCampaign(pool, size, `soak-${size}`);
  await pool.query('update campaign set ladder = $2 where recall_id = $1', [recallId, JSON.stringify(LADDER)]);
  await pool.query(
    `update recipient set addresses = jsonb_build_object('webhook', $2 || code), next_rung = 1
      where recall_id = $1 and exposure % 2 = 0`,
    [recallId, `http://127.0.0.1:${partnerPort}/partners/`],
  );
  return recallId;
}

async function claimedNow(url: string): Promise<number | null> {
  const db = new pg.Client({ connectionString: url });
  db.on('error', () => undefined);
  try {
    await db.connect();
    const { rows } = await db.query<{ count: string }>(`select count(*) from notice where state = 'claimed'`);
    return Number(rows[0]!.count);
  } catch {
    // It may be coming up again.
    return null;
  } finally {
    await db.end().catch(() => undefined);
  }
}

async function keptBy(pool: Pool, recallId: RecallId): Promise<Kept[]> {
  const { rows } = await pool.query<Kept>(
    `select recipient, channel, state, split_part(ltrim(message_id, '<'), '@', 1) as id from notice where recall_id = $1`,
    [recallId],
  );
  return rows;
}

/** How often the ledger has each message in doubt. */
async function doubtsBy(pool: Pool, recallId: RecallId): Promise<Map<string, number>> {
  const { rows } = await pool.query<{ id: string; times: string }>(
    `select split_part(ltrim(r->>'messageId', '<'), '@', 1) as id, count(*) as times
       from ledger_entry, jsonb_array_elements(page::jsonb) r
      where recall_id = $1 and stream <> 'events' and body::jsonb->>'type' = 'notices in doubt' group by 1`,
    [recallId],
  );
  return new Map(rows.map(({ id, times }) => [id, Number(times)]));
}

function linesOf(journal: string): number {
  return existsSync(journal) ? statSync(journal).size / LINE_BYTES : 0;
}

function idsIn(journal: string): string[] {
  return existsSync(journal) ? readFileSync(journal, 'utf8').trimEnd().split('\n') : [];
}
