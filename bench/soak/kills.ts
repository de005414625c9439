import pg from 'pg';
import { createAgenda } from '../../drills/conductor.js';
import type { Door } from '../../drills/door.js';
import { exportOf, runDrill } from '../../drills/drill.js';
import { newTwilioAccount } from '../../drills/far-ends/texting.js';
import { startFarEnds, type FarEnds } from '../../drills/far-ends/far-ends.js';
import { SAMPLE_SENDER } from '../../drills/far-ends/print-shop.js';
import { importSample, sampleWorld } from '../../drills/sample.js';
import { scorecard } from '../../drills/scorecard.js';
import { firstDifference, project, type Projected } from '../../engine/agreement.js';
import { fractionOf } from '../../engine/digest.js';
import type { LedgerEntry } from '../../engine/facts.js';
import type { RecallId } from '../../engine/words.js';
import type { Child } from '../../tools/servers.mjs';
import { newWebhookKey } from '../../trust/webhook-secrets.js';
import { startStack, type Stack } from '../../workers/stack.js';
import { OPENED_AT, openSmall } from './small-recall.js';
import { startWire, type Wire } from './wire.js';

/** What is killed. A kill of these four has to leave no trace in a ledger. */
const PROCESSES = ['worker', 'api', 'mail door', 'temporal', 'postgres'] as const;
const FAR_ENDS = ['smtp', 'http'] as const;
export type Victim = (typeof PROCESSES)[number] | (typeof FAR_ENDS)[number];
/** Where a kill is wanted while an effect is pending; the others die whenever it is. */
const WITH_EFFECT: readonly Victim[] = ['worker', 'api', 'mail door', 'postgres'];
const PENDING_SHARE = 0.8;
const PENDING_MS_MAX = 3_000;
const TWO_AT_ONCE_SHARE = 0.15;
const LONG_SHARE = 0.04;
const LONG_MS = 60_000;
const SHORT_MS_MAX = 1_500;
const PAUSE_MS_MAX = 2_500;
/** In so many drills a far end is cut as well. What is put off for that is sent later in recall time, so these are compared by what they come to. */
const FAR_END_EVERY = 4;
const LOOK_MS = 4;

/**
 * What becomes of a far end. A mail server that answers twice is none: SMTP tells answers by their order alone, so the
 * second says of the next question what nobody has asked yet (RFC 5321, 4.2).
 */
const FAULTS = {
  smtp: ['cut', 'hang', 'halve'],
  http: ['cut', 'hang', 'halve', 'double'],
} as const;
type Fault = (typeof FAULTS)[(typeof FAR_ENDS)[number]][number];
const FAULTS_SAID: Record<Fault, string> = {
  cut: 'cut',
  hang: 'hangs',
  halve: 'answers half',
  double: 'answers twice',
};

/** `fault`: what becomes of a far end; null for a process, which is killed. */
export type Kill = { victim: Victim; fault: Fault | null; pending: string | null; downMs: number; drill: number };
export type Soaked = { drills: number; kills: Kill[]; differences: string[] };
export type KillOptions = { dir: string; kills: number; seed: number; minutesMax: number; say: (line: string) => void };

/**
 * Drills one after the other on one stack while its processes are killed at instants that the seed and the stack's own
 * speed choose, until so many kills have been made or the time is over. The first drill is left alone; each later one has
 * to give its ledger. What differs is told and kept, and nothing ends early.
 */
export async function soakKills({ dir, kills: wanted, seed, minutesMax, say }: KillOptions): Promise<Soaked> {
  const opened: (() => Promise<unknown>)[] = [];
  const soaked: Soaked = { drills: 0, kills: [], differences: [] };
  try {
    const [smtp, warehouse, twilio, partners] = await Promise.all([startWire(), startWire(), startWire(), startWire()]);
    const wires = { smtp, http: warehouse, twilio, partners };
    opened.push(...Object.values(wires).map(({ stop }) => stop));
    const account = newTwilioAccount();
    const webhookKey = newWebhookKey();
    say('starting Temporal, PostgreSQL, a worker, the API and the mail door …');
    const http = `http://127.0.0.1:${wires.http.port}`;
    const toPartners = `http://127.0.0.1:${wires.partners.port}`;
    const stack = await startStack({
      dir,
      ui: false,
      smtpUrl: `smtp://127.0.0.1:${wires.smtp.port}`,
      warehouseUrl: `${http}/warehouse`,
      authorityMail: await authorityMail(),
      webhookKey,
      letterSender: SAMPLE_SENDER,
      twilio: { ...account, url: `http://127.0.0.1:${wires.twilio.port}` },
      drillUrls: [http, toPartners],
      // What is killed stays down for as long as the kill says.
      supervised: false,
      env: { LOG_LEVEL: 'warn' },
    });
    opened.push(stack.stop);
    const door: Door = { url: stack.url, localKey: stack.localKey };
    await importSample(door, { seed, partnersUrl: `${toPartners}/partners`, print: () => undefined });
    const endAt = Date.now() + minutesMax * 60_000;
    let undisturbed: Projected[] | null = null;
    while (undisturbed === null || (soaked.kills.length < wanted && Date.now() < endAt)) {
      soaked.drills += 1;
      const drill = { stack, door, wires, account, webhookKey, seed, number: soaked.drills };
      const left = undisturbed === null ? 0 : wanted - soaked.kills.length;
      const ended = await oneDrill(drill, { left, endAt, say, onKill: (kill) => soaked.kills.push(kill) });
      if (undisturbed === null) undisturbed = project(ended.entries);
      const differs = differenceOf(ended, undisturbed);
      if (differs === null) continue;
      soaked.differences.push(`drill ${soaked.drills}: ${differs}`);
      say(`drill ${soaked.drills} DIFFERS: ${differs}`);
    }
    return soaked;
  } finally {
    for (const close of opened.reverse()) await close();
  }
}

type OneDrill = {
  stack: Stack;
  door: Door;
  /** Those of Twilio and the partners lead to the far end of each drill, and are not cut. */
  wires: Record<(typeof FAR_ENDS)[number] | 'twilio' | 'partners', Wire>;
  account: ReturnType<typeof newTwilioAccount>;
  webhookKey: string;
  seed: number;
  number: number;
};
type Killing = { left: number; endAt: number; say: (line: string) => void; onKill: (kill: Kill) => void };
type Ended = {
  entries: LedgerEntry[];
  lines: string[];
  closed: boolean;
  farEnds: FarEnds;
  isCut: boolean;
  seed: number;
};

async function oneDrill(drill: OneDrill, killing: Killing): Promise<Ended> {
  const { stack, door, wires, account, webhookKey, seed } = drill;
  const world = sampleWorld();
  const agenda = createAgenda(OPENED_AT);
  const farEnds = await startFarEnds({ world, seed }, { ...agenda, account, webhookKey });
  wires.twilio.leadTo(Number(new URL(farEnds.twilio.url).port));
  wires.partners.leadTo(Number(new URL(farEnds.partnersUrl).port));
  wires.smtp.leadTo(Number(new URL(farEnds.smtpUrl).port));
  wires.http.leadTo(Number(new URL(farEnds.warehouseUrl).port));
  try {
    const recallId = await openSmall(door, seed);
    const temporal = { address: stack.temporal.address, codec: stack.keys.codec };
    const { inboundPort } = stack;
    let running = true;
    const run = runDrill({ door, inboundPort, temporal, farEnds, agenda, world, seed }, recallId, {
      tell: () => undefined,
    }).finally(() => (running = false));
    const cuts = await killWhile(() => running, drill, killing, recallId);
    const closed = await run;
    const lines = await exportOf(door, recallId);
    const entries = lines.map((line) => JSON.parse(line) as LedgerEntry);
    return { entries, lines, closed, farEnds, isCut: cuts, seed };
  } finally {
    await farEnds.stop();
  }
}

/** Kills until the drill is over; whether a far end was among what was killed. */
async function killWhile(
  isRunning: () => boolean,
  drill: OneDrill,
  { left, endAt, say, onKill }: Killing,
  recallId: RecallId,
): Promise<boolean> {
  const { stack, seed, number } = drill;
  let isCut = false;
  for (let n = 0; n < left && isRunning() && Date.now() < endAt; n += 1) {
    const draw = (what: string): number => fractionOf(`${seed}/${number}/${n}/${what}`);
    await sleep(draw('pause') * PAUSE_MS_MAX);
    const victims = victimsOf(draw, number);
    const wantsEffect = victims.some((one) => WITH_EFFECT.includes(one)) && draw('pending') < PENDING_SHARE;
    const pending = await pendingEffect(stack, recallId, wantsEffect ? PENDING_MS_MAX : 0, isRunning);
    if (!isRunning()) break;
    const downMs = draw('long') < LONG_SHARE ? LONG_MS : draw('down') * SHORT_MS_MAX;
    const kills = victims.map((victim): Kill => {
      const fault = isFarEnd(victim) ? FAULTS[victim][Math.floor(draw('fault') * FAULTS[victim].length)]! : null;
      return { victim, fault, pending, downMs: Math.round(downMs), drill: number };
    });
    for (const kill of kills) {
      onKill(kill);
      say(`drill ${number}: ${kill.victim} ${deed(kill)} for ${kill.downMs} ms, pending: ${pending ?? 'nothing'}`);
    }
    isCut ||= victims.some(isFarEnd);
    await Promise.all(kills.map((kill) => down(drill, kill)));
  }
  return isCut;
}

function isFarEnd(victim: Victim): victim is (typeof FAR_ENDS)[number] {
  return (FAR_ENDS as readonly string[]).includes(victim);
}

/** What happens to it, in a word. */
function deed({ fault }: Kill): string {
  return fault === null ? 'killed' : FAULTS_SAID[fault];
}

/** One process, or two at once; in some drills it is a far end. */
function victimsOf(draw: (what: string) => number, number: number): Victim[] {
  const from: readonly Victim[] = number % FAR_END_EVERY === 0 ? [...PROCESSES, ...FAR_ENDS] : PROCESSES;
  const one = from[Math.floor(draw('first') * from.length)]!;
  if (draw('two') >= TWO_AT_ONCE_SHARE) return [one];
  const others = from.filter((other) => other !== one);
  return [one, others[Math.floor(draw('second') * others.length)]!];
}

/** Kills a process, keeps it down, and sees it answer again. */
async function down({ stack, wires }: OneDrill, { victim, fault, downMs }: Kill): Promise<void> {
  switch (victim) {
    case 'smtp':
    case 'http':
      wires[victim][fault!]();
      await sleep(downMs);
      return wires[victim].mend();
    case 'worker':
      return killed(stack.worker, downMs);
    case 'api':
      return killed(stack.api, downMs);
    case 'mail door':
      return killed(stack.mailDoor, downMs);
    case 'temporal':
      return killed(stack.temporal, downMs);
    case 'postgres':
      // One that somebody else runs is nobody's here to kill.
      return stack.postgres.pid === null ? undefined : killed(stack.postgres, downMs);
    default:
      return victim satisfies never;
  }
}

async function killed(child: Pick<Child<unknown>, 'kill' | 'restart'>, downMs: number): Promise<void> {
  child.kill('SIGKILL');
  await sleep(downMs);
  await child.restart();
}

/** An effect that was asked for and has no result yet, as the ledger has it now; waits for one for so long. */
async function pendingEffect(
  stack: Stack,
  recallId: RecallId,
  waitMs: number,
  isRunning: () => boolean,
): Promise<string | null> {
  const db = new pg.Client({ connectionString: stack.postgres.url });
  db.on('error', () => undefined);
  try {
    await db.connect();
    for (const end = Date.now() + waitMs; ;) {
      const { rows } = await db.query<{ effect: string }>(PENDING, [recallId]);
      if (rows[0]) return rows[0].effect;
      if (Date.now() >= end || !isRunning()) return null;
      await sleep(LOOK_MS);
    }
  } catch {
    // It may be the database that is down just now.
    return null;
  } finally {
    await db.end().catch(() => undefined);
  }
}

const PENDING = `
  with said as (select number, body::jsonb as body from ledger_entry
                 where recall_id = $1 and stream = 'events' and body like '{%"type":"effect %')
  select body -> 'effect' ->> 'id' as effect from said asked
   where body ->> 'type' = 'effect requested'
     and not exists (select from said over where over.body ->> 'type' <> 'effect requested'
                       and over.body ->> 'effect' = asked.body -> 'effect' ->> 'id' and over.number > asked.number)
   order by number limit 1`;

/** What of a drill differs from the one that was left alone, in words; null where nothing does. */
function differenceOf(
  { entries, lines, closed, farEnds, isCut, seed }: Ended,
  undisturbed: Projected[],
): string | null {
  if (!closed) return 'it did not come to its end';
  const wire = farEnds.wire();
  const { notices, ledger } = scorecard(lines, { seed, wire, post: [], documents: [] });
  if (!ledger.verified) return 'its ledger does not verify';
  if (notices.lost > 0) return `${notices.lost} messages are known on one side of the wire only`;
  const twice = [...wire.messageIds.values()].reduce((sum, count) => sum + count - 1, 0);
  if (twice > notices.possibleDuplicates)
    return `${twice} messages arrived twice, and ${notices.possibleDuplicates} are counted as possible duplicates`;
  return isCut ? null : firstDifference(project(entries), undisturbed);
}

/** The addresses of authorities are the same for every drill. */
async function authorityMail(): Promise<Record<string, string>> {
  const farEnds = await startFarEnds({ world: sampleWorld(), seed: 1 }, createAgenda(OPENED_AT));
  await farEnds.stop();
  return farEnds.authorityMail;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
