import { beforeAll, expect, test } from '@jest/globals';
import PostalMime from 'postal-mime';
import { pino } from 'pino';
import { email } from '../../activities/channels/email.js';
import { createMailReader } from '../../api/inbound/read-mail.js';
import { receiveMail } from '../../api/inbound/receive.js';
import { startInbound } from '../../api/inbound/smtp-door.js';
import type { EffectCall } from '../../engine/effects.js';
import type { PlannedFiling } from '../../engine/filing.js';
import type { EffectId, Market, RecallId, StepName } from '../../engine/words.js';
import { planFilings } from '../../regulations/plan-filings.js';
import { loadRegimes } from '../../regulations/regimes.js';
import { documentNames, readDocument } from '../../store/documents.js';
import { about, AWARENESS, known, SCOPE, TRACED } from '../engine/recall.js';
import { deliver, replyTo } from '../api/inbound.mail.js';
import { factsOf, minutes, openRecall, outboxOf, ownDatabase, verdict } from '../store/database.js';
import { fileOf, importText } from '../store/sales-files.js';
import { AUTHORITY, CASE_FILE, mortal, runEffect } from './activity-deps.js';
import { headerOf } from './mail-server.js';
import { ownWorker } from './own-worker.js';

const MARKETS = [
  { market: 'DE' as Market, units: 7, consignees: 1 },
  { market: 'GB' as Market, units: 35, consignees: 1 },
];
const TRACE = { ...TRACED, unitsSold: 42, unidentifiedUnits: 5, markets: MARKETS };
/** More than was traced, as after a later import: a report says what the trace recorded. */
const SALES = fileOf([
  '1,22423,CAKESTAND,3000,2011-03-01 08:26:00,12.75,1.0,United Kingdom',
  '2,22423,CAKESTAND,5,2011-04-01 08:26:00,12.75,,United Kingdom',
  '3,22423,CAKESTAND,7,2011-04-02 08:26:00,12.75,2.0,Germany',
]);

const database = ownDatabase();
const worker = ownWorker(database);
beforeAll(() => importText(database.pool, 'sales.csv', SALES));

function drill(mailDomains = ['.example']): Promise<RecallId> {
  return openRecall(database.pool, {
    caseFile: CASE_FILE,
    allowList: { mailDomains, urls: [], phones: [] },
    awareness: AWARENESS,
  });
}

function planned(market: string): PlannedFiling {
  const markets = [{ market: market as Market, units: 1, consignees: 1 }];
  return planFilings(loadRegimes(), {
    markets,
    awareness: AWARENESS,
    report: 'initial',
    n: 1,
    domain: null,
    only: null,
    injury: null,
  }).filings[0]!;
}

function filing(recallId: RecallId, market: string): EffectCall<'fileReport'> {
  const plan = planned(market);
  return {
    id: `notify/1/fileReport/${plan.regime}` as EffectId,
    kind: 'fileReport',
    step: 'notify' as StepName,
    round: 1,
    recallId,
    now: minutes(10),
    payload: {
      filing: plan,
      awareness: AWARENESS,
      scope: SCOPE,
      facts: { risk: 'serious' },
      changes: [],
      known: known({ trace: TRACE }),
    },
  };
}

async function rowsOf(recallId: RecallId): Promise<unknown[]> {
  const { rows } = await database.pool.query<Record<string, unknown>>(
    'select filing, mode, message_id as "messageId", sent_at as "sentAt", reference from filing where recall_id = $1',
    [recallId],
  );
  return rows;
}

test("Great Britain's report is kept as PDF and JSON, and goes to the authority with both", async () => {
  const recallId = await drill();
  const outcome = await runEffect(worker.deps, filing(recallId, 'GB'));

  const names = ['report-gb-gpsr2005-initial-1.json', 'report-gb-gpsr2005-initial-1.pdf'];
  const kept = await documentNames(database.pool, recallId);
  expect(kept.map(({ name }) => name)).toEqual(names);
  expect(outcome).toEqual({ result: { documents: kept.map(({ name, sha256 }) => ({ name, sha256 })) } });
  const [json, pdf] = await Promise.all(names.map((name) => readDocument(database.pool, recallId, name)));
  expect(pdf!.bytes.subarray(0, 5).toString()).toBe('%PDF-');
  const report = JSON.parse(json!.bytes.toString()) as {
    drill: boolean;
    recallId: string;
    fields: { name: string; value: string }[];
  };
  expect(report).toMatchObject({
    drill: true,
    recallId,
    regime: { id: 'gb-gpsr2005' },
    deadline: { lawText: 'forthwith', dueAt: '2026-09-10T15:30:00.000Z', targetIsOurs: true },
  });
  const value = (name: string): string => report.fields.find((field) => field.name === name)!.value;
  expect(value('tracing')).toContain('35 units and 1 identified customer in United Kingdom; 42 units');
  expect(value('risk')).toContain('The rod can fail. Assessed risk: serious. It is not recorded yet');
  expect(value('otherCountries')).toBe('Germany');

  const [taken] = worker.mail.taken;
  expect(worker.mail.taken).toHaveLength(1);
  expect(taken!.to).toEqual([AUTHORITY]);
  const mail = await PostalMime.parse(taken!.raw);
  expect(mail.subject).toBe(`DRILL ${recallId}: notification under reg 9(1) SI 2005/1803`);
  const attached = mail.attachments.map(({ filename, mimeType, content }) => ({
    filename,
    mimeType,
    bytes: Buffer.from(content as ArrayBuffer),
  }));
  expect(attached).toEqual([
    { filename: names[0], mimeType: 'application/json', bytes: json!.bytes },
    { filename: names[1], mimeType: 'application/pdf', bytes: pdf!.bytes },
  ]);

  const messageId = headerOf(taken!.raw, 'Message-ID');
  expect(await rowsOf(recallId)).toEqual([
    { filing: 'gb-gpsr2005/initial/1', mode: 'mail', messageId, sentAt: minutes(10), reference: null },
  ]);
  expect(await factsOf(database.pool, recallId, 'filing prepared')).toEqual([
    {
      type: 'filing prepared',
      v: 1,
      about: about('gb-gpsr2005'),
      mode: 'mail',
      documents: kept.map(({ name, sha256 }) => ({ name, sha256 })),
    },
  ]);
  expect(await factsOf(database.pool, recallId, 'filing sent')).toEqual([
    { type: 'filing sent', v: 1, about: about('gb-gpsr2005'), messageId, outcome: 'delivered' },
  ]);
  expect((await verdict(database.pool, recallId)).verified).toBe(true);
});

test('a report that has been made is not made again under the same effect id', async () => {
  const recallId = await drill();
  await runEffect(worker.deps, filing(recallId, 'GB'));
  await runEffect(worker.deps, filing(recallId, 'GB'));
  expect(worker.mail.taken).toHaveLength(1);
  expect(await factsOf(database.pool, recallId, 'filing sent')).toHaveLength(1);
});

test('for a portal the pack is prepared and nobody is mailed', async () => {
  const recallId = await drill();
  expect(await runEffect(worker.deps, filing(recallId, 'DE'))).toMatchObject({ result: { documents: [{}, {}] } });
  expect((await documentNames(database.pool, recallId)).map(({ name }) => name)).toEqual([
    'report-eu-gpsr-initial-1.json',
    'report-eu-gpsr-initial-1.pdf',
  ]);
  expect(worker.mail.connections()).toBe(0);
  expect(await rowsOf(recallId)).toMatchObject([{ filing: 'eu-gpsr/initial/1', mode: 'portal', messageId: null }]);
  expect(await factsOf(database.pool, recallId, 'filing prepared')).toMatchObject([{ mode: 'portal' }]);
  expect(await factsOf(database.pool, recallId, 'filing sent')).toEqual([]);
});

test('a report that the authority does not take is asked for again in recall time, with one pack for a person to submit', async () => {
  const recallId = await drill();
  const outcomes = [];
  for (const [tries, code] of [451, 550].entries()) {
    worker.mail.answers.message = () => code;
    const call = filing(recallId, 'GB');
    const known = { ...call.payload.known, asOf: minutes(tries) };
    const outcome = await runEffect(worker.deps, { ...call, payload: { ...call.payload, known } });
    outcomes.push(outcome);
  }
  expect(await rowsOf(recallId)).toEqual([]);
  const kept = await documentNames(database.pool, recallId);
  const documents = kept.map(({ name, sha256 }) => ({ name, sha256 }));
  expect(documents).toHaveLength(2);
  // The second try made another report, of a later instant: the first stays what the person is shown.
  const failed = { code: 'service-missing', retryAfterSeconds: 900, documents };
  expect(outcomes).toMatchObject([{ failed }, { failed }]);
  worker.mail.answers.message = () => undefined;
  expect(await runEffect(worker.deps, filing(recallId, 'GB'))).toMatchObject({ result: {} });
  expect(worker.mail.taken).toHaveLength(1);
});

test('without an address for the authority the report waits, and nothing is sent', async () => {
  const recallId = await drill();
  const outcome = await runEffect({ ...worker.deps, authorityMail: {} }, filing(recallId, 'GB'));
  expect(outcome).toMatchObject({
    failed: { code: 'service-missing', message: 'no mail address is configured for gb-gpsr2005' },
  });
  expect(worker.mail.connections()).toBe(0);
});

test('a drill whose allow-list lacks the authority tells it nothing, and its record says so', async () => {
  const recallId = await drill(['shop.example']);
  expect(await runEffect(worker.deps, filing(recallId, 'GB'))).toMatchObject({ failed: { code: 'service-missing' } });
  expect(worker.mail.connections()).toBe(0);
  expect(await factsOf(database.pool, recallId, 'filing sent')).toEqual([]);
  expect(await factsOf(database.pool, recallId, 'egress refused')).toMatchObject([{ what: 'report gb-gpsr2005' }]);
});

test('a crash after the authority has the report repeats it under the same message id, and one filing stands', async () => {
  const recallId = await drill();
  const { pool, die } = mortal(database.pool);
  worker.mail.onTaken = die;
  await expect(runEffect({ ...worker.deps, pool }, filing(recallId, 'GB'))).rejects.toThrow('the process has died');
  expect(await rowsOf(recallId)).toEqual([]);
  worker.mail.onTaken = () => undefined;
  await runEffect(worker.deps, filing(recallId, 'GB'));
  const ids = worker.mail.taken.map(({ raw }) => headerOf(raw, 'Message-ID'));
  expect(ids).toHaveLength(2);
  expect(ids[1]).toBe(ids[0]);
  expect(await rowsOf(recallId)).toMatchObject([{ messageId: ids[0] }]);
  expect(await factsOf(database.pool, recallId, 'notices in doubt')).toHaveLength(1);
});

test("the authority's reply to the mail it got is recorded as the receipt, once", async () => {
  const recallId = await drill();
  await runEffect(worker.deps, filing(recallId, 'GB'));
  const { pool } = database;
  const log = pino({ level: 'silent' });
  const reader = createMailReader(log);
  const doors = { pool, log, readReport: email.readReport, reader };
  const door = await startInbound({
    host: '127.0.0.1',
    port: 0,
    mailDomain: 'maker.example',
    log,
    onMail: (raw, envelope) => receiveMail(doors, raw, envelope),
  });
  const messageId = headerOf(worker.mail.taken[0]!.raw, 'Message-ID')!;
  // The desk quotes the mail it answers; its reference is the one of the regime's pattern.
  const text = `Received. Our reference is GB-2026-00042.\n\n> ${recallId}: notification under reg 9(1)`;
  const reply = replyTo(messageId, text).replace('desk@opss.example', AUTHORITY);
  expect([await deliver(door.port, reply), await deliver(door.port, reply)]).toEqual([250, 250]);
  await door.stop();
  await reader.stop();
  expect(await rowsOf(recallId)).toMatchObject([{ reference: 'GB-2026-00042' }]);
  expect(await factsOf(pool, recallId, 'receipt recorded')).toEqual([
    { type: 'receipt recorded', v: 1, about: about('gb-gpsr2005'), reference: 'GB-2026-00042', by: 'mail' },
  ]);
  expect(await outboxOf(pool, recallId)).toHaveLength(1);
});

test('a report of a recall says nothing of a drill', async () => {
  const recallId = await openRecall(database.pool, { caseFile: CASE_FILE, mode: 'recall', clockKind: 'real' });
  await runEffect(worker.deps, filing(recallId, 'GB'));
  expect(worker.mail.taken).toHaveLength(1);
  const mail = await PostalMime.parse(worker.mail.taken[0]!.raw);
  expect(`${mail.subject}\n${mail.text}`).not.toMatch(/drill|exercise/i);
  const { bytes } = await readDocument(database.pool, recallId, 'report-gb-gpsr2005-initial-1.json');
  expect(JSON.parse(bytes.toString())).toMatchObject({ drill: false });
});
