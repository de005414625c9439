import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Payload } from '@temporalio/common';
import pg from 'pg';
import { askParamsOf } from '../../api/contract/asks.js';
import type { Problem } from '../../api/contract/problem.js';
import type { Recall } from '../../api/contract/recalls.js';
import { ROUTES, type AnswerOf, type JsonRoute } from '../../api/contract/routes.js';
import { follow, send, type Said } from '../../drills/door.js';
import { sampleWorld } from '../../drills/sample.js';
import { measure } from '../../engine/measures.js';
import type { IsoDate, RecallId } from '../../engine/words.js';
import { createPayloadCodec } from '../../trust/codec.js';
import { OPENED_AT, OPENER, openingOf, prepareDrill, SMALL_SCOPE, type SmallDrill } from '../drills/small-drill.js';
import { samplePath } from '../store/sample-sales.js';
import { deliver, replyTo } from './inbound.mail.js';

const ACCESS = 'a-secret-part-of-a-path';
/** A customer without a contact, and an item whose code is spelt in two ways. */
const SALES = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
900001,90000A,STRANGER,2,2011-03-08 08:30:00,7.95,99999.0,United Kingdom
900002,90000a,STRANGER,3,2011-03-08 08:31:00,7.95,99999.0,United Kingdom
`;
/** Sold in the scope of the drills to somebody new, and imported after their trace. */
const LATE = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
900003,${SMALL_SCOPE.item},LATE,2,2011-03-08 08:30:00,7.95,99998.0,United Kingdom
`;
const CONTACTS = 'code,name,customerType,language,email,phone\n99999,Stranger,business,en,,\n';

let small: SmallDrill;
const answered = new Set<JsonRoute>();
beforeAll(async () => {
  const world = sampleWorld();
  const { sms, voice, letter } = world.recipients.channels;
  // Some can be reached on no channel.
  const channels = {
    ...world.recipients.channels,
    sms: { ...sms!, refused: 0.6 },
    voice: { ...voice!, refused: 0.6 },
    letter: { ...letter!, bounces: 1 },
  };
  const recipients = { ...world.recipients, refused: 0.3, answers: [0.3, 0, 0, 0, 0, 0.6, 1], channels };
  small = await prepareDrill({ world: { ...world, recipients }, env: { CODEC_ACCESS: ACCESS } });
}, 60_000);
afterAll(() => small.stop());

/** Calls a route and holds its answer against the schema: nothing is missing, and nothing is there that no schema names. */
async function exact<N extends JsonRoute>(name: N, said: Said<N>): Promise<AnswerOf<N>> {
  const response = await send(small.door, name, said);
  const json: unknown = await response.json();
  expect({ name, status: response.status, json }).toEqual({ name, status: 200, json: expect.anything() });
  const read: unknown = ROUTES[name].answer.parse(json);
  expect(read).toEqual(json);
  answered.add(name);
  return read as AnswerOf<N>;
}

test('what imports come to', async () => {
  const text = (path: string): string => readFileSync(path, 'utf8');
  const mapping = { file: 'mapping.yaml', text: text(samplePath('mapping.yaml')) };
  const file = { name: 'little.csv', content: new Blob([SALES]) };
  expect(await exact('importSales', { upload: { mapping, file } })).toMatchObject({ added: 2 });
  expect(await exact('listMissingContacts', {})).toEqual([{ code: '99999', market: 'GB' }]);
  const contacts = { name: 'contacts.csv', content: new Blob([CONTACTS]) };
  expect(await exact('importContacts', { upload: { file: contacts } })).toMatchObject({ withoutEmail: 1 });
  await exact('importRoster', { body: { file: 'roster.yaml', text: text('samples/roster.yaml') } });
  const { siblings } = await exact('previewRecall', { body: { scope: { ...SMALL_SCOPE, item: '90000A' } } });
  expect(siblings).toHaveLength(1);
  const playbookFile = 'playbooks/consumer-product-gb-eu.yaml';
  const asked = {
    playbook: text(playbookFile),
    playbookFile,
    mode: 'drill' as const,
    scope: { ...SMALL_SCOPE, item: '90000A' },
  };
  const { findings } = await exact('preflight', { body: asked });
  expect(findings.map(({ kind }) => kind)).toEqual(['case-missing', 'customer-without-address']);
});

test('what a drill has come to', async () => {
  const recallId = await small.open();
  const params = { recall: recallId };
  const finding = { kind: 'root-cause', text: 'The steel of one batch was too brittle.' } as const;
  const file = { name: 'Lab report (Frieda).PDF', base64: Buffer.from('%PDF of a laboratory').toString('base64') };
  await exact('attachFinding', { params, person: 'quality-head', body: { ...finding, file } });
  expect(await small.run(recallId)).toBe(true);
  await expectFinding(recallId, finding);
  const { decisions, filings, trace, ledgerVerified, ...report } = await exact('showReport', { params });
  expect(ledgerVerified).toBe(true);
  // Read page by page it is what the export comes to as a whole.
  const whole = measure(await small.export(recallId));
  expect({ ...report, decisions, filings, trace }).toMatchObject(JSON.parse(JSON.stringify(whole)) as object);
  expect(Math.min(decisions.length, filings.length, trace?.markets.length ?? 0)).toBeGreaterThan(0);
  const unreached = await exact('listUnreached', { params, person: 'commander' });
  expect(unreached.length).toBeGreaterThan(0);
  expect((await follow(small.door, unreached[0]!.answerPath)).status).toBe(200);
  // Whom customers have named nobody is asked to call.
  const isOurs = ({ recipient }: { recipient: string }): boolean => !recipient.includes('~');
  const calls = await exact('listCalls', { params, person: 'commander' });
  const { counts, recipients, next } = await exact('listRecipients', {
    params,
    query: { step: 'tell' },
    person: 'commander',
  });
  expect([counts.map(({ recipients: all }) => all), next]).toEqual([[recipients.length], null]);
  expect(recipients.some(({ call: asked }) => asked?.settled)).toBe(true);
  expect(calls.every(({ settled, calls: made }) => settled && made.length > 0)).toBe(true);
  const ofOurs = unreached.filter(isOurs).map(({ recipient }) => recipient);
  expect(ofOurs.length).toBeGreaterThan(0);
  expect(calls.map(({ recipient }) => recipient)).toEqual(expect.arrayContaining(ofOurs));
  const entry = { customer: calls[0]!.code, result: 'reached', note: 'spoke to the owner' } as const;
  expect(await exact('enterCall', { params, person: 'commander', body: entry })).toMatchObject({
    settled: true,
    left: 0,
  });
  const told = (await small.export(recallId)).find(({ body }) => body.includes('"person told"'))!;
  const { messageId } = JSON.parse(told.body) as { messageId: string };
  expect(await deliver(small.stack.inboundPort, replyTo(messageId, 'Which shops are told first?'))).toBe(250);
  expect(await exact('listReplies', { params })).toMatchObject([{ about: { kind: 'ask' } }]);
  expect(await deliver(small.stack.inboundPort, `${'X-One: 1\n'.repeat(1_001)}\nx`)).toBe(250);
  expect((await exact('listLetters', { params })).length).toBeGreaterThan(0);
  const none = {
    params,
    person: 'commander',
    upload: { file: { name: 'letters.csv', content: new Blob(['notice,date,reason\n']) } },
  };
  expect(await exact('importDispatched', none)).toEqual({ file: 'letters.csv', rows: 0, news: 0 });
  expect(await exact('importReturned', none)).toMatchObject({ rows: 0 });
  const [post] = await exact('listPost', { params });
  expect(post).toMatchObject({ recall: recallId, kind: 'person', about: { kind: 'ask' }, state: 'new' });
  expect(await deliver(small.stack.inboundPort, 'From: mum@home.example\nSubject: x\n\nMy son was injured.\n')).toBe(
    250,
  );
  const [mentioned] = await exact('listPostInjuries', {});
  expect(await exact('listGeneralPost', {})).toEqual([mentioned]);
  const mail = { post: String(mentioned!.id) };
  expect((await exact('showPost', { params: mail })).text).toContain('My son was injured.');
  const by = { params: mail, person: 'commander' } as const;
  expect(await exact('assignPost', { ...by, body: { recall: recallId } })).toMatchObject({ recall: recallId });
  expect(await exact('markPost', { ...by, body: { state: 'read' } })).toMatchObject({
    state: 'read',
    injury: 'mentioned',
  });
  const words = { text: 'We call you today.' };
  const written = { by: 'commander', channel: 'email', to: 'mum@home.example' };
  const replied = await exact('answerPost', { ...by, body: words });
  expect([replied.handledBy, replied.answers]).toMatchObject(['commander', [written]]);
  const [unread, ...more] = await exact('listUnreadMails', {});
  expect([unread?.why, more]).toEqual(['too many headers', []]);
  const kept = { params: { digest: unread!.digest } };
  expect(await exact('discardUnreadMail', kept)).toEqual({ discarded: unread!.digest });
  expect(await exact('listUnreadMails', {})).toEqual([]);
  const [signing] = await exact('listSigningKeys', {});
  expect(signing!.publicKey).toBe(small.stack.checkpointKey);
  expect((await exact('checkHealth', {})).checkpoints!.key).toBe(signing!.key);
  const paged = (await small.export(recallId)).find(({ rows }) => rows !== null)!;
  const erased = await exact('eraseRows', { params, person: OPENER, body: { link: paged.link } });
  expect(erased).toEqual({ rows: paged.rows!.length });
  expect((await exact('showReport', { params })).ledgerVerified).toBe(true);
  expect(await exact('addOutlet', { ...by, params, body: { name: 'Times', kind: 'newspaper' } })).toEqual({
    outlet: 1,
  });
  const page = { date: '2026-09-12' as IsoDate, file: { name: 'page.pdf', base64: 'eA==' } };
  expect(await exact('proveOutlet', { ...by, params: { ...params, outlet: '1' }, body: page })).toMatchObject({
    proofs: 1,
  });
  expect((await exact('showPublic', { params })).outlets).toMatchObject([
    { name: 'Times', proofs: [{ by: 'commander' }] },
  ]);
  expect((await exact('showReport', { params })).publicity).toMatchObject({ outlets: 1, proved: 1, proofs: 1 });
  const { steps, phase } = await exact('showRecall', { params });
  expect([phase, steps.every(({ startedAt }) => startedAt !== null)]).toEqual(['ended', true]);
}, 90_000);

/** It stands in words in status and closing report, its file under its hash, and in the ledger by hashes alone. */
async function expectFinding(recallId: RecallId, { kind, text: words }: { kind: string; text: string }): Promise<void> {
  const params = { recall: recallId };
  const bytes = Buffer.from('%PDF of a laboratory');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = { name: `finding-root-cause-${sha256.slice(0, 12)}.pdf`, sha256 };
  const { findings } = await exact('showRecall', { params });
  expect(findings).toMatchObject([{ kind, by: 'quality-head', role: 'quality', words, file }]);
  expect((await exact('showReport', { params })).findings).toMatchObject([{ kind, file }]);
  const read = (name: string) => send(small.door, 'readDocument', { params: { ...params, name } });
  expect(Buffer.from(await (await read(file.name)).arrayBuffer()).equals(bytes)).toBe(true);
  const closing = (await (await read('closing-report.json')).json()) as { findings: object[] };
  expect(closing.findings).toMatchObject([
    { title: 'What was tested', findings: [] },
    { title: 'Root cause', findings: [{ words, file }] },
    { title: 'Corrective action', findings: [] },
  ]);
  const ledger = JSON.stringify(await small.export(recallId));
  expect([ledger.includes(file.name), ledger.includes('brittle'), ledger.includes('Frieda')]).toEqual([
    true,
    false,
    false,
  ]);
}

/** What a stranger wrote is put to quality with their words, which the ledger does not have; the answer records the injury. */
async function expectJudged(
  recallId: RecallId,
  { settle, hurt }: { settle: (stepNo: number) => Promise<unknown>; hurt: { severity: 'serious'; country: 'DE' } },
): Promise<void> {
  const params = { recall: recallId };
  const written = `From: dad@home.example\nSubject: about ${recallId}\n\nMy twins were injured.\n`;
  expect(await deliver(small.stack.inboundPort, written)).toBe(250);
  await settle(4);
  const inbox = await exact('readInbox', { person: 'quality-head' });
  const asked = inbox.find(({ question }) => question === 'judge-mention')!;
  const { evidence } = await exact('showAsk', { params: askParamsOf(recallId, asked.ask), person: 'quality-head' });
  expect(evidence).toContainEqual({
    name: expect.stringMatching(/^Said by mail/),
    value: expect.stringContaining('My twins were injured.'),
  });
  const values = { hurt: 'yes', people: 2, severity: hurt.severity, country: hurt.country };
  await exact('answer', { params, person: 'quality-head', body: { ask: asked.ask, values } });
  const { about } = asked;
  expect(await exact('showPost', { params: { post: about!.id } })).toMatchObject({
    state: 'read',
    injury: 'recorded',
    handledBy: 'quality-head',
  });
  const ledger = await small.export(recallId);
  expect(ledger.filter(({ body }) => body.includes('"injury recorded"'))).toHaveLength(4);
  expect(JSON.stringify(ledger)).not.toContain('twins');
}

test('what people are asked, and what becomes of their answers', async () => {
  const idempotencyKey = 'opened by hand';
  const drill = { mode: 'drill', clock: 'stepped', idempotencyKey } as const;
  const body = { ...openingOf('playbooks/consumer-product-gb-eu.yaml'), ...drill };
  const { recallId } = await exact('openRecall', { body, person: OPENER });
  const params = { recall: recallId };
  const settle = (stepNo: number) => exact('advanceClock', { params, body: { stepNo, to: OPENED_AT } });
  await settle(1);
  const [form] = await exact('readInbox', { person: 'quality-head' });
  expect(form!.form.fields.length).toBeGreaterThan(1);
  const values = { risk: 'serious', injuries: 0 };
  await exact('answer', { params, person: 'quality-head', body: { ask: form!.ask, values } });
  await settle(2);
  const asked = askParamsOf(recallId, 'decide/1/2');
  const { shown, evidence } = await exact('showAsk', { params: asked, person: 'counsel' });
  // What is owed became known after the question was asked.
  expect(evidence.some(({ now }) => now !== undefined)).toBe(true);
  const mapping = { file: 'mapping.yaml', text: readFileSync(samplePath('mapping.yaml'), 'utf8') };
  const late = { name: 'late.csv', content: new Blob([LATE]) };
  const { late: told } = await exact('importSales', { upload: { mapping, file: late } });
  expect(told).toMatchObject([{ recallId, lines: 1, newCustomers: 1 }]);
  await exact('traceAgain', { params, person: 'commander' });
  await exact('renew', { params, person: 'counsel', body: { ask: 'decide/1/2' } });
  await settle(3);
  const anew = (await exact('readInbox', { person: 'counsel' })).find(({ step }) => step === 'decide')!;
  expect(anew.shown).not.toBe(shown);
  await exact('decide', { params, person: 'counsel', body: { ask: anew.ask, outcome: 'approve', shown: anew.shown } });
  expect((await exact('showRecall', { params })).asks.length).toBeGreaterThan(0);
  expect((await exact('listRecalls', {})).map(({ phase }) => phase)).toEqual(['ended', 'open']);
  const hurt = { severity: 'serious', country: 'DE', knownFrom: 'customer' } as const;
  const recorded = await exact('recordInjury', { params, person: 'commander', body: hurt });
  expect(recorded).toMatchObject({ ...hurt, date: null, knownAt: OPENED_AT });
  const written = `From: mum@home.example\nSubject: about ${recallId}\n\nMy son was injured.\n`;
  expect(await deliver(small.stack.inboundPort, written)).toBe(250);
  const [mail] = await exact('listPost', { params });
  const found = { params: { post: String(mail!.id) }, person: 'commander', body: hurt } as const;
  expect(await exact('recordPostInjury', found)).toMatchObject({
    post: { recall: recallId, state: 'read', injury: 'recorded' },
    injury: hurt,
  });
  await expectJudged(recallId, { settle, hurt });
  const of = { kind: 'person', id: 'counsel' } as const;
  const revoked = await exact('revokeLinks', { params, person: 'commander', body: { of } });
  expect(revoked.links).toBeGreaterThan(0);
  expect(await exact('revokeLinks', { params, person: 'commander', body: { of } })).toEqual({ links: 0 });
  // Meanwhile a report of the accident is planned, which stands in the ledger too.
  const bodies = (await small.export(recallId)).map(({ body }) => JSON.parse(body) as { type: string });
  expect(bodies.filter(({ type }) => type === 'links revoked')).toEqual([
    { type: 'links revoked', v: 1, by: 'commander', of, links: revoked.links },
  ]);
  const { caseFile } = openingOf('playbooks/consumer-product-gb-eu.yaml');
  const template = readFileSync('playbooks/notices/recall-notice/shop.en.liquid', 'utf8');
  const test = { to: 'me@maker.example', audience: 'shop', language: 'en', template, caseFile } as const;
  expect(await exact('sendTestNotice', { person: 'counsel', body: test })).toEqual({ outcome: 'delivered' });
  await exact('readClock', { params });
  await exact('moveClock', { params, body: { to: '2026-09-10T08:00:01.000Z' } });
}, 30_000);

test('a recall that is cancelled before anybody outside was told', async () => {
  const drill = { mode: 'drill', clock: 'stepped', idempotencyKey: 'a false alarm' } as const;
  const body = { ...openingOf('playbooks/consumer-product-gb-eu.yaml'), ...drill };
  const { recallId } = await exact('openRecall', { body, person: OPENER });
  const params = { recall: recallId };
  await exact('advanceClock', { params, body: { stepNo: 1, to: OPENED_AT } });
  const reason = 'the part was another one';
  const { seq } = await exact('cancelRecall', { params, person: 'commander', body: { reason } });
  expect(seq).toBeGreaterThan(1);
  expect(await exact('advanceClock', { params, body: { stepNo: 2, to: OPENED_AT } })).toMatchObject({ phase: 'ended' });
  expect(await exact('showRecall', { params })).toMatchObject({ phase: 'ended', closedAt: null, asks: [] });
  const { cancelled, ledgerVerified } = await exact('showReport', { params });
  expect([cancelled?.by, ledgerVerified]).toEqual(['commander', true]);
  expect(JSON.stringify(await small.export(recallId))).not.toContain(reason);
  const again = await send(small.door, 'cancelRecall', { params, person: 'commander', body: { reason } });
  expect([again.status, ((await again.json()) as Problem).code]).toEqual([409, 'recall-over']);
  // Nobody is left alone with an injury that comes too late for this recall.
  const hurt = { severity: 'slight', country: 'DE', knownFrom: 'customer' } as const;
  const late = await send(small.door, 'recordInjury', { params, person: 'commander', body: hurt });
  expect([late.status, await late.json()]).toMatchObject([
    409,
    { code: 'recall-over', message: expect.stringContaining('a new signal') },
  ]);
}, 30_000);

test('what of a recall stands still is said wherever it matters, and goes on when it is mended', async () => {
  const [{ recallId }] = (await exact('listRecalls', {})).filter(({ phase }) => phase === 'open') as [Recall];
  const params = { recall: recallId };
  const db = new pg.Client({ connectionString: small.stack.postgres.url });
  await db.connect();
  try {
    // The content of every event is refused from now on, as that of one which no ledger can hold would be.
    await db.query('alter table ledger_entry add constraint mended check (link < 0) not valid');
    const body = { stepNo: 5, to: '2026-09-11T08:00:00.000Z' };
    const refused = await send(small.door, 'advanceClock', { params, body });
    const { code, remedy } = (await refused.json()) as Problem;
    expect({ status: refused.status, code, remedy }).toEqual({
      status: 409,
      code: 'recall-halted',
      remedy: expect.stringContaining(`recall repair ${recallId}`),
    });
    const vote = { ask: 'decide/1/1', outcome: 'reject', shown: '0'.repeat(64) } as const;
    expect((await send(small.door, 'decide', { params, person: 'quality-head', body: vote })).status).toBe(409);
    const halt = { recallId, what: 'append', message: 'the database refuses the content (SQLSTATE 23514)' };
    expect((await exact('checkHealth', {})).halts).toMatchObject([halt]);
    expect((await exact('showRecall', { params })).halts).toMatchObject([halt]);
    await db.query('alter table ledger_entry drop constraint mended');
  } finally {
    await db.end();
  }
  expect(await exact('repair', { params })).toEqual({ tried: ['append'] });
  await exact('advanceClock', { params, body: { stepNo: 6, to: '2026-09-11T08:00:00.000Z' } });
  expect((await exact('checkHealth', {})).halts).toEqual([]);
}, 60_000);

test('a provider that is away, and what waits for it, is said by health and status', async () => {
  const db = new pg.Client({ connectionString: small.stack.postgres.url });
  await db.connect();
  try {
    await db.query(
      `insert into campaign (recall_id, step, revision, notice, languages, ladder, hash, texts, mails, customers, persons)
       select id, 'waits', 1, 'n', '[]', '[]', 'h', '{}', '{}', 0, 0 from recall`,
    );
    await db.query(
      `insert into outage (recall_id, step, revision, channel, since, waiting)
       select recall_id, step, revision, 'email', '2026-09-10T08:00:00.000Z', 35 from campaign where step = 'waits'`,
    );
    await db.query(
      `insert into provider (channel, provider, away_since, why) values ('email', 'smtp', clock_timestamp(), 'no answer')`,
    );
    const recalls = await exact('listRecalls', {});
    const going = recalls.filter(({ phase }) => phase !== 'ended');
    // What would have gone out in a recall that has ended waits no more.
    expect(going.length).toBeLessThan(recalls.length);
    const [away] = (await exact('checkHealth', {})).away;
    expect(away).toMatchObject({ channel: 'email', provider: 'smtp', why: 'no answer', waiting: 35 * going.length });
    const since = '2026-09-10T08:00:00.000Z';
    for (const { recallId, phase } of recalls) {
      const { outages } = await exact('showRecall', { params: { recall: recallId } });
      const waits = { step: 'waits', channel: 'email', since, waiting: 35, toldAt: null };
      expect(outages).toEqual(phase === 'ended' ? [] : [waits]);
    }
  } finally {
    await db.query('delete from outage');
    await db.query(`delete from campaign where step = 'waits'`);
    await db.query('delete from provider');
    await db.end();
  }
});

test('what the stack says of itself, and of its payloads', async () => {
  await exact('checkHealth', {});
  await exact('checkLive', {});
  expect(await exact('checkReady', {})).toEqual({ status: 'ok', relayLagMs: 0, appendLagMs: 0 });
  const plain: Payload = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"told"') };
  const base64 = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('base64');
  const payloads = (await createPayloadCodec(small.stack.keys.codec).encode([plain])).map(({ metadata, data }) => ({
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
    data: base64(data),
  }));
  expect(await exact('showWebhookSecret', { params: { code: '12/345' } })).toMatchObject({ code: '12/345' });
  const decoded = await exact('decodePayloads', { params: { access: ACCESS }, body: { payloads } });
  expect(Buffer.from(decoded.payloads[0]!.data, 'base64').toString()).toBe('"told"');
});

test('was held so for every route that answers in JSON', () => {
  const names = Object.entries(ROUTES).filter(([, { answer }]) => typeof answer !== 'string');
  expect([...answered].toSorted()).toEqual(names.map(([name]) => name).toSorted());
});
