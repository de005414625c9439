import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { exportOf } from '../../drills/drill.js';
import { fractionOf } from '../../engine/digest.js';
import type { RecallId } from '../../engine/words.js';
import { createPool, type Pool } from '../../store/db.js';
import { recountOf, tallyOf } from '../../store/tally.js';
import { freePort, type Child } from '../../tools/servers.mjs';
import { verifyLedger } from '../../trust/chain.js';
import { startStack, type Stack } from '../../workers/stack.js';
import { conductMany, importMany, openMany, TELL } from '../big-recall.js';
import { comesBack, type SoakChannel } from './far-end.js';
import { noteCounter, notedIn } from './journal.js';
import { SOAK_CHANNELS, startManyEnds, type ManyEnds } from './many-ends.js';
import { differencesOf, type Kept } from './told-once.js';

const VICTIMS = ['twilio', 'worker', 'mail door', 'mail server', 'partners', 'api', 'temporal', 'postgres'] as const;
type Victim = (typeof VICTIMS)[number];
const DOWN_MS_MAX = 800;
const LOOK_MS = 4;
const TOLD_LOOK_MS = 200;
/** So long far ends go on with what they have to say while nobody dies any more. */
const TOLD_MS_MAX = 120_000;

/** `claimed`: notices of which nobody knew at that instant whether they had gone out; null where the database was not there to say. */
export type NoticeKill = { victim: Victim; claimed: number | null; arrived: number; downMs: number };
export type NoticesSoaked = {
  notices: number;
  kills: NoticeKill[];
  /** What far ends have noted: messages, and arrivals beyond the first of each, beside what the ledger counts as in doubt. */
  arrived: Record<SoakChannel, number> & { twice: number };
  /** Of mails and texts those that came back, each once. */
  cameBack: number;
  inDoubt: number;
  differences: string[];
};

/**
 * A recall over mail, webhooks and text messages while processes are killed: those of the stack that runs it, and each far
 * end; each kill when a share of the notices that the seed chooses has arrived. In the end the store is held against what
 * the far ends noted themselves.
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
    const mailDoor = await freePort();
    const ends = await startManyEnds({ dir, mailDoor });
    opened.push(ends.stop);
    say('starting Temporal, PostgreSQL, a worker, the API and the mail door …');
    const env = { LOG_LEVEL: 'warn', INBOUND_SMTP_PORT: String(mailDoor), MAIL_DOOR: `127.0.0.1:${mailDoor}` };
    // What is killed stays down for as long as the kill says.
    const stack = await startStack({ dir, ui: false, ...ends.surroundings, supervised: false, env });
    opened.push(stack.stop);
    const pool = createPool(stack.postgres.url);
    opened.push(() => pool.end());
    await importMany(stack, pool, { size: notices, partnersUrl: ends.partnersUrl });
    const recallId = await openMany(stack);
    const counters = SOAK_CHANNELS.map((channel) => noteCounter(ends.journalOf(channel)));
    const killing = { ends, stack, notices, wanted, seed, say, arrived: () => sumOf(counters.map((count) => count())) };
    const running = { isOver: false };
    // Whoever waits here goes on only when the far ends have said what they have to say.
    const conducted = conductMany(stack, recallId, () => untilTold(ends)).finally(() => (running.isOver = true));
    const [phase, kills] = await Promise.all([conducted, killInTurn(killing, running)]);
    const differences = await differencesIn(pool, { ends, stack, recallId, notices });
    if (phase !== 'closed') differences.push(`the recall is ${phase} when nothing is due any more`);
    if (kills.length < wanted) differences.push(`it was over after ${kills.length} of ${wanted} kills`);
    const noted = notedBy(ends);
    const all = Object.values(noted).flat();
    return {
      ...{ notices, kills, differences },
      arrived: {
        ...{ email: noted.email.length, webhook: noted.webhook.length, sms: noted.sms.length },
        twice: all.length - new Set(all).size,
      },
      cameBack: cameBackBy(ends).size,
      inDoubt: sumOf([...(await doubtsBy(pool, recallId)).values()]),
    };
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

type Killing = {
  ends: ManyEnds;
  stack: Stack;
  notices: number;
  wanted: number;
  seed: number;
  say: (line: string) => void;
  arrived: () => number;
};

async function killInTurn(
  { ends, stack, notices, wanted, seed, say, arrived }: Killing,
  running: { isOver: boolean },
): Promise<NoticeKill[]> {
  const { postgres } = stack;
  const children: Record<Victim, Child<unknown> | null> = {
    ...{ worker: stack.worker, api: stack.api, 'mail door': stack.mailDoor, temporal: stack.temporal },
    ...{ 'mail server': ends.children.email, partners: ends.children.webhook, twilio: ends.children.sms },
    // What somebody else runs is nobody's here to kill.
    postgres: postgres.pid === null ? null : postgres,
  };
  const victims = VICTIMS.filter((name) => children[name] !== null);
  const kills: NoticeKill[] = [];
  for (let n = 0; n < wanted; n += 1) {
    const draw = (what: string): number => fractionOf(`${seed}/${n}/${what}`);
    const at = (notices * (n + draw('at'))) / (wanted + 1);
    while (arrived() < at && !running.isOver) await sleep(LOOK_MS);
    if (running.isOver) break;
    // Each in its turn, so that a short run kills all of them too.
    const victim = victims[(n + seed) % victims.length]!;
    const downMs = Math.round(draw('down') * DOWN_MS_MAX);
    const kill = { victim, claimed: await claimedNow(postgres.url), arrived: arrived(), downMs };
    children[victim]!.kill('SIGKILL');
    kills.push(kill);
    const claimed = kill.claimed ?? 'nobody knows how many';
    say(`${victim} killed for ${downMs} ms: ${kill.arrived} arrived, ${claimed} claimed`);
    await sleep(downMs);
    await children[victim]!.restart();
  }
  return kills;
}

/** What the store has in the end, held against the far ends, the ledger and a recount. */
async function differencesIn(
  pool: Pool,
  { ends, stack, recallId, notices }: { ends: ManyEnds; stack: Stack; recallId: RecallId; notices: number },
): Promise<string[]> {
  const [kept, doubts] = [await keptBy(pool, recallId), await doubtsBy(pool, recallId)];
  const differences = differencesOf({ notices, kept, doubts, noted: notedBy(ends), cameBack: cameBackBy(ends) });
  const key = { recallId, step: TELL, revision: 1 };
  const [tally, recount] = [await tallyOf(pool, key), await recountOf(pool, key)];
  if (JSON.stringify(tally) !== JSON.stringify(recount)) differences.push('the tally is not what a recount gives');
  if (untoldBy(ends) > 0) differences.push(`${untoldBy(ends)} messages came to an end of which nobody would hear`);
  if (!verifyLedger(await exportOf(stack, recallId)).verified) differences.push('the ledger does not verify');
  return differences;
}

/** What each far end has taken, by the id of each message, as often as it came. */
function notedBy(ends: ManyEnds): Record<SoakChannel, string[]> {
  const idsOf = (channel: SoakChannel): string[] => notedIn(ends.journalOf(channel)).map(({ id }) => id);
  return { email: idsOf('email'), webhook: idsOf('webhook'), sms: idsOf('sms') };
}

/** What has come back, by the far ends' own notes of what they have told the doors. */
function cameBackBy(ends: ManyEnds): ReadonlySet<string> {
  return new Set(
    SOAK_CHANNELS.flatMap((channel) => notedIn(ends.toldOf(channel)).map(({ id }) => id)).filter(comesBack),
  );
}

/** Messages whose far end has something to say of them that no door has taken yet. */
function untoldBy(ends: ManyEnds): number {
  const noted = notedBy(ends);
  const wanted = new Set([...noted.email.filter(comesBack), ...noted.sms]);
  for (const channel of SOAK_CHANNELS) for (const { id } of notedIn(ends.toldOf(channel))) wanted.delete(id);
  return wanted.size;
}

async function untilTold(ends: ManyEnds): Promise<void> {
  const endAt = Date.now() + TOLD_MS_MAX;
  while (untoldBy(ends) > 0 && Date.now() < endAt) await sleep(TOLD_LOOK_MS);
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
    `select recipient, channel, state, bounced is not null as "isBack", split_part(ltrim(message_id, '<'), '@', 1) as id
       from notice where recall_id = $1`,
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

function sumOf(numbers: number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
