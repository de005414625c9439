import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import { aboutPost } from '../../engine/about.js';
import type { ContactRung } from '../../engine/channels.js';
import { secondsAfter, type RecallId, type RecipientId } from '../../engine/words.js';
import { keepLinks } from '../../store/links.js';
import { waiting } from '../../store/outbox.js';
import { listPost, readPost } from '../../store/post.js';
import { recipientsAfter } from '../../store/recipients.js';
import { repliesOf, replyCounts } from '../../store/replies.js';
import { tallyOf } from '../../store/tally.js';
import { newKeys } from '../../trust/keys.js';
import { linkPath } from '../../trust/links.js';
import { CASE_FILE, KEYS } from '../activities/activity-deps.js';
import { openPictured, SHOWN } from '../activities/pictured.js';
import { freeze, freezeOn, keyOf, sendDue } from '../store/campaign-fixture.js';
import { factsOf, minutes, OPENED, openRecall, ownDatabase } from '../store/database.js';
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
  return { recallId, link: await linkOf(recallId, recipient!, 60) };
}

/** A link that holds for so long; the recall's clock stands at its opening. */
async function linkOf(recallId: RecallId, recipient: RecipientId, seconds: number): Promise<string> {
  const link = { use: 'response', ...keyOf(recallId), recipient } as const;
  await keepLinks(database.pool, KEYS.token, [link], secondsAfter(OPENED, seconds));
  return linkPath(KEYS.token, link);
}

function send(link: string, form: Record<string, string>, more: Record<string, string> = {}) {
  const headers = { ...more, 'content-type': 'application/x-www-form-urlencoded' };
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

test('the page shows what the product looks like, in the words of its reader for who does not see it', async () => {
  const { recallId } = await openPictured(database.pool);
  const [recipient] = await freeze(database.pool, recallId, 1);
  const { body, headers } = await api.inject({ method: 'GET', url: await linkOf(recallId, recipient!, 60) });
  const [, path] = new RegExp(`<img src="([^"]+)" alt="${SHOWN.de}" width="160" height="120">`).exec(body)!;
  expect(headers['content-security-policy']).toContain("img-src 'self'");
  const picture = await api.inject({ method: 'GET', url: path! });
  expect([picture.statusCode, picture.headers['x-robots-tag']]).toEqual([200, 'noindex']);
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
  ['that was given up in doubt', { state: 'deferred', doubts: 4 }, 1],
  // It was put off, and never taken: its link has come to them another way.
  ['that was put off and in no doubt', { state: 'deferred', doubts: 0 }, 0],
  ['that came back', { state: 'deferred', doubts: 4, bounced: 'for-good' }, 0],
  ['that was refused', { state: 'refused', doubts: 0 }, 0],
])('who answers by the link of a notice %s shows whether it arrived', async (_which, was, arrived) => {
  const { recallId, link } = await toldOne();
  const { state, doubts, bounced = null } = was as { state: string; doubts: number; bounced?: string };
  await database.pool.query('update notice set state = $2, doubts = $3, bounced = $4 where recall_id = $1', [
    ...[recallId, state, doubts, bounced],
  ]);
  expect(await tallyOf(database.pool, keyOf(recallId))).toMatchObject({ delivered: 0, responded: 0 });
  for (const quarantined of ['4', '3']) {
    const form = { ...GOOD, quarantined, soldOn: String(UNITS - Number(quarantined)) };
    expect((await send(link, form)).statusCode).toBe(200);
  }
  expect(await tallyOf(database.pool, keyOf(recallId))).toMatchObject({ delivered: arrived, responded: 1 });
  const fact = { recipient: 'c001', rung: 0, status: 'answered', was: 'deferred' };
  expect(await factsOf(database.pool, recallId, 'notice arrived')).toMatchObject(arrived === 1 ? [fact] : []);
});

test('whom another notice has reached shows by an answer nothing of one in doubt, and neither does a call', async () => {
  const ladder = [
    { by: 'email', after: 'PT0S' },
    { by: 'voice', after: 'P1D' },
  ] as ContactRung[];
  for (const [email, voice] of [
    ['delivered', 'deferred'],
    ['refused', 'deferred'],
  ] as const) {
    const recallId = await openRecall(database.pool, { caseFile: CASE_FILE });
    const [recipient] = await freezeOn(database.pool, recallId, ladder, [['email', 'voice']]);
    for (const at of [OPENED, minutes(24 * 60)]) await sendDue(database.pool, recallId, at);
    const states = { email, voice };
    for (const [channel, state] of Object.entries(states)) {
      const text = 'update notice set state = $2, doubts = 4 where recall_id = $1 and channel = $3';
      expect((await database.pool.query(text, [recallId, state, channel])).rowCount).toBe(1);
    }
    expect((await send(await linkOf(recallId, recipient!, 60), GOOD)).statusCode).toBe(200);
    expect(await factsOf(database.pool, recallId, 'notice arrived')).toEqual([]);
  }
});

test('whoever was told for several customers answers for each of them, and what is wrong with one records none', async () => {
  const recallId = await openRecall(database.pool, { caseFile: CASE_FILE });
  const person = 'c001' as RecipientId;
  await freeze(database.pool, recallId, 2, [], {
    changes: () => ({ person, addresses: { email: 'head@example.org' } }),
  });
  await sendDue(database.pool, recallId, OPENED);
  const link = await linkOf(recallId, person, 60);
  const { body } = await api.inject({ url: link });
  expect(body).toMatch(
    /<legend><bdi>001 Shop 001<[^]*id="quarantined"[^]*<legend><bdi>002 Shop 002<[^]*name="quarantined_c002"/,
  );
  expect(body).toContain('<dd><strong>20</strong></dd>');

  const second = { quarantined_c002: '9', soldOn_c002: '0', destroyed_c002: '2' };
  const wrong = await send(link, { ...GOOD, ...second });
  expect(wrong.statusCode).toBe(422);
  expect(wrong.body).toContain('002 Shop 002: Das sind 11 Stück, an Sie geliefert wurden aber 10');
  expect(wrong.body).toMatch(/<a href="#quarantined_c002">002 Shop 002: /);
  expect(wrong.body).not.toMatch(/id="quarantined"[^>]*aria-invalid/);
  expect((await send(link, GOOD)).statusCode).toBe(422);
  expect(await answers(recallId)).toEqual([]);

  const taken = await send(link, { ...GOOD, ...second, destroyed_c002: '1', comment: 'Both' });
  expect(taken.statusCode).toBe(200);
  expect(taken.body).toMatch(/001 Shop 001<[^]*<dd>4<[^]*002 Shop 002<[^]*<dd>9</);
  expect(await answers(recallId)).toMatchObject([
    { recipient: 'c001', answer: { quarantined: 4, soldOn: 6 }, comment: expect.any(String) },
    { recipient: 'c002', answer: { quarantined: 9, destroyed: 1, passedOn: true } },
  ]);
  expect((await api.inject({ url: link })).body).toMatch(/id="quarantined_c002"[^>]*value="9"/);
  // The other has no message of their own, and a link to them would speak of nobody else.
  const own = await api.inject({ url: await linkOf(recallId, 'c002' as RecipientId, 60) });
  expect(own.body).not.toContain('<legend>');
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

test('says who asks, what is wrong, what to do and until when', async () => {
  const { recallId, link } = await toldOne();
  const body = async (): Promise<string> => (await api.inject({ url: link })).body;
  const said = await body();
  for (const text of [CASE_FILE.company, CASE_FILE.hazard.de, CASE_FILE.actions.de, CASE_FILE.contact])
    expect(said).toContain(text);
  expect(said).not.toContain('antworten Sie bis');
  await database.pool.query('update campaign set answer_by = $1 where recall_id = $2', [
    '2026-09-20T07:30:00.000Z',
    recallId,
  ]);
  expect(await body()).toMatch(/Bitte antworten Sie bis<\/dt><dd><bdi>2026-09-20</);
});

test('numbers that leave units out are asked about, and taken from who does not know', async () => {
  const { recallId, link } = await toldOne();
  const less = { ...GOOD, soldOn: '3' };
  const asked = await send(link, less);
  expect(asked.statusCode).toBe(422);
  expect(asked.body).toMatch(/Das sind 7 Stück[^]*übrigen 3[^]*name="rest"/);
  expect(await answers(recallId)).toEqual([]);
  const taken = await send(link, { ...less, rest: 'yes' });
  expect(taken.statusCode).toBe(200);
  expect(taken.body).toMatch(/nicht wissen, wo sie geblieben sind<\/dt><dd>3</);
  expect(await answers(recallId)).toMatchObject([{ answer: { quarantined: 4, soldOn: 3, destroyed: 0 } }]);
});

test('that somebody was hurt is heard at once, whatever else is wrong with the form, and from one link five times', async () => {
  const { recallId, link } = await toldOne();
  const hurt = { hurt: 'yes', comment: 'A child cut her hand' };
  const asked = await send(link, hurt);
  expect(asked.statusCode).toBe(422);
  expect(asked.body).toMatch(/id="hurt"[^>]* checked/);
  const thanked = await send(link, { ...GOOD, ...hurt });
  expect(thanked.body).toMatch(/dass jemand verletzt wurde[^]*recalls@maker\.example/);
  const said = () => factsOf(database.pool, recallId, 'injury said');
  expect(await said()).toEqual([
    { type: 'injury said', v: 1, step: 'tell', recipient: 'c001', text: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
  const page = { about: { kind: 'notice', id: 'c001' }, automatic: false, via: 'page', at: OPENED };
  expect(await repliesOf(database.pool, recallId)).toMatchObject([{ ...page, injury: true, text: hurt.comment }]);
  // It is in the tray too, and the recall asks quality of it, told no more than the entry and a hash.
  const [entry] = await listPost(database.pool, { recall: recallId });
  expect(entry).toMatchObject({ via: 'page', about: page.about, injury: 'mentioned', state: 'new' });
  expect((await readPost(database.pool, entry!.id)).text).toBe(hurt.comment);
  const told = await waiting(database.pool, 1_000);
  const toAsk = told.filter((one) => one.recallId === recallId).map(({ input }) => input);
  const [{ text }] = (await said()) as [{ text: string }];
  expect(toAsk).toEqual([
    { type: 'mention came', mention: { about: aboutPost(entry!.id), via: 'page', at: OPENED, text } },
  ]);
  for (const n of [1, 2, 3, 4, 5, 6]) await send(link, { ...GOOD, hurt: 'yes', comment: `cut ${n}` });
  expect(await said()).toHaveLength(5);
  expect(await replyCounts(database.pool, recallId)).toEqual({ replies: 0, automatic: 0, injuriesSaid: 5 });
});

test('what is written beside the numbers is read with the other answers', async () => {
  const { recallId, link } = await toldOne();
  await send(link, { ...GOOD, comment: 'Two were broken' });
  const [{ comment }] = (await answers(recallId)) as [{ comment: string }];
  expect(await repliesOf(database.pool, recallId)).toEqual([
    {
      at: OPENED,
      about: { kind: 'notice', id: 'c001' },
      automatic: false,
      via: 'page',
      injury: false,
      hash: comment,
      text: 'Two were broken',
    },
  ]);
});

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

test('a link of another key, one that has expired and one that was revoked open pages that say so and whom to call', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool, { caseFile: CASE_FILE });
  const [first, second] = await freeze(pool, recallId, 2);
  const link = { use: 'response', ...keyOf(recallId), recipient: first! } as const;
  const revoked = await linkOf(recallId, second!, 60);
  await pool.query('update link set revoked_at = $1 where recipient = $2 and recall_id = $3', [
    OPENED,
    second,
    recallId,
  ]);
  const expired = await linkOf(recallId, first!, -1);
  const unknown = linkPath(newKeys().token, link);
  const headers = { 'accept-language': 'fr-CH, de;q=0.5' };
  const seen = await Promise.all(
    [unknown, expired, revoked].flatMap((url) => [api.inject({ url, headers }), send(url, GOOD, headers)]),
  );
  const words = [
    /<html lang="fr">.*ne connaissons pas ce lien.*help@/s,
    /<html lang="de">.*nicht mehr gültig.*recalls@/s,
    /<html lang="de">.*zurückgezogen.*recalls@/s,
  ];
  expect(seen.map(({ statusCode }) => statusCode)).toEqual([404, 404, 410, 410, 410, 410]);
  for (const [index, { body }] of seen.entries()) expect(body).toMatch(words[Math.floor(index / 2)]!);
  expect(await answers(recallId)).toEqual([]);
});

test('a link that has expired and is made again holds longer; one that was revoked stays so', async () => {
  const { recallId, link } = await toldOne();
  const statusOf = async (): Promise<number> => (await api.inject({ url: link })).statusCode;
  await database.pool.query('update link set expires_at = $1 where recall_id = $2', [
    secondsAfter(OPENED, -1),
    recallId,
  ]);
  expect(await statusOf()).toBe(410);
  expect(await linkOf(recallId, 'c001' as RecipientId, 60)).toBe(link);
  expect(await statusOf()).toBe(200);
  await database.pool.query('update link set revoked_at = $1 where recall_id = $2', [OPENED, recallId]);
  await linkOf(recallId, 'c001' as RecipientId, 600);
  expect(await statusOf()).toBe(410);
});

test('a link of an older key opens its page, and so does the one that a new key makes', async () => {
  const { recallId, link } = await toldOne();
  const rotated = { current: 'k2', keys: { ...KEYS.token.keys, k2: newKeys().token.keys.k1! } };
  const meaning = { use: 'response', ...keyOf(recallId), recipient: 'c001' as RecipientId } as const;
  await keepLinks(database.pool, rotated, [meaning], secondsAfter(OPENED, 60));
  const renewed = linkPath(rotated, meaning);
  expect(renewed).not.toBe(link);
  for (const url of [link, renewed]) expect((await api.inject({ url })).statusCode).toBe(200);
});

test('nothing in the database opens a page, and the row says when a link was first used', async () => {
  const { recallId, link } = await toldOne();
  const { rows } = await database.pool.query<Record<string, unknown>>('select * from link where recall_id = $1', [
    recallId,
  ]);
  const [row] = rows;
  expect(JSON.stringify(row)).not.toContain(link.slice('/r/'.length));
  for (const value of Object.values(row!))
    expect((await api.inject({ url: `/r/${String(value)}` })).statusCode).toBe(404);
  // Nor does a response's link open a decision.
  expect((await api.inject({ url: link.replace('/r/', '/d/') })).statusCode).toBe(404);
  const usedAt = async (): Promise<unknown[]> =>
    (
      await database.pool.query<{ at: string | null }>('select used_at as at from link where recall_id = $1', [
        recallId,
      ])
    ).rows;
  await api.inject({ url: link });
  expect(await usedAt()).toEqual([{ at: null }]);
  await send(link, GOOD);
  expect(await usedAt()).toEqual([{ at: OPENED }]);
});

test('an address that lost its end says so to who reads it, in their language, with whom to call; programs get a problem', async () => {
  const headers = { 'accept-language': 'nl', accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
  for (const url of ['/r', '/r/', '/d/', '/nowhere']) {
    const { statusCode, body } = await api.inject({ url, headers });
    expect([url, statusCode]).toEqual([url, 404]);
    expect(body).toMatch(/<html lang="nl">.*kennen wij niet.*<a href="mailto:help@maker.example">/s);
  }
  const { headers: answered, body } = await api.inject({ url: '/nowhere', headers: { accept: '*/*' } });
  expect(answered['content-type']).toContain('application/problem+json');
  expect(JSON.parse(body)).toMatchObject({ code: 'not-found', message: 'there is no GET /nowhere' });
});

test('thanks says what is on record, and leads back to the form', async () => {
  const { link } = await toldOne();
  const { body } = await send(link, GOOD);
  expect(body).toMatch(
    /Getrennt gelagerte Stück<\/dt><dd>4<.*weiterverkaufte Stück<\/dt><dd>6<.*href="">Antwort berichtigen/s,
  );
});

test('a colleague to whom the link was sent on answers and says who they are, which the ledger holds as a hash', async () => {
  const { recallId, link } = await toldOne();
  const by = { byName: 'Ann <Lee>', byRole: 'Lager', byContact: '+49 30 1' };
  const asked = await send(link, { ...GOOD, byName: ' ', byRole: by.byRole });
  expect(asked.statusCode).toBe(422);
  expect(asked.body).toMatch(/auch Ihren Namen[^]*<details open>[^]*id="byName"[^>]*aria-invalid/);
  expect(await answers(recallId)).toEqual([]);
  expect((await send(link, { ...GOOD, ...by })).statusCode).toBe(200);
  // Sent again by them it is no news; by somebody else it is.
  await send(link, { ...GOOD, ...by });
  const facts = await answers(recallId);
  expect(facts).toMatchObject([{ recipient: 'c001', by: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(JSON.stringify(facts)).not.toContain('Lee');
  const known = () => recipientsAfter(database.pool, keyOf(recallId), '', 10);
  expect(await known()).toMatchObject([{ answeredBy: { name: 'Ann <Lee>', role: 'Lager', contact: '+49 30 1' } }]);
  await send(link, { ...GOOD, ...by, byName: 'Bo', byContact: 'x'.repeat(300) });
  expect(await answers(recallId)).toHaveLength(2);
  expect((await known())[0]!.answeredBy).toEqual({ name: 'Bo', role: 'Lager', contact: 'x'.repeat(200) });
  await send(link, { ...GOOD, quarantined: '3', soldOn: '7' });
  expect((await known())[0]!.answeredBy).toBeNull();
});
