import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { sendOutgoing } from '../../activities/outgoing.js';
import { createApi } from '../../api/server.js';
import { secondsAfter, type RecallId, type RecipientId } from '../../engine/words.js';
import { keepLinks } from '../../store/links.js';
import { suppress } from '../../store/suppressions.js';
import { linkPath } from '../../trust/links.js';
import { CASE_FILE, KEYS } from '../activities/activity-deps.js';
import { headerOf } from '../activities/mail-server.js';
import { ownWorker } from '../activities/own-worker.js';
import { freeze, keyOf, sendDue } from '../store/campaign-fixture.js';
import { factsOf, OPENED, openRecall, ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';

const GOOD = { quarantined: '4', soldOn: '6', destroyed: '0', passedOn: 'yes', comment: 'Call 0900 for a prize' };

const database = ownDatabase();
const worker = ownWorker(database);
let api: FastifyInstance;
beforeAll(async () => {
  api = await createApi(apiDeps(database.pool, { publicUrl: 'https://recall.example' }));
});
afterAll(() => api.close());

async function toldOne(): Promise<{ recallId: RecallId; link: string; recipient: RecipientId }> {
  const recallId = await openRecall(database.pool, { caseFile: CASE_FILE, mode: 'recall' });
  const [recipient] = await freeze(database.pool, recallId, 1);
  await sendDue(database.pool, recallId, OPENED);
  const link = { use: 'response', ...keyOf(recallId), recipient: recipient! } as const;
  await keepLinks(database.pool, KEYS.token, [link], secondsAfter(OPENED, 60));
  return { recallId, link: linkPath(KEYS.token, link), recipient: recipient! };
}

async function answer(link: string, form: Record<string, string>): Promise<number> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const payload = new URLSearchParams(form).toString();
  return (await api.inject({ method: 'POST', url: link, headers, payload })).statusCode;
}

/** The text part as it is read. */
function textOf(raw: string): string {
  const body = raw.slice(raw.indexOf('\r\n\r\n')).replaceAll('=\r\n', '');
  return Buffer.from(
    body.replaceAll(/=([0-9A-F]{2})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 16))),
    'latin1',
  ).toString('utf8');
}

test('who answers on the page is thanked by mail once for each answer, in the language of their notice', async () => {
  const { link, recallId } = await toldOne();
  for (let times = 0; times < 2; times += 1) expect(await answer(link, GOOD)).toBe(200);
  expect(await sendOutgoing(worker.deps)).toBe(1);
  const [mail] = worker.mail.taken;
  expect(mail!.to).toEqual(['shop001@example.org']);
  expect(headerOf(mail!.raw, 'x-recall-key')).toBe(`${recallId} thanks/${recallId}/tell/1/c001/1`);
  const text = textOf(mail!.raw);
  expect(text).toContain('Getrennt gelagerte Stück: 4');
  expect(text).toContain(`https://recall.example${link}`);
  expect(text).not.toContain('was Sie uns vorher mitgeteilt haben');
  // Whoever has the link may be somebody else: none of their words goes out as ours.
  expect(text).not.toContain('0900');
  expect(await answer(link, { ...GOOD, quarantined: '3', soldOn: '7' })).toBe(200);
  await sendOutgoing(worker.deps);
  const [, corrected, ...more] = worker.mail.taken;
  expect(more).toEqual([]);
  expect(textOf(corrected!.raw)).toContain('was Sie uns vorher mitgeteilt haben');
  expect(textOf(corrected!.raw)).toContain('Getrennt gelagerte Stück: 3');
  // They are no notices, and nothing of the campaign knows of them.
  expect(await factsOf(database.pool, recallId, 'notices settled')).toHaveLength(1);
});

test('who answers for two customers is thanked where only what they say of the second is new', async () => {
  const recallId = await openRecall(database.pool, { caseFile: CASE_FILE, mode: 'recall' });
  const [first, second] = await freeze(database.pool, recallId, 2);
  await sendDue(database.pool, recallId, OPENED);
  await database.pool.query('update notice set told_with = $2 where recall_id = $1 and recipient = $3', [
    recallId,
    first,
    second,
  ]);
  const link = { use: 'response', ...keyOf(recallId), recipient: first! } as const;
  await keepLinks(database.pool, KEYS.token, [link], secondsAfter(OPENED, 60));
  const form = (count: string) => ({
    ...GOOD,
    [`quarantined_${second}`]: count,
    [`soldOn_${second}`]: '0',
    [`destroyed_${second}`]: '0',
    rest: 'yes',
  });
  for (const quarantined of ['1', '2', '2'])
    expect(await answer(linkPath(KEYS.token, link), form(quarantined))).toBe(200);
  expect(await sendOutgoing(worker.deps)).toBe(2);
  expect(worker.mail.taken.map(({ to }) => to)).toEqual([['shop001@example.org'], ['shop001@example.org']]);
  const kept = worker.mail.taken.map(({ raw }) => /Getrennt gelagerte Stück: (\d+)/.exec(textOf(raw))?.[1]);
  expect(new Set(kept)).toEqual(new Set(['5', '6']));
});

test('an answer is taken while mail is away, and the thanks go out when it is back', async () => {
  const { link } = await toldOne();
  worker.mail.answers.recipient = () => 451;
  expect(await answer(link, GOOD)).toBe(200);
  await sendOutgoing(worker.deps);
  expect(worker.mail.taken).toEqual([]);
  worker.mail.answers.recipient = () => undefined;
  await database.pool.query('update outgoing set due_at = clock_timestamp()');
  await sendOutgoing(worker.deps);
  expect(worker.mail.taken).toHaveLength(1);
});

test.each<[string, (recallId: RecallId, recipient: RecipientId) => Promise<unknown>]>([
  [
    'no mail address',
    (recallId) => database.pool.query(`update recipient set addresses = '{}' where recall_id = $1`, [recallId]),
  ],
  [
    'an address that is dead',
    (recallId) => database.pool.query(`update notice set bounced = 'for-good' where recall_id = $1`, [recallId]),
  ],
  [
    'an address that refused',
    (recallId) => database.pool.query(`update notice set state = 'refused' where recall_id = $1`, [recallId]),
  ],
  [
    'an address that is written to no more',
    (recallId) =>
      suppress(database.pool, {
        channel: 'email',
        address: 'shop001@example.org',
        reason: 'abuse',
        recallId,
        at: OPENED,
      }),
  ],
])('whoever has %s is not thanked by mail', async (_what, change) => {
  const { link, recallId, recipient } = await toldOne();
  await change(recallId, recipient);
  expect(await answer(link, GOOD)).toBe(200);
  expect(await sendOutgoing(worker.deps)).toBe(0);
  await database.pool.query('delete from suppressed_address');
});

test('a message that cannot be made holds up no other', async () => {
  const [first, second] = [await toldOne(), await toldOne()];
  for (const { link } of [first, second]) await answer(link, GOOD);
  await database.pool.query(`update outgoing set body = '{"kind":"thanks"}' where recall_id = $1`, [first.recallId]);
  await sendOutgoing(worker.deps);
  const { rows } = await database.pool.query<{ state: string }>(
    'select state from outgoing where recall_id = any ($1) order by id',
    [[first.recallId, second.recallId]],
  );
  expect(rows).toEqual([{ state: 'claimed' }, { state: 'delivered' }]);
});
