import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import PostalMime from 'postal-mime';
import { LIMITS } from '../../activities/throttle.js';
import type { EffectCall, EffectKind, EffectResult } from '../../engine/effects.js';
import type { Condition } from '../../engine/conditions.js';
import { NO_TALLY } from '../../engine/tally.js';
import type { RecallId, RecipientId } from '../../engine/words.js';
import { recordBounce } from '../../store/bounces.js';
import { recordResponse } from '../../store/responses.js';
import type { RecipientRow } from '../../engine/facts.js';
import { readLedger } from '../../store/ledger.js';
import { suppress } from '../../store/suppressions.js';
import { storedResult } from '../../store/effect-results.js';
import { linkOf } from '../../store/links.js';
import { newKeys } from '../../trust/keys.js';
import { linkHash } from '../../trust/links.js';
import { keyOf } from '../store/campaign-fixture.js';
import { factsOf, minutes, OPENED, outboxOf, ownDatabase, TELL, verdict } from '../store/database.js';
import { activityDeps, attemptOf, losingResults, PUBLIC_URL, runEffect } from './activity-deps.js';
import {
  call,
  done as doneBy,
  freezing as freezingBy,
  inLedger,
  noticesOf,
  sending as sendingBy,
  traced,
} from './campaigning.js';
import { SHOWN } from './pictured.js';
import { headerOf, type Taken } from './mail-server.js';
import { ownWorker } from './own-worker.js';
import { importContactsText } from '../store/sales-files.js';

const DAY = 24 * 60;
const PAGE = LIMITS.atOnce;

const database = ownDatabase();
const worker = ownWorker(database);

type Shop = {
  code: string;
  language?: string;
  email?: string | null;
  market?: string;
  credited?: number;
  alsoIn?: string;
};

function customers(count: number): Shop[] {
  return Array.from({ length: count }, (_, index) => ({ code: String(100 + index) }));
}

function addressOf({ code, email }: Shop): string {
  return email ?? `shop@c${code}.example`;
}

function drillOf(list: Shop[], pictured = false): Promise<RecallId> {
  const known = list.map((one) => ({ ...one, address: one.email === null ? null : addressOf(one) }));
  return traced(database.pool, known, {
    channel: 'email',
    pictured,
    allowList: { mailDomains: ['.example'], urls: [], phones: [] },
  });
}

const freezing = (recallId: RecallId) => freezingBy(recallId, 'email');
const sending = (recallId: RecallId, n = 1, now = OPENED) => sendingBy(recallId, 'email', n, now);

function done<K extends EffectKind>(effect: EffectCall<K>, given = worker.deps): Promise<EffectResult<K>> {
  return doneBy(given, effect);
}

async function frozen(list: Shop[]): Promise<RecallId> {
  const recallId = await drillOf(list);
  await done(freezing(recallId));
  return recallId;
}

/** A frozen campaign whose watch waits for two delivered notices. */
async function watched(list: Shop[]): Promise<RecallId> {
  const recallId = await frozen(list);
  const condition = 'tell.delivered >= 2.0' as Condition;
  await done(call(recallId, 'registerWatch', 1, OPENED, { campaign: TELL, condition }));
  return recallId;
}

/** How often each address was told. */
function timesTold(taken: Taken[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (const { to } of taken) for (const address of to) times[address] = (times[address] ?? 0) + 1;
  return times;
}

function onceEach(list: Shop[]): Record<string, number> {
  return Object.fromEntries(list.map((one) => [addressOf(one), 1]));
}

describe('recipients are frozen', () => {
  const list: Shop[] = [
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

    await importContactsText(
      database.pool,
      'contacts.csv',
      'code,name,customerType,language,email,phone\n103,Moved,shop,en,moved@elsewhere.example,\n',
    );
    expect(await done(freezing(recallId))).toEqual(result);
    expect(await factsOf(database.pool, recallId, 'recipients frozen')).toMatchObject([
      { recipients: 4, unreachable: 1 },
    ]);
    await done(sending(recallId));
    expect(timesTold(worker.mail.taken)).toEqual({
      'shop@c100.example': 1,
      'shop@c101.example': 1,
      'shop@c103.example': 1,
    });
  });

  test('without those to whom all was credited, who stand in the list with the reason and get nothing', async () => {
    const recallId = await drillOf([...list, { code: '104', credited: 10 }, { code: '105', credited: 9 }]);
    expect(await done(freezing(recallId))).toMatchObject({ recipients: 5, notTold: 1, byLanguage: { en: 4 } });
    const { rows } = await database.pool.query<{ row: unknown }>(
      `select jsonb_array_elements(page::jsonb) as row from ledger_entry where recall_id = $1 and body like '%recipients frozen%'`,
      [recallId],
    );
    expect(rows.map(({ row }) => row).at(-1)).toEqual({ recipient: 'c104', markets: ['GB'], notTold: 'all-credited' });
    await done(sending(recallId));
    const told = Object.keys(timesTold(worker.mail.taken));
    expect(told).toContain('shop@c105.example');
    expect(told).not.toContain('shop@c104.example');
  });

  test('and are judged by the rules of every market where they received it', async () => {
    const recallId = await drillOf([{ code: '100', language: 'de', market: 'DE', alsoIn: 'GB' }]);
    const { document } = await done(freezing(recallId));
    const { rows } = await database.pool.query<{ bytes: Buffer }>(
      'select bytes from document where recall_id = $1 and name = $2',
      [recallId, document.name],
    );
    expect(JSON.parse(rows[0]!.bytes.toString())).toMatchObject({ judged: ['DE', 'GB'] });
  });

  test('under a hash that another set of recipients does not have', async () => {
    const hashOf = async (some: Shop[]): Promise<string> => (await done(freezing(await drillOf(some)))).hash;
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

    const mails = new Map(worker.mail.taken.map(({ to, raw }) => [to[0]!, raw]));
    const german = await PostalMime.parse(mails.get('shop@c100.example')!);
    const english = await PostalMime.parse(mails.get('shop@c101.example')!);
    expect(german.subject).toBe('DRILL Produktsicherheitsrückruf: Etagere (22423)');
    expect(german.text).toMatch(/abzüglich Gutschriften: 9$/m);
    expect(english.text).toContain('Do not repair it.');
    expect(headerOf(mails.get('shop@c100.example')!, 'X-Recall-Key')).toBe(`${recallId} notice/tell/1/c100/0`);
    const id = /\/r\/(\S+)/.exec(german.text!)![1]!;
    expect(german.text).toContain(`${PUBLIC_URL}/r/`);
    expect(await linkOf(database.pool, linkHash(id), 'response')).toMatchObject({
      link: { use: 'response', recallId, step: 'tell', revision: 1, recipient: 'c100' },
    });
  });

  test('tells a person at several customers once, in the language of the most exposed, with all of them listed', async () => {
    const head = 'head@office.example';
    const recallId = await drillOf([
      { code: '100', language: 'en', email: head },
      { code: '101', language: 'de', email: 'Head@Office.example', market: 'DE' },
      { code: '102' },
    ]);
    expect(await done(freezing(recallId))).toMatchObject({ recipients: 3, customers: 3, persons: 2 });
    expect((await done(sending(recallId))).tally).toMatchObject({ recipients: 3, delivered: 3 });
    expect(timesTold(worker.mail.taken)).toEqual({ 'Head@office.example': 1, 'shop@c102.example': 1 });
    const [mail] = worker.mail.taken.filter(({ to }) => to[0] === 'Head@office.example');
    const { text, html } = await PostalMime.parse(mail!.raw);
    // Of the first ten units one was credited.
    expect(text).toMatch(/abzüglich Gutschriften: 19 \(101 Shop 101: 10; 100 Shop 100: 9\)$/m);
    expect(text).toContain('Shop 101, Shop 100');
    expect(html).toContain('(101 Shop 101: 10; 100 Shop 100: 9)');
    const [row] = (await readLedger(database.pool, recallId)).find(({ body }) => body.includes('recipients frozen'))!
      .rows as RecipientRow[];
    expect(row).toMatchObject({ recipient: 'c100', person: 'c101' });
  });

  test('brings the picture of the product within each mail, in the words of its reader for who does not see it', async () => {
    const recallId = await drillOf([{ code: '100', language: 'de', market: 'DE' }], true);
    await done(freezing(recallId));
    await done(sending(recallId));
    const { raw } = worker.mail.taken.find(({ to }) => to[0] === 'shop@c100.example')!;
    const { html, text, attachments } = await PostalMime.parse(raw);
    expect(raw).toMatch(/^Content-Type: multipart\/related/m);
    expect(html).toContain(`<img src="cid:picture" alt="${SHOWN.de}" width="160" height="120"`);
    expect(text).toContain(`\nBild: ${SHOWN.de}\n`);
    const [picture] = attachments.filter(({ contentId }) => contentId === '<picture>');
    expect(picture).toMatchObject({ mimeType: 'image/png', disposition: 'inline', filename: 'picture.png' });
    const { rows } = await database.pool.query('select sha256 from document where recall_id = $1 and name = $2', [
      recallId,
      'product-picture.png',
    ]);
    const sha256 = createHash('sha256').update(new Uint8Array(picture!.content as ArrayBuffer));
    expect(rows).toEqual([{ sha256: sha256.digest('hex') }]);
  });

  test('sends the texts that were frozen with the preview, whatever the files hold by now', async () => {
    const recallId = await frozen(customers(1));
    const { pool } = database;
    const kept = await pool.query<{ texts: { letter: Record<string, string> } }>(
      'select texts from campaign where recall_id = $1',
      [recallId],
    );
    expect(Object.keys(kept.rows[0]!.texts.letter).sort()).toEqual(['de', 'en']);
    const approved = kept.rows[0]!.texts.letter.en!.replace('\n---\n', '\n---\nAs it was approved.\n\n');
    const html = '<p>As it was approved, {{ customer }}</p>';
    await pool.query(
      `update campaign set texts = $2, mails = jsonb_set(mails, '{html,en}', to_jsonb($3::text)) where recall_id = $1`,
      [recallId, { letter: { en: approved } }, html],
    );
    await done(sending(recallId));
    const mail = await PostalMime.parse(worker.mail.taken[0]!.raw);
    expect(mail.text).toMatch(/^As it was approved\.\n/);
    expect(mail.html).toContain('<p>As it was approved, Shop 100</p>');
    expect(mail.attachments).toMatchObject([{ mimeType: 'image/png', contentId: '<logo>', disposition: 'inline' }]);
  });

  test('that has been run is not run again under the same effect id, whatever has become due', async () => {
    const list = customers(3);
    const recallId = await frozen(list);
    const first = await done(sending(recallId));
    expect(await done(sending(recallId, 1, minutes(4 * DAY)))).toEqual(first);
    expect(timesTold(worker.mail.taken)).toEqual(onceEach(list));
    expect(await factsOf(database.pool, recallId, 'notices settled')).toHaveLength(1);

    await done(sending(recallId, 2, minutes(4 * DAY)));
    expect(Object.values(timesTold(worker.mail.taken))).toEqual([2, 2, 2]);
  });

  test('goes on for the silent alone', async () => {
    const recallId = await frozen(customers(2));
    await done(sending(recallId));
    const answer = { quarantined: 1, soldOn: 2, destroyed: 0, passedOn: true };
    const key = { recallId, step: TELL, revision: 1 };
    await recordResponse(database.pool, key, { recipient: 'c100' as never, answer, comment: null, at: minutes(60) });
    const { tally, nextDue } = await done(sending(recallId, 2, minutes(3 * DAY)));
    expect(timesTold(worker.mail.taken)).toEqual({ 'shop@c100.example': 1, 'shop@c101.example': 2 });
    expect(tally).toMatchObject({ delivered: 2, responded: 1 });
    expect(nextDue).toBeNull();
  });

  test('tells its watch with its result what the notices have changed, once and by no message', async () => {
    const recallId = await watched(customers(2));
    const { tally, watch } = await done(sending(recallId));
    expect(watch).toEqual({ change: 1, value: true, tally });
    expect(tally).toMatchObject({ delivered: 2 });
    expect(await outboxOf(database.pool, recallId)).toEqual([]);
    expect((await done(sending(recallId))).watch).toEqual(watch);
    expect((await done(sending(recallId, 2, minutes(60)))).watch).toBeNull();
  });

  test('numbers what its notices change and what comes back on one count', async () => {
    const recallId = await watched(customers(2));
    await done(sending(recallId));
    const [notice] = await noticesOf(database.pool, recallId);
    await recordBounce(database.pool, notice!.messageId, { status: '5.1.1', how: 'for-good' }, minutes(5));
    expect(await outboxOf(database.pool, recallId)).toMatchObject([
      { id: `${recallId}/watch/tell/2`, input: { type: 'watch changed', step: TELL, change: 2, value: false } },
    ]);
  });

  test('sends nothing to who wants no more messages, and calls that neither refused nor bounced', async () => {
    // Their address is closed for later recalls too.
    const list = [{ code: '900' }, ...customers(1)];
    const recallId = await frozen(list);
    const entry = { channel: 'email', address: addressOf(list[0]!), reason: 'abuse', recallId, at: OPENED } as const;
    await suppress(database.pool, entry);
    const { tally, excess } = await done(sending(recallId));
    expect(tally).toMatchObject({ delivered: 1, unreachable: 1 });
    expect(excess).toBeNull();
    expect(await factsOf(database.pool, recallId, 'notices settled')).toMatchObject([
      { notices: 2, delivered: 1, refused: 0, egressRefused: 0, suppressed: 1 },
    ]);
    // Later rungs of the channel are none for them.
    expect((await done(sending(recallId, 2, minutes(4 * DAY)))).tally.byChannel.email).toMatchObject({ delivered: 2 });
  });

  test('leaves out channels that somebody asked not to be contacted on, unless the law demands the notice', async () => {
    const list = [...customers(2), { code: '200', market: 'AU' }, { code: '201', market: 'DE' }];
    const recallId = await drillOf(list);
    await database.pool.query(`update contact set do_not_contact = 'all' where code in ('200', '201')`);
    const { wishes, unreachable } = await done(freezing(recallId));
    expect({ wishes, unreachable }).toEqual({ wishes: { honoured: 1, overruled: 1 }, unreachable: 1 });
    const rows = (await readLedger(database.pool, recallId)).at(-1)!.rows as RecipientRow[];
    const byRecipient = new Map(rows.map(({ recipient, channels, wish }) => [recipient as string, { channels, wish }]));
    expect(byRecipient.get('c100')).toEqual({ channels: ['email'], wish: null });
    expect(byRecipient.get('c200')).toEqual({ channels: [], wish: { honoured: ['email'], overruled: [], law: null } });
    expect(byRecipient.get('c201')).toMatchObject({ channels: ['email'], wish: { overruled: ['email'] } });
    expect(byRecipient.get('c201')!.wish!.law).toContain('35(1)');
  });

  test('gives up an address that is refused, one outside the allow-list unseen, and counts both', async () => {
    const list = [...customers(2), { code: '200', email: 'buyer@shop.test' }, { code: '201', email: null }];
    const recallId = await frozen(list);
    worker.mail.answers.recipient = (address) => (address === 'shop@c100.example' ? 550 : undefined);
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
    expect([...worker.mail.named].sort()).toEqual(['shop@c100.example', 'shop@c101.example']);

    await done(sending(recallId, 2, minutes(3 * DAY)));
    expect(timesTold(worker.mail.taken)).toEqual({ 'shop@c101.example': 2 });
    expect(worker.mail.named.filter((address) => address !== 'shop@c101.example')).toEqual(['shop@c100.example']);
  });
});

describe('two attempts at once', () => {
  test('of a campaign: what the first had on the wire is sent again and counted, and the first does nothing more', async () => {
    const list = customers(2 * PAGE + 5);
    const recallId = await frozen(list);
    let release = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    const firstPage = new Promise<void>((resolve) => {
      // The whole first page is with the provider, whose answers do not arrive: Temporal gives the attempt up.
      worker.mail.onTaken = () => {
        if (worker.mail.taken.length === PAGE) resolve();
        return worker.mail.taken.length <= PAGE ? hanging : undefined;
      };
    });
    const first = runEffect(worker.deps, sending(recallId)).catch((failed: unknown) => String(failed));
    await firstPage;
    const other = activityDeps(database.pool, worker.mail);
    const { tally } = await done(sending(recallId), other);
    other.egress.close();
    expect(tally).toMatchObject({ delivered: list.length });
    release();
    expect(await first).toContain('another run');

    expect(await inLedger(database.pool, recallId)).toEqual({ delivered: list.length, inDoubt: PAGE });
    expect(worker.mail.taken).toHaveLength(list.length + PAGE);
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
    worker.mail.onTaken = () => {
      if (worker.mail.taken.length === PAGE) attempt.cancel();
    };
    await expect(runEffect(worker.deps, sending(recallId), attempt)).rejects.toThrow('given up');
    expect(await inLedger(database.pool, recallId)).toEqual({ delivered: PAGE, inDoubt: 0 });
    expect(worker.mail.taken).toHaveLength(PAGE);
    await done(sending(recallId));
    expect(await inLedger(database.pool, recallId)).toEqual({ delivered: list.length, inDoubt: 0 });
    expect(timesTold(worker.mail.taken)).toEqual(onceEach(list));
  });
});

test('a campaign that would outlast its attempt leaves the rest to a next run, which is due at once', async () => {
  const list = customers(PAGE + 5);
  const recallId = await frozen(list);
  const outcome = await runEffect(worker.deps, sending(recallId), attemptOf(1));
  expect(outcome).toMatchObject({ result: { tally: { delivered: PAGE }, nextDue: OPENED } });
  const { tally, nextDue } = await done(sending(recallId, 2));
  expect({ delivered: tally.delivered, nextDue }).toEqual({ delivered: list.length, nextDue: minutes(3 * DAY) });
  expect(timesTold(worker.mail.taken)).toEqual(onceEach(list));
});

test('a notice that cannot be rendered keeps no other from being told once, and waits for who mends it', async () => {
  const list = customers(3);
  const recallId = await frozen(list);
  // A language in which the notice is not written.
  await database.pool.query("update recipient set notice_language = 'xx' where recall_id = $1 and recipient = 'c101'", [
    recallId,
  ]);
  const { tally, nextDue } = await done(sending(recallId));
  expect({ ...tally, nextDue }).toMatchObject({ delivered: 2, refused: 0, nextDue: minutes(15) });
  for (const [n, at] of [15, 45, 105].entries()) await done(sending(recallId, n + 2, minutes(at)));
  expect(timesTold(worker.mail.taken)).toEqual({ 'shop@c100.example': 1, 'shop@c102.example': 1 });
  await database.pool.query("update recipient set notice_language = 'en' where recall_id = $1", [recallId]);
  expect((await done(sending(recallId, 5, minutes(225)))).tally).toMatchObject({ delivered: 3, refused: 0 });
});

test('a notice on a channel that this build does not know goes out on no other, and says so in the log', async () => {
  const recallId = await frozen(customers(1));
  await database.pool.query(`update campaign set ladder = '[{"by":"pigeon","after":"PT0S"}]' where recall_id = $1`, [
    recallId,
  ]);
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { tally, nextDue } = await done(sending(recallId), { ...worker.deps, log });
  expect({ ...tally, nextDue }).toMatchObject({ delivered: 0, nextDue: minutes(15) });
  expect(worker.mail.connections()).toBe(0);
  expect(await noticesOf(database.pool, recallId)).toMatchObject([{ channel: 'pigeon', state: 'deferred' }]);
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { level: 50, recall: recallId, recipient: 'c100', channel: 'pigeon', error: expect.stringContaining('pigeon') },
  ]);
});

describe('a process that dies', () => {
  test('after all is settled and before its result is kept: nothing is sent again', async () => {
    const list = customers(4);
    const recallId = await frozen(list);
    const lost = losingResults(database.pool, 'insert', () => runEffect(worker.deps, sending(recallId)));
    await expect(lost).rejects.toThrow('away');
    expect(worker.mail.taken).toHaveLength(4);

    expect(await done(sending(recallId))).toMatchObject({ tally: { delivered: 4 }, nextDue: minutes(3 * DAY) });
    expect(timesTold(worker.mail.taken)).toEqual(onceEach(list));
    expect(await factsOf(database.pool, recallId, 'notices in doubt')).toEqual([]);
  });

  test('after it has seen its watch change and before its result is kept: the next one tells the change', async () => {
    const { pool } = database;
    const recallId = await watched(customers(2));
    const lost = losingResults(pool, 'update', () => runEffect(worker.deps, sending(recallId)));
    await expect(lost).rejects.toThrow('away');
    expect(await storedResult(pool, recallId, sending(recallId).id)).toBeNull();
    expect(await outboxOf(pool, recallId)).toEqual([]);

    expect(await done(sending(recallId))).toMatchObject({ watch: { change: 1, value: true, tally: { delivered: 2 } } });
    expect((await done(sending(recallId, 2, minutes(60)))).watch).toBeNull();
  });

  test('leaves a line in the log that says which effect of which recall threw what', async () => {
    const recallId = await frozen(customers(1));
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    const sendMail = (): Promise<never> => Promise.reject(new Error('the process has died'));
    const dying = { ...worker.deps, log, egress: { ...worker.deps.egress, sendMail } };
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
    const dying = { ...worker.deps, egress: { ...worker.deps.egress, sendMail } };
    await expect(runEffect(dying, sending(recallId))).rejects.toThrow('the process has died');
    expect((await noticesOf(database.pool, recallId)).map(({ state }) => state)).toEqual(
      Array<string>(5).fill('claimed'),
    );

    expect(await done(sending(recallId))).toMatchObject({ tally: { delivered: 5 } });
    expect(timesTold(worker.mail.taken)).toEqual(onceEach(list));
    expect(await factsOf(database.pool, recallId, 'notices in doubt')).toMatchObject([{ notices: 5 }]);
  });

  test('with a page on the wire: whoever has answered it since is not told again, and it stays in doubt', async () => {
    const recallId = await frozen(customers(3));
    const sendMail = (): Promise<never> => Promise.reject(new Error('the process has died'));
    const dying = { ...worker.deps, egress: { ...worker.deps.egress, sendMail } };
    await expect(runEffect(dying, sending(recallId))).rejects.toThrow('the process has died');
    await recordResponse(database.pool, keyOf(recallId), {
      recipient: 'c101' as RecipientId,
      answer: { quarantined: 1, soldOn: 0, destroyed: 0, passedOn: false },
      comment: null,
      at: OPENED,
    });
    const { tally } = await done(sending(recallId));
    expect(tally).toMatchObject({ delivered: 2, refused: 0, responded: 1, unreachable: 0 });
    expect(timesTold(worker.mail.taken)).toEqual({ 'shop@c100.example': 1, 'shop@c102.example': 1 });
    expect(await inLedger(database.pool, recallId)).toEqual({ delivered: 2, inDoubt: 3 });
    await done(sending(recallId, 2, minutes(DAY)));
    expect(worker.mail.taken).toHaveLength(2);
  });

  test('before it has sent a claimed page, and whose successor has another key: what is mailed is a link that opens', async () => {
    const recallId = await frozen(customers(2));
    const sendMail = (): Promise<never> => Promise.reject(new Error('the process has died'));
    const dying = { ...worker.deps, egress: { ...worker.deps.egress, sendMail } };
    await expect(runEffect(dying, sending(recallId))).rejects.toThrow('the process has died');
    const { codec, token } = worker.deps.keys;
    const rotated = { current: 'k2', keys: { ...token.keys, k2: newKeys().token.keys.k1! } };
    await done(sending(recallId), { ...worker.deps, keys: { codec, token: rotated } });
    expect(worker.mail.taken).toHaveLength(2);
    for (const { raw } of worker.mail.taken) {
      const id = /\/r\/([\w-]{22})\s/.exec((await PostalMime.parse(raw)).text!)![1]!;
      expect(await linkOf(database.pool, linkHash(id), 'response')).toMatchObject({ link: { recallId } });
    }
  });
});
