import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import PostalMime from 'postal-mime';
import type { Deps } from '../../activities/deps.js';
import { MAILS_AT_ONCE } from '../../activities/egress.js';
import type { EffectCall, EffectKind, EffectResult } from '../../engine/effects.js';
import type { Condition } from '../../engine/conditions.js';
import type { ContactRung } from '../../engine/channels.js';
import { NO_TALLY } from '../../engine/tally.js';
import type { EffectId, IsoInstant, Language, Market, RecallId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { importContacts } from '../../store/import/import-people.js';
import { readLedger } from '../../store/ledger.js';
import { recordResponse } from '../../store/responses.js';
import { keepTraced } from '../../store/trace/trace-sales.js';
import { storedResult } from '../../store/effect-results.js';
import { readToken } from '../../trust/tokens.js';
import {
  factsOf,
  minutes,
  OPENED,
  openRecall,
  outboxOf,
  TELL,
  testDatabase,
  verdict,
  type TestDatabase,
} from '../store/database.js';
import { activityDeps, attemptOf, CASE_FILE, KEYS, mortal, PUBLIC_URL, runEffect } from './activity-deps.js';
import { headerOf, startMailServer, type MailServer, type Taken } from './mail-server.js';

const LADDER = [
  { by: 'email', after: 'PT0S' },
  { by: 'email', after: 'P3D' },
] as ContactRung[];
const DAY = 24 * 60;
const PAGE = MAILS_AT_ONCE;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

let server: MailServer;
let deps: Deps;
beforeEach(async () => {
  server = await startMailServer();
  deps = activityDeps(database.pool, server);
});
afterEach(async () => {
  deps.egress.close();
  await server.stop();
});

type Customer = { code: string; language?: string; email?: string | null; market?: string };

function customers(count: number): Customer[] {
  return Array.from({ length: count }, (_, index) => ({ code: String(100 + index) }));
}

function addressOf({ code, email }: Customer): string {
  return email ?? `shop@c${code}.example`;
}

/** A drill whose trace found these customers, ten units each, of whom the first has had one credited. */
async function drillOf(list: Customer[]): Promise<RecallId> {
  const { pool } = database;
  const recallId = await openRecall(pool, {
    caseFile: CASE_FILE,
    allowList: { mailDomains: ['.example'], urls: [] },
  });
  const contacts = list.map((one) =>
    [one.code, `Shop ${one.code}`, 'shop', one.language ?? 'en', one.email === null ? '' : addressOf(one), ''].join(
      ',',
    ),
  );
  await importContacts(
    pool,
    'contacts.csv',
    ['code,name,customerType,language,email,phone', ...contacts, ''].join('\n'),
  );
  const traced = list.map(({ code, market }, index) => ({
    code,
    market: (market ?? 'GB') as Market,
    units: 10,
    unitsCredited: index === 0 ? 1 : 0,
    lines: 1,
  }));
  await withTransaction(pool, (client) => keepTraced(client, recallId, 1, traced));
  return recallId;
}

function call<K extends EffectKind>(
  recallId: RecallId,
  kind: K,
  n: number,
  now: IsoInstant,
  payload: EffectCall<K>['payload'],
): EffectCall<K> {
  return { id: `tell/1/${kind}/${n}` as EffectId, kind, step: TELL, round: 1, recallId, now, payload } as EffectCall<K>;
}

function freezing(recallId: RecallId): EffectCall<'freezeRecipients'> {
  return call(recallId, 'freezeRecipients', 1, OPENED, {
    campaign: TELL,
    revision: 1,
    scope: { version: 1, kind: 'window', item: '22423', from: '2026-03-03' as never, to: '2026-06-02' as never },
    notice: 'recall-notice',
    languages: ['en', 'de'] as Language[],
    ladder: LADDER,
  });
}

function sending(recallId: RecallId, n = 1, now = OPENED): EffectCall<'runCampaign'> {
  return call(recallId, 'runCampaign', n, now, { campaign: TELL, revision: 1, ladder: LADDER });
}

async function done<K extends EffectKind>(effect: EffectCall<K>, given = deps): Promise<EffectResult<K>> {
  const outcome = await runEffect(given, effect);
  if ('failed' in outcome) throw new Error(outcome.failed.message);
  return outcome.result;
}

async function frozen(list: Customer[]): Promise<RecallId> {
  const recallId = await drillOf(list);
  await done(freezing(recallId));
  return recallId;
}

/** How often each address was told. */
function timesTold(taken: Taken[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (const { to } of taken) for (const address of to) times[address] = (times[address] ?? 0) + 1;
  return times;
}

function onceEach(list: Customer[]): Record<string, number> {
  return Object.fromEntries(list.map((one) => [addressOf(one), 1]));
}

async function noticesOf(
  recallId: RecallId,
): Promise<{ recipient: string; rung: number; state: string; attempts: number }[]> {
  const { rows } = await database.pool.query<{ recipient: string; rung: number; state: string; attempts: number }>(
    'select recipient, rung, state, attempts from notice where recall_id = $1 order by recipient, rung',
    [recallId],
  );
  return rows;
}

describe('recipients are frozen', () => {
  const list: Customer[] = [
    { code: '100', language: 'de', market: 'DE' },
    { code: '101', language: 'pl', market: 'PL' },
    { code: '102', email: null },
    { code: '103' },
  ];

  test('once, whatever the contacts become, with what the approver is shown', async () => {
    const recallId = await drillOf(list);
    const result = await done(freezing(recallId));
    expect(result).toMatchObject({
      recipients: 4,
      unreachable: 1,
      byLanguage: { de: 1, en: 3 },
      missingLanguages: ['pl'],
    });
    expect(result.hash).toMatch(/^[0-9a-f]{64}$/);

    await importContacts(
      database.pool,
      'contacts.csv',
      'code,name,customerType,language,email,phone\n103,Moved,shop,en,moved@elsewhere.example,\n',
    );
    expect(await done(freezing(recallId))).toEqual(result);
    expect(await factsOf(database.pool, recallId, 'recipients frozen')).toMatchObject([
      { recipients: 4, unreachable: 1 },
    ]);
    await done(sending(recallId));
    expect(timesTold(server.taken)).toEqual({ 'shop@c100.example': 1, 'shop@c101.example': 1, 'shop@c103.example': 1 });
  });

  test('under a hash that another set of recipients does not have', async () => {
    const hashOf = async (some: Customer[]): Promise<string> => (await done(freezing(await drillOf(some)))).hash;
    const hash = await hashOf(list);
    expect(await hashOf(list)).toBe(hash);
    // Another customer is missing, and neither a market nor a language with it.
    expect(await hashOf(list.slice(0, 3))).not.toBe(hash);
  });
});

describe('a campaign', () => {
  test('tells everyone once, in their language, with a link of their own', async () => {
    const recallId = await frozen([
      { code: '100', language: 'de', market: 'DE' },
      { code: '101', language: 'fr' },
    ]);
    const { tally, nextDue } = await done(sending(recallId));
    expect(tally).toEqual({
      ...NO_TALLY,
      recipients: 2,
      delivered: 2,
      byChannel: { email: { delivered: 2, refused: 0, bounced: 0 } },
    });
    expect(nextDue).toBe(minutes(3 * DAY));

    const mails = new Map(server.taken.map(({ to, raw }) => [to[0]!, raw]));
    const german = await PostalMime.parse(mails.get('shop@c100.example')!);
    const english = await PostalMime.parse(mails.get('shop@c101.example')!);
    expect(german.subject).toBe('DRILL Produktsicherheitsrückruf: Etagere (22423)');
    expect(german.text).toMatch(/abzüglich Gutschriften: 9$/m);
    expect(english.text).toContain('Do not repair it.');
    expect(headerOf(mails.get('shop@c100.example')!, 'X-Recall-Reference')).toBe(`${recallId} notice/tell/1/c100/0`);
    const token = /\/r\/(\S+)/.exec(german.text!)![1]!;
    expect(german.text).toContain(`${PUBLIC_URL}/r/`);
    expect(readToken(KEYS.token, token, 'response')).toMatchObject({
      claims: { recallId, step: 'tell', revision: 1, recipient: 'c100' },
    });
  });

  test('sends the texts that were frozen with the preview, whatever the files hold by now', async () => {
    const recallId = await frozen(customers(1));
    const { pool } = database;
    const kept = await pool.query<{ texts: Record<string, string> }>(
      'select texts from campaign where recall_id = $1',
      [recallId],
    );
    expect(Object.keys(kept.rows[0]!.texts).sort()).toEqual(['de', 'en']);
    const approved = kept.rows[0]!.texts.en!.replace('\n---\n', '\n---\nAs it was approved.\n\n');
    await pool.query('update campaign set texts = $2 where recall_id = $1', [recallId, { en: approved }]);
    await done(sending(recallId));
    expect((await PostalMime.parse(server.taken[0]!.raw)).text).toMatch(/^As it was approved\.\n/);
  });

  test('that has been run is not run again under the same effect id, whatever has become due', async () => {
    const list = customers(3);
    const recallId = await frozen(list);
    const first = await done(sending(recallId));
    expect(await done(sending(recallId, 1, minutes(4 * DAY)))).toEqual(first);
    expect(timesTold(server.taken)).toEqual(onceEach(list));
    expect(await factsOf(database.pool, recallId, 'notices settled')).toHaveLength(1);

    await done(sending(recallId, 2, minutes(4 * DAY)));
    expect(Object.values(timesTold(server.taken))).toEqual([2, 2, 2]);
  });

  test('goes on for the silent alone', async () => {
    const recallId = await frozen(customers(2));
    await done(sending(recallId));
    const answer = { quarantined: 1, soldOn: 2, destroyed: 0, passedOn: true };
    const key = { recallId, step: TELL, revision: 1 };
    await recordResponse(database.pool, key, { recipient: 'c100' as never, answer, comment: null, at: minutes(60) });
    const { tally, nextDue } = await done(sending(recallId, 2, minutes(3 * DAY)));
    expect(timesTold(server.taken)).toEqual({ 'shop@c100.example': 1, 'shop@c101.example': 2 });
    expect(tally).toMatchObject({ delivered: 2, responded: 1 });
    expect(nextDue).toBeNull();
  });

  test('tells its watch what the notices have changed, and ends after the workflow has heard of it', async () => {
    const { pool } = database;
    const recallId = await frozen(customers(2));
    await done(
      call(recallId, 'registerWatch', 1, OPENED, { campaign: TELL, condition: 'tell.delivered >= 2.0' as Condition }),
    );
    const ended = done(sending(recallId));
    const messages = await until(async () => {
      const waiting = await outboxOf(pool, recallId);
      return waiting.length > 0 ? waiting : null;
    });
    expect(messages).toMatchObject([{ input: { type: 'watch changed', value: true, tally: { delivered: 2 } } }]);
    const resultOf = async (): Promise<unknown> => storedResult(pool, recallId, sending(recallId).id);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await resultOf()).toBeNull();
    await pool.query('update outbox set done_at = now() where recall_id = $1', [recallId]);
    expect((await ended).tally).toMatchObject({ delivered: 2 });
    expect(await outboxOf(pool, recallId)).toHaveLength(1);
  });

  test('gives up an address that is refused, one outside the allow-list unseen, and counts both', async () => {
    const list = [...customers(2), { code: '200', email: 'buyer@shop.test' }, { code: '201', email: null }];
    const recallId = await frozen(list);
    server.answers.recipient = (address) => (address === 'shop@c100.example' ? 550 : undefined);
    const { tally } = await done(sending(recallId));
    expect(tally).toEqual({
      ...NO_TALLY,
      recipients: 4,
      delivered: 1,
      refused: 2,
      unreachable: 3,
      byChannel: { email: { delivered: 1, refused: 2, bounced: 0 } },
    });
    expect(await factsOf(database.pool, recallId, 'notices settled')).toMatchObject([
      { notices: 3, delivered: 1, refused: 1, deferred: 0, egressRefused: 1 },
    ]);
    const heldBack = await factsOf(database.pool, recallId, 'egress refused');
    expect(heldBack).toMatchObject([{ what: 'notice tell', destination: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect([...server.named].sort()).toEqual(['shop@c100.example', 'shop@c101.example']);

    await done(sending(recallId, 2, minutes(3 * DAY)));
    expect(timesTold(server.taken)).toEqual({ 'shop@c101.example': 2 });
    expect(server.named.filter((address) => address !== 'shop@c101.example')).toEqual(['shop@c100.example']);
  });

  test('tries one that is put off again later, with the same message id', async () => {
    const recallId = await frozen(customers(2));
    const seen: string[] = [];
    server.answers.message = ({ to, raw }) => {
      if (to[0] !== 'shop@c100.example') return undefined;
      seen.push(headerOf(raw, 'Message-ID')!);
      return seen.length === 1 ? 451 : undefined;
    };
    const first = await done(sending(recallId));
    expect(first).toMatchObject({ tally: { delivered: 1, refused: 0 }, nextDue: minutes(15) });
    const second = await done(sending(recallId, 2, minutes(15)));
    expect(second).toMatchObject({ tally: { delivered: 2, refused: 0 }, nextDue: minutes(3 * DAY) });
    expect(seen[1]).toBe(seen[0]);
    expect(await noticesOf(recallId)).toEqual([
      { recipient: 'c100', rung: 0, state: 'delivered', attempts: 2 },
      { recipient: 'c101', rung: 0, state: 'delivered', attempts: 1 },
    ]);
  });

  test('is put off whole while the mail server is away, and nobody is lost', async () => {
    const list = customers(PAGE + 3);
    const recallId = await frozen(list);
    const { port } = server;
    await server.stop();
    expect(await done(sending(recallId))).toMatchObject({ tally: { delivered: 0, refused: 0 }, nextDue: minutes(15) });
    server = await startMailServer(port);
    expect(await done(sending(recallId, 2, minutes(15)))).toMatchObject({ tally: { delivered: list.length } });
    expect(timesTold(server.taken)).toEqual(onceEach(list));
  });
});

async function until<T>(found: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const value = await found();
    if (value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('waited in vain');
}

/** How many notices the ledger calls delivered, and how many in doubt. */
async function inLedger(recallId: RecallId): Promise<{ delivered: number; inDoubt: number }> {
  const sum = async (type: string, field: string): Promise<number> =>
    (await factsOf(database.pool, recallId, type)).reduce((total, fact) => total + Number(fact[field]), 0);
  return { delivered: await sum('notices settled', 'delivered'), inDoubt: await sum('notices in doubt', 'notices') };
}

describe('two attempts at once', () => {
  test('of a campaign: what the first had on the wire is sent again and counted, and the first does nothing more', async () => {
    const list = customers(2 * PAGE + 5);
    const recallId = await frozen(list);
    let release = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const firstPage = new Promise<void>((resolve) => {
      // The whole first page is with the provider, whose answers do not arrive: Temporal gives the attempt up.
      server.onTaken = () => {
        if (server.taken.length === PAGE) resolve();
        return server.taken.length <= PAGE ? hanging : undefined;
      };
    });
    const first = runEffect(deps, sending(recallId)).catch((failed: unknown) => String(failed));
    await firstPage;
    const other = activityDeps(database.pool, server);
    const { tally } = await done(sending(recallId), other);
    other.egress.close();
    expect(tally).toMatchObject({ delivered: list.length });
    release();
    expect(await first).toContain('another run');

    expect(await inLedger(recallId)).toEqual({ delivered: list.length, inDoubt: PAGE });
    expect(server.taken).toHaveLength(list.length + PAGE);
    expect((await done(sending(recallId))).tally).toEqual(tally);
    expect((await verdict(database.pool, recallId)).verified).toBe(true);
  });

  test('of any effect: the facts of its end are written once, and both give the same result', async () => {
    const recallId = await drillOf(customers(3));
    const [one, other] = await Promise.all([done(freezing(recallId)), done(freezing(recallId))]);
    expect(one).toEqual(other);
    expect(await factsOf(database.pool, recallId, 'recipients frozen')).toHaveLength(1);
  });

  test('of which one has been given up: it settles the page that it has on the wire, and claims no other', async () => {
    const list = customers(PAGE + 5);
    const recallId = await frozen(list);
    const attempt = attemptOf();
    server.onTaken = () => {
      if (server.taken.length === PAGE) attempt.cancel();
    };
    await expect(runEffect(deps, sending(recallId), attempt)).rejects.toThrow('given up');
    expect(await inLedger(recallId)).toEqual({ delivered: PAGE, inDoubt: 0 });
    expect(server.taken).toHaveLength(PAGE);
    await done(sending(recallId));
    expect(await inLedger(recallId)).toEqual({ delivered: list.length, inDoubt: 0 });
    expect(timesTold(server.taken)).toEqual(onceEach(list));
  });
});

test('a campaign that would outlast its attempt leaves the rest to a next run, which is due at once', async () => {
  const list = customers(PAGE + 5);
  const recallId = await frozen(list);
  const outcome = await runEffect(deps, sending(recallId), attemptOf(1));
  expect(outcome).toMatchObject({ result: { tally: { delivered: PAGE }, nextDue: OPENED } });
  const { tally, nextDue } = await done(sending(recallId, 2));
  expect({ delivered: tally.delivered, nextDue }).toEqual({ delivered: list.length, nextDue: minutes(3 * DAY) });
  expect(timesTold(server.taken)).toEqual(onceEach(list));
});

test('a notice that cannot be rendered keeps no other from being told once, and is given up after four tries', async () => {
  const list = customers(3);
  const recallId = await frozen(list);
  // A language in which the notice is not written.
  await database.pool.query("update recipient set notice_language = 'xx' where recall_id = $1 and recipient = 'c101'", [
    recallId,
  ]);
  const { tally, nextDue } = await done(sending(recallId));
  expect({ ...tally, nextDue }).toMatchObject({ delivered: 2, refused: 0, nextDue: minutes(15) });
  for (const n of [2, 3, 4]) await done(sending(recallId, n, minutes(15 * (n - 1))));
  expect(timesTold(server.taken)).toEqual({ 'shop@c100.example': 1, 'shop@c102.example': 1 });
  expect((await done(sending(recallId, 5, minutes(60)))).tally).toMatchObject({ delivered: 2, refused: 1 });
});

describe('a process that dies', () => {
  test('after the provider has taken a page and before it is settled: the page is told again, once, and counted in doubt', async () => {
    const list = customers(2 * PAGE + 10);
    const recallId = await frozen(list);
    const { pool, die } = mortal(database.pool);
    server.onTaken = () => {
      // The first page is settled; the provider has the whole second page when the process dies.
      if (server.taken.length === 2 * PAGE) die();
    };
    await expect(runEffect({ ...deps, pool }, sending(recallId))).rejects.toThrow('the process has died');
    const first = server.taken.map(({ raw }) => headerOf(raw, 'Message-ID')!);
    expect(server.taken).toHaveLength(2 * PAGE);
    expect((await noticesOf(recallId)).map(({ state }) => state)).toEqual([
      ...Array<string>(PAGE).fill('delivered'),
      ...Array<string>(PAGE).fill('claimed'),
    ]);

    // Temporal tries the activity again, in another process.
    const { tally } = await done(sending(recallId));
    expect(tally).toMatchObject({ recipients: list.length, delivered: list.length, refused: 0, unreachable: 0 });
    const times = list.map((one) => timesTold(server.taken)[addressOf(one)]);
    expect(times).toEqual([
      ...Array<number>(PAGE).fill(1),
      ...Array<number>(PAGE).fill(2),
      ...Array<number>(10).fill(1),
    ]);
    const ids = server.taken.map(({ raw }) => headerOf(raw, 'Message-ID')!);
    expect(new Set(ids).size).toBe(list.length);
    expect(new Set(ids.slice(2 * PAGE, 3 * PAGE))).toEqual(new Set(first.slice(PAGE)));
    expect(await factsOf(database.pool, recallId, 'notices in doubt')).toMatchObject([{ notices: PAGE }]);
    const doubtful = (await readLedger(database.pool, recallId)).find(({ body }) => body.includes('notices in doubt'))!;
    expect(doubtful.rows!.map(({ recipient }) => recipient)).toEqual(
      list.slice(PAGE, 2 * PAGE).map(({ code }) => `c${code}`),
    );

    await done(sending(recallId));
    expect(server.taken).toHaveLength(2 * PAGE + PAGE + 10);
    expect((await noticesOf(recallId)).every(({ state }) => state === 'delivered')).toBe(true);
    expect((await verdict(database.pool, recallId)).verified).toBe(true);
  });

  test('each time at the same notice: it is not sent for ever, and whether it arrived stays in doubt', async () => {
    const recallId = await frozen(customers(1));
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      const { pool, die } = mortal(database.pool);
      server.onTaken = die;
      await expect(runEffect({ ...deps, pool }, sending(recallId))).rejects.toThrow('the process has died');
    }
    server.onTaken = () => undefined;
    const { tally, nextDue } = await done(sending(recallId));
    expect(server.taken).toHaveLength(4);
    expect(await inLedger(recallId)).toEqual({ delivered: 0, inDoubt: 4 });
    expect(tally).toMatchObject({ delivered: 0, refused: 0, unreachable: 1 });
    expect(nextDue).toBe(minutes(3 * DAY));
    expect((await done(sending(recallId, 2, minutes(3 * DAY)))).tally).toMatchObject({ delivered: 1 });
  });

  test('after all is settled and before its result is kept: nothing is sent again', async () => {
    const list = customers(4);
    const recallId = await frozen(list);
    // The result of the effect is refused, as by a database that goes away just then.
    await database.pool.query(
      `create function refuse_result() returns trigger language plpgsql as $$ begin raise exception 'away'; end $$`,
    );
    await database.pool.query(
      'create trigger refuse before insert on effect_result for each row execute function refuse_result()',
    );
    await expect(runEffect(deps, sending(recallId))).rejects.toThrow('away');
    await database.pool.query('drop trigger refuse on effect_result');
    expect(server.taken).toHaveLength(4);

    expect(await done(sending(recallId))).toMatchObject({ tally: { delivered: 4 }, nextDue: minutes(3 * DAY) });
    expect(timesTold(server.taken)).toEqual(onceEach(list));
    expect(await factsOf(database.pool, recallId, 'notices in doubt')).toEqual([]);
  });

  test('leaves a line in the log that says which effect of which recall threw what', async () => {
    const recallId = await frozen(customers(1));
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    const sendMail = (): Promise<never> => Promise.reject(new Error('the process has died'));
    const dying = { ...deps, log, egress: { ...deps.egress, sendMail } };
    await expect(runEffect(dying, sending(recallId))).rejects.toThrow('the process has died');
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(logged).toMatchObject([
      { recall: recallId, effect: 'tell/1/runCampaign/1', kind: 'runCampaign', attempt: 1, msg: 'effect threw' },
    ]);
    expect(logged[0]!.error).toContain('Error: the process has died\n');
  });

  test('before it has sent a claimed page: the page is told once, and still counted in doubt', async () => {
    const list = customers(5);
    const recallId = await frozen(list);
    const sendMail = (): Promise<never> => Promise.reject(new Error('the process has died'));
    const dying = { ...deps, egress: { ...deps.egress, sendMail } };
    await expect(runEffect(dying, sending(recallId))).rejects.toThrow('the process has died');
    expect((await noticesOf(recallId)).map(({ state }) => state)).toEqual(Array<string>(5).fill('claimed'));

    expect(await done(sending(recallId))).toMatchObject({ tally: { delivered: 5 } });
    expect(timesTold(server.taken)).toEqual(onceEach(list));
    expect(await factsOf(database.pool, recallId, 'notices in doubt')).toMatchObject([{ notices: 5 }]);
  });
});
