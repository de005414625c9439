import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { newTwilioAccount } from '../../drills/far-ends/texting.js';
import { shortTexts } from '../../documents/short-notices.js';
import { fractionOf } from '../../engine/digest.js';
import type { Language, RecallId, StepName } from '../../engine/words.js';
import { createPool, type Pool } from '../../store/db.js';
import { migrate } from '../../store/migrate.js';
import { recountOf, tallyOf } from '../../store/tally.js';
import { freePort, spawnNode, startPostgres, type Child } from '../../tools/servers.mjs';
import { newKeys } from '../../trust/keys.js';
import { newWebhookKey } from '../../trust/webhook-secrets.js';
import { frozenCampaign } from '../notices/campaign.js';
import { STEP } from '../notices/job.js';
import { notedIn, noteCounter, type FarEndJob } from './far-end.js';
import { LADDER, type SenderJob } from './sender.js';
import { differencesOf, type Kept } from './told-once.js';

const VICTIMS = ['sender', 'mail server', 'partner', 'postgres', 'twilio'] as const;
type Victim = (typeof VICTIMS)[number];
const CHANNELS = ['email', 'webhook', 'sms'] as const satisfies FarEndJob['channel'][];
const DOWN_MS_MAX = 800;
const LOOK_MS = 4;
const NOTICE = 'recall-notice';
/** Of a range that is kept for fiction, and longer than its numbers are: nobody has one. */
const NUMBERS = '+447700900';

/** `claimed`: notices of which nobody knew at that instant whether they had gone out; null where the database was not there to say. */
export type NoticeKill = { victim: Victim; claimed: number | null; arrived: number; downMs: number };
export type NoticesSoaked = {
  notices: number;
  kills: NoticeKill[];
  /** What far ends have noted: messages, and arrivals beyond the first of each, beside what the ledger counts as in doubt. */
  arrived: Record<FarEndJob['channel'], number> & { twice: number };
  inDoubt: number;
  differences: string[];
};

/**
 * A campaign over mail, webhooks and text messages while who sends it, each far end and PostgreSQL are killed, each kill when a share of
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
    const account = newTwilioAccount();
    const journalOf = (channel: FarEndJob['channel']): string => join(dir, `${channel}.journal`);
    const farEnd = async (channel: FarEndJob['channel']): Promise<{ port: number; child: Child<unknown> }> => {
      const job: FarEndJob = { channel, port: await freePort(), journal: journalOf(channel), account };
      const env = { SOAK_FAR_END: JSON.stringify(job) };
      const child = await spawnNode('bench/soak/far-end.ts', { env, logFile: join(dir, `${channel}.log`) });
      opened.push(() => child.stop());
      return { port: job.port, child };
    };
    const [mail, partner, texts] = [await farEnd('email'), await farEnd('webhook'), await farEnd('sms')];
    const recallId = await overThreeChannels(pool, notices, partner.port);
    const job: SenderJob = {
      ...{ smtpPort: mail.port, database: postgres.url, recallId, keys: newKeys(), webhookKey: newWebhookKey() },
      twilio: { ...account, apiUrl: `http://127.0.0.1:${texts.port}` },
    };
    const sender = await spawnNode('bench/soak/sender.ts', {
      env: { SOAK_SENDER: JSON.stringify(job) },
      logFile: join(dir, 'sender.log'),
    });
    opened.push(() => sender.stop());
    const children = { sender, 'mail server': mail.child, partner: partner.child, postgres, twilio: texts.child };
    const counters = CHANNELS.map((channel) => noteCounter(journalOf(channel)));
    const arrivedNow = (): number => counters.reduce((sum, count) => sum + count(), 0);
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
    const idsOf = (channel: FarEndJob['channel']): string[] => notedIn(journalOf(channel)).map(({ id }) => id);
    const noted = { email: idsOf('email'), webhook: idsOf('webhook'), sms: idsOf('sms') };
    const key = { recallId, step: STEP as StepName, revision: 1 };
    const [kept, doubts] = [await keptBy(pool, recallId), await doubtsBy(pool, recallId)];
    const differences = differencesOf({ notices, kept, doubts, noted });
    const [tally, recount] = [await tallyOf(pool, key), await recountOf(pool, key)];
    if (JSON.stringify(tally) !== JSON.stringify(recount)) differences.push('the tally is not what a recount gives');
    if (kills.length < wanted) differences.push(`it was over after ${kills.length} of ${wanted} kills`);
    const all = Object.values(noted).flat();
    return {
      ...{ notices, kills, differences },
      arrived: {
        ...{ email: noted.email.length, webhook: noted.webhook.length, sms: noted.sms.length },
        twice: all.length - new Set(all).size,
      },
      inDoubt: [...doubts.values()].reduce((sum, count) => sum + count, 0),
    };
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

/** Of three recipients one has a mailbox, one a system of its own, and one a telephone; none of them has another address. */
async function overThreeChannels(pool: Pool, size: number, partnerPort: number): Promise<RecallId> {
  const recallId = await frozenCampaign(pool, size, `soak-${size}`);
  const { sms } = shortTexts(NOTICE, ['sms'], ['en' as Language]);
  await pool.query(
    `update campaign set ladder = $2, texts = texts || jsonb_build_object('sms', $3::jsonb) where recall_id = $1`,
    [recallId, JSON.stringify(LADDER), JSON.stringify(sms)],
  );
  await pool.query(
    `update recipient set next_rung = exposure % 3,
            addresses = case exposure % 3 when 1 then jsonb_build_object('webhook', $2 || code)
                                          else jsonb_build_object('sms', $3 || lpad(code, 5, '0')) end
      where recall_id = $1 and exposure % 3 <> 0`,
    [recallId, `http://127.0.0.1:${partnerPort}/partners/`, NUMBERS],
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
