import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { createApi } from '../../api/server.js';
import { customerWords } from '../../documents/customers-page.js';
import type { EffectCall } from '../../engine/effects.js';
import { secondsAfter, type EffectId, type RecallId, type RecipientId } from '../../engine/words.js';
import { countInWaves } from '../../store/waves.js';
import { withTransaction } from '../../store/db.js';
import { readLedger } from '../../store/ledger.js';
import { keepLinks } from '../../store/links.js';
import { campaignsOf, recipientsAfter } from '../../store/recipients.js';
import { suppress } from '../../store/suppressions.js';
import { linkPath } from '../../trust/links.js';
import { activityDeps, KEYS, runEffect } from '../activities/activity-deps.js';
import { freezeOn, keyOf } from '../store/campaign-fixture.js';
import { factsOf, OPENED, outboxOf, ownDatabase } from '../store/database.js';
import { importContactsText } from '../store/sales-files.js';
import { apiDeps } from './api-deps.js';
import { TELL_ON, told as toldOf } from './told-on.js';

const database = ownDatabase();
let api: FastifyInstance;
beforeAll(async () => {
  api = await createApi(apiDeps(database.pool));
});
afterAll(() => api.close());

const told = (tell?: (recallId: RecallId) => Promise<RecipientId[]>) => toldOf(database.pool, tell);

function lines(link: string, form: Record<string, string>) {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const payload = new URLSearchParams({ way: 'lines', consent: 'yes', ...form }).toString();
  return api.inject({ method: 'POST', url: `${link}/customers`, headers, payload });
}

async function upload(link: string, csv: string, fields: Record<string, string> = { consent: 'yes' }) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([csv]), 'ours.csv');
  const request = new Request('http://localhost', { method: 'POST', body: form });
  const headers = { 'content-type': request.headers.get('content-type')! };
  const payload = Buffer.from(await request.arrayBuffer());
  return api.inject({ method: 'POST', url: `${link}/customers/file`, headers, payload });
}

const csvOf = (...rows: string[]): string => ['name,email,phone,quantity', ...rows, ''].join('\n');
const namedFacts = (recallId: RecallId) => factsOf(database.pool, recallId, 'customers named');
const heard = async (recallId: RecallId) =>
  (await outboxOf(database.pool, recallId)).filter(({ input }) => input.type === 'customers named').length;

let effects = 0;
async function add(recallId: RecallId, atMost = 3) {
  effects += 1;
  const payload = { campaign: TELL_ON, revision: 1, of: keyOf(recallId).step, heard: 1, atMost };
  const id = `tellOn/1/addRecipients/${effects}` as EffectId;
  const effect = { id, kind: 'addRecipients', step: TELL_ON, round: 1, recallId, now: OPENED, payload } as EffectCall<'addRecipients'>; // prettier-ignore
  return runEffect(activityDeps(database.pool, { url: 'smtp://127.0.0.1:9' }), effect);
}
const added = (recallId: RecallId) => recipientsAfter(database.pool, { recallId, step: TELL_ON, revision: 1 }, '', 100);

test('what comes back from who was named is counted, though nobody was in a wave when the campaign was frozen', async () => {
  const { recallId } = await told();
  const key = { recallId, step: TELL_ON, revision: 1 };
  const news = [{ wave: 0, bounced: 1, reason: '5.1.1' }];
  await withTransaction(database.pool, (client) => countInWaves(client, key, news));
  const { rows } = await database.pool.query(
    'select wave, bounced from campaign_wave where recall_id = $1 and step = $2',
    [recallId, TELL_ON],
  );
  expect(rows).toEqual([{ wave: 0, bounced: 1 }]);
});

test('a file is taken whole or not at all, each wrong line is named in the words of the reader', async () => {
  const { recallId, link } = await told();
  const words = customerWords('de');
  const bad = await upload(
    link,
    csvOf('A,a@a.example,,1', 'B,nobody,,2', ',c@c.example,,x', 'D,,12,3', 'E,,,1', 'F,A@a.example,,1'),
  );
  expect(bad.statusCode).toBe(422);
  for (const said of [
    `Zeile 3: ${words.badEmail}`,
    `Zeile 4: ${words.badName}`,
    `Zeile 4: ${words.badQuantity}`,
    `Zeile 5: ${words.badPhone}`,
    `Zeile 6: ${words.badAddress}`,
    `Zeile 7: ${words.twice}`,
  ])
    // prettier-ignore
    expect(bad.body).toContain(said);
  expect((await upload(link, 'name,email\nA,a@a.example\n')).body).toMatch(
    /Zeile 1: the file lacks the column quantity/,
  );
  expect((await upload(link, csvOf('A,a@a.example,,1'), {})).body).toContain(words.consentMissing);
  expect(await namedFacts(recallId)).toEqual([]);
  expect(await heard(recallId)).toBe(0);
  const taken = await upload(link, csvOf('A,a@a.example,,1', 'B,,+49 151 23456789,2'));
  expect(taken.statusCode).toBe(200);
  expect(taken.body).toContain('2 Kunden mit 3 Stück');
  const [fact] = await namedFacts(recallId);
  expect(fact).toMatchObject({ step: 'tell', recipient: 'c001', customers: 2, units: 3 });
  const ledger = JSON.stringify(await readLedger(database.pool, recallId));
  for (const personal of ['a@a.example', '+4915123456789']) expect(ledger).not.toContain(personal);
  const { rows } = await database.pool.query('select text from note where hash = $1', [fact!.consent]);
  expect(rows).toEqual([{ text: words.consent }]);
});

test('the same again is no news, a correction replaces who is not told yet, and a later file the whole list', async () => {
  const { recallId, link } = await told();
  await upload(link, csvOf('A,a@a.example,,1', 'B,b@b.example,,2'));
  await upload(link, csvOf('A,A@A.example,,1', 'B,b@b.example,,2').replace('A@A', 'a@a'));
  expect(await heard(recallId)).toBe(1);
  expect(await add(recallId)).toEqual({ result: { added: 2, known: 0, recipients: 2, unreachable: 0, waiting: 0 } });
  await upload(link, csvOf('A,a@a.example,,9', 'C,c@c.example,,1'));
  // Who is told stands as they were told; the new one waits.
  expect(await namedFacts(recallId)).toMatchObject([{ customers: 2, units: 3 }, { customers: 3, units: 4 }]); // prettier-ignore
  await upload(link, csvOf('D,d@d.example,,2'));
  expect((await namedFacts(recallId)).at(-1)).toMatchObject({ customers: 3, units: 5 });
  const more = await lines(link, { name1: 'E', email1: 'e@e.example', quantity1: '1' });
  expect(more.body).toContain('4 Kunden mit 6 Stück');
  expect((await lines(link, { name1: 'F', email1: 'f@f.example', quantity1: '1' })).body).toContain(
    'höchstens 4 Kunden',
  );
  expect(await added(recallId)).toMatchObject([{ recipient: 'c001~1', suppliedBy: 'c001', units: 1 }, { recipient: 'c001~2' }]); // prettier-ignore
});

test('more units than they received are asked about, lines come back as they were typed', async () => {
  const { recallId, link } = await told();
  const form = { name2: 'A', email2: 'a@a.example', quantity2: '11' };
  const asked = await lines(link, form);
  expect(asked.statusCode).toBe(422);
  expect(asked.body).toMatch(/Das sind 11 Stück, an Sie geliefert wurden aber 10[^]*id="more"/);
  expect(asked.body).toMatch(/id="quantity2"[^>]*value="11"/);
  expect((await lines(link, { ...form, more: 'yes' })).statusCode).toBe(200);
  expect(await namedFacts(recallId)).toMatchObject([{ units: 11 }]);
  expect((await lines(link, { name1: 'A', email1: 'x', quantity1: '1' })).body).toMatch(/id="email1"[^>]*aria-invalid/);
  expect((await lines(link, {})).statusCode).toBe(422);
});

test('nobody is told twice, beyond what is allowed, or where they want no message; and nobody reads what was said of them', async () => {
  const { recallId, link, other } = await told();
  const { pool } = database;
  await importContactsText(
    pool,
    'contacts.csv',
    'code,name,customerType,language,email,phone\n002,Two,shop,de,two@own.example,\n',
  );
  await suppress(pool, { channel: 'email', address: 'stop@x.example', reason: 'said so', recallId, at: OPENED });
  await upload(link, csvOf('Cheap pills,a@a.example,,1', 'Ours,TWO@own.example,,1', 'S,stop@x.example,,1'));
  await upload(other, csvOf('Again,A@A.EXAMPLE,,1', 'B,b@b.example,,1', 'C,c@c.example,,1'));
  expect(await add(recallId)).toEqual({ result: { added: 3, known: 2, recipients: 3, unreachable: 1, waiting: 1 } });
  const found = await added(recallId);
  expect(found.map(({ recipient, contact }) => [recipient, contact.channels])).toEqual([
    ['c001~1', ['email']],
    ['c001~3', []],
    ['c002~2', ['email']],
  ]);
  expect(await add(recallId, 6)).toMatchObject({ result: { added: 1, recipients: 4, waiting: 0 } });
  const own = await linkOfNamed(recallId, 'c001~1' as RecipientId);
  const { body } = await api.inject({ url: own });
  expect(body).toContain('Supplied by Shop 001');
  expect(body).not.toContain('Cheap pills');
  // Whom they supply nobody is asked: no campaign is for those.
  expect((await api.inject({ url: `${own}/customers` })).statusCode).toBe(409);
});

async function linkOfNamed(recallId: RecallId, recipient: RecipientId): Promise<string> {
  const link = { use: 'response', recallId, step: TELL_ON, revision: 1, recipient } as const;
  await keepLinks(database.pool, KEYS.token, [link], secondsAfter(OPENED, 60));
  return linkPath(KEYS.token, link);
}

test('who has answered is led there; who tells them themselves says how, which the ledger holds as a hash', async () => {
  const { recallId, link } = await told();
  expect((await api.inject({ url: link })).body).not.toContain('/customers');
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = { quarantined: '4', soldOn: '6', destroyed: '0', comment: '' };
  const thanks = await api.inject({
    method: 'POST',
    url: link,
    headers,
    payload: new URLSearchParams(answer).toString(),
  });
  expect(thanks.body).toContain(`href="${link}/customers"`);
  expect((await lines(link, { way: 'yourselves', how: ' ' })).statusCode).toBe(422);
  expect((await lines(link, { way: 'yourselves', how: 'A letter to <all>' })).statusCode).toBe(200);
  expect(await factsOf(database.pool, recallId, 'customers told')).toMatchObject([{ recipient: 'c001', how: expect.stringMatching(/^[0-9a-f]{64}$/) }]); // prettier-ignore
  await database.pool.query("update step set status = 'done' where recall_id = $1", [recallId]);
  const closed = await upload(link, csvOf('A,a@a.example,,1'));
  expect(closed.statusCode).toBe(409);
  expect(closed.body).toContain(customerWords('de').closed);
});

test('two contacts of a customer have one list, and whom they name is known by the customer', async () => {
  const ids = ['c001', 'c001:safety'] as RecipientId[];
  const { recallId, link, other } = await told((recall) =>
    freezeOn(database.pool, recall, [{ by: 'email', after: 'PT0S' }] as never, [['email'], ['email']], {
      changes: (number) => ({ recipient: ids[number - 1]!, code: '001' }),
    }),
  );
  await lines(link, { name1: 'A', email1: 'a@a.example', quantity1: '1' });
  const more = await lines(other, { name1: 'B', email1: 'b@b.example', quantity1: '2' });
  expect(more.body).toContain('2 Kunden mit 3 Stück');
  expect(await add(recallId)).toMatchObject({ result: { added: 2, recipients: 2 } });
  expect(await added(recallId)).toMatchObject([
    { recipient: 'c001~1', suppliedBy: 'c001' },
    { recipient: 'c001~2', suppliedBy: 'c001' },
  ]);
  const sizes = await campaignsOf(database.pool, recallId);
  expect(sizes.find(({ step }) => step === TELL_ON)).toMatchObject({ customers: 2, persons: 2 });
});

test('a link sends twenty different lists and no more, and a file beyond its size is none', async () => {
  const { recallId, link } = await told();
  for (let n = 1; n <= 20; n += 1) await upload(link, csvOf(`A${n},a@a.example,,1`));
  expect((await upload(link, csvOf('B,b@b.example,,1'))).statusCode).toBe(409);
  expect(await namedFacts(recallId)).toHaveLength(20);
  const big = csvOf(...Array.from({ length: 40_000 }, (_, n) => `Somebody with a name,a${n}@a.example,,1`));
  expect((await upload(link, big)).body).toContain('höchstens 4 Kunden');
});
