import { afterEach, expect, test } from '@jest/globals';
import type { Deps } from '../../activities/deps.js';
import { joinOthers, startSharing } from '../../activities/share-runs.js';
import { LIMITS } from '../../activities/throttle.js';
import type { RecallId } from '../../engine/words.js';
import { shareRun } from '../../store/shared-runs.js';
import { recountOf, tallyOf } from '../../store/tally.js';
import { eventually } from '../eventually.js';
import { keyOf } from '../store/campaign-fixture.js';
import { OPENED, ownDatabase, TELL, verdict } from '../store/database.js';
import { activityDeps } from './activity-deps.js';
import { done, freezing, inLedger, noticesOf, sending, traced } from './campaigning.js';
import { startMailServer, type MailServer } from './mail-server.js';
import { ownWorker } from './own-worker.js';

const PAGE = LIMITS.atOnce;
const GOES_ON = new AbortController().signal;
const OF_RUN = { step: TELL, revision: 1, wave: 0 };

const database = ownDatabase();
/** The worker that Temporal has given the run to; and one that joins it, with a mail server of its own to tell whom it told. */
const leading = ownWorker(database);
const opened: { mail: MailServer; deps: Deps }[] = [];

async function joining(): Promise<{ mail: MailServer; deps: Deps }> {
  const mail = await startMailServer();
  const other = { mail, deps: activityDeps(database.pool, mail) };
  opened.push(other);
  return other;
}

/** Joins what may be joined, and ends with it. */
async function joinedOut(...given: Parameters<typeof joinOthers>): Promise<void> {
  await Promise.all(await joinOthers(...given));
}

afterEach(async () => {
  // What was offered in one test is joined in no other.
  await database.pool.query('update campaign set shared = null where shared is not null');
  for (const { mail, deps } of opened.splice(0)) {
    deps.egress.close();
    await mail.stop();
  }
});

async function frozen(count: number, persons = count): Promise<RecallId> {
  const list = Array.from({ length: count }, (_, index) => {
    const code = String(1000 + index);
    return { code, address: `shop@c${1000 + (index % persons)}.example` };
  });
  const recallId = await traced(database.pool, list, {
    channel: 'email',
    allowList: { mailDomains: ['.example'], urls: [], phones: [] },
  });
  await done(leading.deps, freezing(recallId, 'email'));
  return recallId;
}

/** A worker holds its first page, or as much of it, on the wire until it is let go. */
function held(mail: MailServer, count = PAGE): { begun: Promise<void>; letGo: () => void } {
  let letGo = (): void => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const begun = new Promise<void>((resolve) => {
    mail.onTaken = () => {
      if (mail.taken.length === count) resolve();
      return mail.taken.length <= count ? gone : undefined;
    };
  });
  return { begun, letGo };
}

test('a run is joined by another worker: everybody is told once, each page is settled by who sent it, and the run ends with all of it', async () => {
  const count = 6 * PAGE;
  const recallId = await frozen(count);
  const other = await joining();
  const { begun, letGo } = held(leading.mail);
  const run = done(leading.deps, sending(recallId, 'email'));
  await begun;
  // Held up in its last answer, it has not settled when the worker of the run looks for what is due next.
  const late = held(other.mail);
  const joined = joinedOut(other.deps, new Map(), GOES_ON);
  await late.begun;
  letGo();
  await eventually('nothing is left but what the other one holds', async () => {
    const { rows } = await database.pool.query<{ left: number }>(
      'select count(*)::integer as left from recipient where recall_id = $1 and first_at is null',
      [recallId],
    );
    return rows[0]!.left === PAGE;
  });
  late.letGo();
  await joined;
  const { tally, nextDue } = await run;
  expect(tally.delivered).toBe(count);
  expect(nextDue).not.toBe(OPENED);
  const told = [...leading.mail.taken, ...other.mail.taken].flatMap(({ to }) => to);
  expect(new Set(told).size).toBe(count);
  expect(told).toHaveLength(count);
  expect(other.mail.taken.length).toBeGreaterThanOrEqual(PAGE);
  expect(await inLedger(database.pool, recallId)).toEqual({ delivered: count, inDoubt: 0 });
  expect(await tallyOf(database.pool, keyOf(recallId))).toEqual(await recountOf(database.pool, keyOf(recallId)));
  expect((await verdict(database.pool, recallId)).verified).toBe(true);
  // It has ended, and nobody joins it any more.
  await joinedOut(other.deps, new Map(), GOES_ON);
  expect(other.mail.taken.length + leading.mail.taken.length).toBe(count);
});

test('a run whose own worker is not heard of any more is joined by nobody, nor is one that was joined before', async () => {
  const recallId = await frozen(PAGE);
  const other = await joining();
  const run = { recallId, run: 0, ...OF_RUN };
  const offer = (seconds: number): Promise<void> =>
    shareRun(database.pool, run, { call: sending(recallId, 'email'), worker: 'gone', seconds });
  await offer(-1);
  await joinedOut(other.deps, new Map(), GOES_ON);
  expect(other.mail.taken).toEqual([]);
  await offer(60);
  await joinedOut(other.deps, new Map([[`${recallId} ${TELL} 1`, 0]]), GOES_ON);
  expect(other.mail.taken).toEqual([]);
  await joinedOut(other.deps, new Map(), GOES_ON);
  expect(other.mail.taken).toHaveLength(PAGE);
});

test('who has joined a run settles what it has on the wire and claims no more, once it is told to stop or the run has ended', async () => {
  const recallId = await frozen(4 * PAGE);
  const run = { recallId, run: 0, ...OF_RUN };
  for (const [nth, ends] of ['told to stop', 'ended'].entries()) {
    const other = await joining();
    const stopping = new AbortController();
    await shareRun(database.pool, run, { call: sending(recallId, 'email'), worker: 'elsewhere', seconds: 60 });
    const { begun, letGo } = held(other.mail);
    const joined = joinedOut(other.deps, new Map(), stopping.signal);
    await begun;
    if (ends === 'told to stop') stopping.abort();
    else await shareRun(database.pool, run, { call: sending(recallId, 'email'), worker: 'elsewhere', seconds: -1 });
    letGo();
    await joined;
    const states = (await noticesOf(database.pool, recallId)).map(({ state }) => state);
    expect([ends, states]).toEqual([ends, Array<string>((nth + 1) * PAGE).fill('delivered')]);
  }
});

test('who is at one run joins another that is begun meanwhile, and both are settled before it has stopped', async () => {
  const few = PAGE / 2;
  const [first, second] = [await frozen(few), await frozen(PAGE)];
  const other = await joining();
  const offer = (recallId: RecallId): Promise<void> =>
    shareRun(
      database.pool,
      { recallId, run: 0, ...OF_RUN },
      { call: sending(recallId, 'email'), worker: 'elsewhere', seconds: 60 },
    );
  const settled = async (recallId: RecallId): Promise<number> =>
    (await noticesOf(database.pool, recallId)).filter(({ state }) => state === 'delivered').length;
  const { begun, letGo } = held(other.mail, few);
  await offer(first);
  const sharing = startSharing(other.deps);
  await begun;
  await offer(second);
  await eventually('the other run is done while the first is held up', async () => (await settled(second)) === PAGE);
  expect(await settled(first)).toBe(0);
  const stopped = sharing.stop();
  letGo();
  await stopped;
  expect(await settled(first)).toBe(few);
});

test('of two workers, each is told of the runs of the other alone', async () => {
  const recallId = await frozen(PAGE);
  await shareRun(
    database.pool,
    { recallId, run: 0, ...OF_RUN },
    {
      call: sending(recallId, 'email'),
      worker: leading.deps.worker,
      seconds: 60,
    },
  );
  await joinedOut(leading.deps, new Map(), GOES_ON);
  expect(leading.mail.taken).toEqual([]);
});

test('who is a customer many times over is told once, whichever workers come upon them at the same time', async () => {
  const persons = 3 * PAGE;
  const recallId = await frozen(5 * persons, persons);
  const [one, two] = [await joining(), await joining()];
  const run = done(leading.deps, sending(recallId, 'email'));
  await eventually('the run may be joined', async () => {
    const { rows } = await database.pool.query('select from campaign where shared is not null');
    return rows.length > 0;
  });
  await Promise.all([one, two].map(({ deps }) => joinedOut(deps, new Map(), GOES_ON)));
  expect((await run).tally.delivered).toBe(5 * persons);
  const told = [leading.mail, one.mail, two.mail].flatMap(({ taken }) => taken.flatMap(({ to }) => to));
  expect(told).toHaveLength(persons);
  expect(new Set(told).size).toBe(persons);
  // Of messages, of which each is to all that one person is.
  expect(await inLedger(database.pool, recallId)).toEqual({ delivered: persons, inDoubt: 0 });
});

test('two who wait for each other over what one person is: the claim that the database ends is made again', async () => {
  const recallId = await frozen(2, 1);
  const [one, two] = (
    await database.pool.query<{ recipient: string }>(
      'select recipient from recipient where recall_id = $1 order by exposure',
      [recallId],
    )
  ).rows.map(({ recipient }) => recipient);
  const hold = (recipient: string | undefined) =>
    holder.query('select from recipient where recall_id = $1 and recipient = $2 for update', [recallId, recipient]);
  const holder = await database.pool.connect();
  await holder.query('begin');
  await hold(two);
  const run = done(leading.deps, sending(recallId, 'email'));
  await eventually('the claim holds the one and waits for the other', async () => {
    const { rows } = await database.pool.query('select from pg_locks where not granted');
    return rows.length > 0;
  });
  // The database ends whoever waits longest.
  await hold(one);
  await holder.query('rollback');
  holder.release();
  expect((await run).tally.delivered).toBe(2);
  expect(leading.mail.taken).toHaveLength(1);
});
