import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import { secondsAfter, type RecallId, type RecipientId } from '../../engine/words.js';
import { newKeys } from '../../trust/keys.js';
import { issueToken } from '../../trust/tokens.js';
import { CASE_FILE, KEYS } from '../activities/activity-deps.js';
import { freeze, keyOf, sendDue } from '../store/campaign-fixture.js';
import { factsOf, OPENED, openRecall, ownDatabase } from '../store/database.js';
import { apiDeps } from './api-deps.js';

const UNITS = 10;
const GOOD = { quarantined: '4', soldOn: '6', destroyed: '0', passedOn: 'yes', comment: '' };

const database = ownDatabase();
let api: FastifyInstance;
beforeAll(async () => {
  api = await createApi(apiDeps(database.pool));
});
afterAll(() => api.close());

async function toldOne(): Promise<{ recallId: RecallId; link: string }> {
  const recallId = await openRecall(database.pool, { caseFile: CASE_FILE });
  const [recipient] = await freeze(database.pool, recallId, 1);
  await sendDue(database.pool, recallId, OPENED);
  return { recallId, link: linkOf(recallId, recipient!, 60) };
}

/** A link that holds for so long; the recall's clock stands at its opening. */
function linkOf(recallId: RecallId, recipient: RecipientId, seconds: number): string {
  const expires = secondsAfter(OPENED, seconds);
  return `/r/${issueToken(KEYS.token, { use: 'response', ...keyOf(recallId), recipient, expires })}`;
}

function send(link: string, form: Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return api.inject({ method: 'POST', url: link, headers, payload: new URLSearchParams(form).toString() });
}

function answers(recallId: RecallId) {
  return factsOf(database.pool, recallId, 'response recorded');
}

test('GET shows the form in the language of the notice, without scripts, and records nothing', async () => {
  const { recallId, link } = await toldOne();
  const { statusCode, body, headers } = await api.inject({ method: 'GET', url: link });
  expect(statusCode).toBe(200);
  expect(body).toContain('<html lang="de">');
  expect(body).toContain('Ihre Antwort auf den Rückruf');
  expect(body).toContain(CASE_FILE.disclaimer.de);
  expect(body).not.toContain('<script');
  expect(headers['cache-control']).toBe('no-store');
  expect(await answers(recallId)).toEqual([]);
});

test('POST records the answer, and the form shows it from then on', async () => {
  const { recallId, link } = await toldOne();
  const { statusCode, body } = await send(link, GOOD);
  expect(statusCode).toBe(200);
  expect(body).toContain('Ihre Antwort ist erfasst');
  expect(body).toContain(CASE_FILE.disclaimer.de);
  const answer = { quarantined: 4, soldOn: 6, destroyed: 0, passedOn: true };
  expect(await answers(recallId)).toMatchObject([{ recipient: 'c001', answer }]);
  expect((await api.inject({ method: 'GET', url: link })).body).toMatch(/id="quarantined"[^>]*value="4"/);
});

test.each([
  ['an empty number is no zero', { quarantined: '' }, 'als ganze Zahl'],
  ['a number below zero', { quarantined: '-1' }, 'als ganze Zahl'],
  ['a part of a unit', { soldOn: '1.5' }, 'als ganze Zahl'],
  ['a number in another notation', { soldOn: '0x1' }, 'als ganze Zahl'],
  ['more than was delivered', { destroyed: '1' }, `Das sind 11 Stück, an Sie geliefert wurden aber ${UNITS}`],
  ['a comment without end', { comment: 'x'.repeat(2001) }, 'länger als 2000 Zeichen'],
])(
  '%s comes back in words of the recipient, with what was typed, and nothing is recorded',
  async (_name, wrong, words) => {
    const { recallId, link } = await toldOne();
    const typed = { comment: 'Bitte <anrufen>', ...wrong };
    const { statusCode, body } = await send(link, { ...GOOD, ...typed });
    expect(statusCode).toBe(422);
    expect(body).toContain(words);
    expect(body).toMatch(/id="passedOn"[^>]* checked/);
    expect(body).toContain(typed.comment.replace('<', '&lt;').replace('>', '&gt;'));
    expect(await answers(recallId)).toEqual([]);
  },
);

test('who insists on more than the records say is believed, and who does not is asked', async () => {
  const { recallId, link } = await toldOne();
  const more = { ...GOOD, quarantined: '7' };
  const asked = await send(link, more);
  expect(asked.statusCode).toBe(422);
  expect(asked.body).toContain('name="more"');
  expect((await send(link, { ...more, more: 'yes' })).statusCode).toBe(200);
  expect(await answers(recallId)).toMatchObject([{ answer: { quarantined: 7, soldOn: 6 } }]);
});

test('a comment that comes after the numbers is kept, and its hash is on record', async () => {
  const { recallId, link } = await toldOne();
  const comments = ['', 'A customer was cut', 'A customer was cut', ''];
  for (const comment of comments) await send(link, { ...GOOD, comment });
  const kept = await database.pool.query('select comment from response where recall_id = $1 order by id', [recallId]);
  expect(kept.rows.map(({ comment }: { comment: string | null }) => comment)).toEqual([null, 'A customer was cut']);
  const facts = await answers(recallId);
  expect(facts.map(({ comment }) => comment)).toEqual([undefined, expect.stringMatching(/^[0-9a-f]{64}$/)]);
});

test('a link of another key and a link that has expired are pages that say so, and record nothing', async () => {
  const { recallId } = await toldOne();
  const recipient = 'c001' as RecipientId;
  const expires = secondsAfter(OPENED, 60);
  const forged = `/r/${issueToken(newKeys().token, { use: 'response', ...keyOf(recallId), recipient, expires })}`;
  const expired = linkOf(recallId, recipient, -1);
  const ended = [await send(forged, GOOD), await send(expired, GOOD)];
  expect(ended.map(({ statusCode }) => statusCode)).toEqual([403, 410]);
  expect(ended.every(({ headers }) => headers['content-type']?.toString().startsWith('text/html'))).toBe(true);
  expect(await answers(recallId)).toEqual([]);
});
