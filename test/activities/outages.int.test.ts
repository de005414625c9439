import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { createEgress } from '../../activities/egress.js';
import type { Deps } from '../../activities/deps.js';
import type { EffectResult } from '../../engine/effects.js';
import { PROBES } from '../../engine/providers.js';
import type { RecallId } from '../../engine/words.js';
import { readLedger } from '../../store/ledger.js';
import { waitingOf } from '../../store/outages.js';
import { awayProviders } from '../../store/providers.js';
import { keepRoster, parseRoster } from '../../store/roster.js';
import { factsOf, minutes, ownDatabase, verdict } from '../store/database.js';
import { startTwilioEnd } from './channels/twilio-end.js';
import { done, freezing, noticesOf, sending, traced } from './campaigning.js';
import { headerOf, startMailServer, type MailServer } from './mail-server.js';
import { ownWorker } from './own-worker.js';

const PAGE = 20;
const PAUSE = 15;
const DAY = 24 * 60;

const database = ownDatabase();
const worker = ownWorker(database);
beforeEach(() => database.pool.query('delete from provider'));

const codes = (count: number): string[] => Array.from({ length: count }, (_, index) => String(100 + index));
const addressOf = (code: string): string => `shop@c${code}.example`;

async function frozen(count: number): Promise<RecallId> {
  const customers = codes(count).map((code) => ({ code, address: addressOf(code) }));
  const allowList = { mailDomains: ['.example'], urls: [], phones: [] };
  const recallId = await traced(database.pool, customers, { channel: 'email', allowList });
  await done(worker.deps, freezing(recallId, 'email'));
  return recallId;
}

let runs = 0;
/** A run of the campaign so many minutes after the opening. */
function at(recallId: RecallId, minute: number, deps: Deps = worker.deps): Promise<EffectResult<'runCampaign'>> {
  return done(deps, sending(recallId, 'email', (runs += 1), minutes(minute)));
}

const told = (server: MailServer): string[] => server.taken.flatMap(({ to }) => to).sort();
const everybody = (count: number): string[] => codes(count).map(addressOf);
const away = async (): Promise<string[]> => (await awayProviders(database.pool)).map(({ provider }) => provider);
const facts = (recallId: RecallId, type: string) => factsOf(database.pool, recallId, type);

describe('a mail server that puts everybody off for 45 minutes', () => {
  test('is a verdict on nobody: all are told once it is back, and the record says that it was away and from when', async () => {
    const count = PAGE + 15;
    const recallId = await frozen(count);
    worker.mail.answers = { recipient: () => undefined, message: () => 451 };
    expect(await at(recallId, 0)).toMatchObject({ nextDue: minutes(PAUSE), tally: { delivered: 0, refused: 0 } });
    expect(await away()).toEqual(['smtp']);
    // Those who were not tried yet are not, and nobody can say that they cannot be reached.
    expect(new Set(worker.mail.named).size).toBe(PAGE);
    expect((await at(recallId, PAUSE)).tally).toMatchObject({ refused: 0, unreachable: PAGE });
    expect(worker.mail.named).toHaveLength(PAGE + PROBES);
    expect(await at(recallId, 2 * PAUSE)).toMatchObject({ nextDue: minutes(3 * PAUSE), tally: { refused: 0 } });
    expect(worker.mail.named).toHaveLength(PAGE + 2 * PROBES);
    worker.mail.answers = { recipient: () => undefined, message: () => undefined };
    expect(await at(recallId, 3 * PAUSE)).toMatchObject({ tally: { delivered: count, refused: 0, unreachable: 0 } });
    expect(told(worker.mail)).toEqual(everybody(count));
    expect(await away()).toEqual([]);
    const where = { step: 'tell', revision: 1, channel: 'email' };
    expect(await facts(recallId, 'channel away')).toMatchObject([{ ...where, providers: ['smtp'], waiting: count }]);
    expect(await facts(recallId, 'channel back')).toMatchObject([{ ...where, since: minutes(0) }]);
    expect((await verdict(database.pool, recallId)).verified).toBe(true);
    expect((await noticesOf(database.pool, recallId)).map(({ state }) => state)).not.toContain('refused');
  });

  test('for days longer than one address would be tried, gives nobody up', async () => {
    const recallId = await frozen(12);
    worker.mail.answers = { recipient: () => 451, message: () => undefined };
    // On the last rung, where what is put off for five days counts as refused.
    await database.pool.query(`update campaign set ladder = jsonb_build_array(ladder->0) where recall_id = $1`, [
      recallId,
    ]);
    for (let run = 0; run < 30; run += 1) {
      const { nextDue, tally } = await at(recallId, run * 6 * 60);
      expect({ nextDue, tally }).toMatchObject({ nextDue: minutes(run * 6 * 60 + PAUSE), tally: { refused: 0 } });
    }
    worker.mail.answers = { recipient: () => undefined, message: () => undefined };
    expect((await at(recallId, 8 * DAY)).tally).toMatchObject({ delivered: 12, refused: 0 });
    expect(told(worker.mail)).toEqual(everybody(12));
  });

  test('is not one that puts off a single address, which is tried again for itself', async () => {
    const recallId = await frozen(3);
    worker.mail.answers = { recipient: (to) => (to === addressOf('101') ? 451 : undefined), message: () => undefined };
    expect((await at(recallId, 0)).tally).toMatchObject({ delivered: 2 });
    expect(await away()).toEqual([]);
    expect(await facts(recallId, 'channel away')).toEqual([]);
  });
});

describe('a mail server that cannot be reached', () => {
  test('is tried by few until it is back, in this recall and in others, and then all are told once', async () => {
    const [first, other] = [await frozen(PAGE + 3), await frozen(5)];
    const { port } = worker.mail;
    await worker.mail.stop();
    expect(await at(first, 0)).toMatchObject({ nextDue: minutes(PAUSE), tally: { refused: 0 } });
    const [provider] = await awayProviders(database.pool);
    expect(provider).toMatchObject({ channel: 'email', provider: 'smtp', why: expect.stringMatching(/^no answer/) });
    await at(other, 0);
    expect((await noticesOf(database.pool, other)).map(({ state }) => state)).toEqual(Array(PROBES).fill('deferred'));
    const back = await startMailServer(port);
    expect((await at(first, PAUSE)).tally).toMatchObject({ delivered: PAGE + 3 });
    expect((await at(other, PAUSE)).tally).toMatchObject({ delivered: 5 });
    expect(told(back)).toEqual([...everybody(PAGE + 3), ...everybody(5)].sort());
    await back.stop();
  });
});

describe('Twilio that wants everybody to be slower', () => {
  test('for three quarters of an hour is a verdict on no number: all are sent to once it takes messages again', async () => {
    const end = await startTwilioEnd();
    const deps = end.deps(database.pool);
    const numbers = codes(PAGE + 3).map(end.addressOf);
    const customers = codes(PAGE + 3).map((code, index) => ({ code, address: numbers[index]! }));
    const recallId = await traced(database.pool, customers, { channel: 'sms', allowList: end.allowList });
    await done(deps, freezing(recallId, 'sms'));
    end.answer = () => ({ deferSeconds: null });
    const send = (minute: number) => done(deps, sending(recallId, 'sms', (runs += 1), minutes(minute)));
    for (const minute of [0, 15, 30]) expect((await send(minute)).tally).toMatchObject({ delivered: 0, refused: 0 });
    expect(await awayProviders(database.pool)).toMatchObject([{ provider: 'twilio', why: 'HTTP 429, error 20429' }]);
    end.answer = () => 'take';
    expect((await send(45)).tally).toMatchObject({ delivered: PAGE + 3, refused: 0 });
    expect(end.taken.map(({ to }) => to).sort()).toEqual(numbers);
    expect(await away()).toEqual([]);
    const [row] = await facts(recallId, 'channel back');
    expect(row).toMatchObject({ channel: 'sms', since: minutes(0) });
    deps.egress.close();
    await end.stop();
  });
});

describe('somebody is told of an outage within the hour', () => {
  const ROSTER = `
people:
  - { id: head, name: Head, email: head@maker.example, phone: '+447700900001' }
  - { id: counsel, name: Counsel, email: counsel@maker.example }
  - { id: other, name: Other, email: other@maker.example, phone: '+447700900002' }
roles:
  - { role: quality, holder: head }
  - { role: legal, holder: counsel }
  - { role: shop, holder: other }
`;
  const texts: { to: string; body: string }[] = [];
  const sendSms: Deps['egress']['sendSms'] = (_recall, { to, body }) => {
    texts.push({ to, body });
    return Promise.resolve({ kind: 'answered', value: { status: 'queued', errorCode: null } });
  };
  beforeEach(async () => {
    texts.length = 0;
    await keepRoster(database.pool, parseRoster(ROSTER, 'roster.yaml'));
  });

  async function watched(count: number): Promise<RecallId> {
    const recallId = await frozen(count);
    const step = {
      name: 'tell',
      kind: 'campaign',
      title: 'Tell customers',
      preview: ['quality', 'legal'],
      watch: null,
    };
    await database.pool.query(`update recall set playbook = jsonb_set(playbook, '{steps}', $2) where id = $1`, [
      recallId,
      JSON.stringify([step]),
    ]);
    return recallId;
  }

  test('by text message where mail itself is away: those who approve the notices, once, and it is on record', async () => {
    const recallId = await watched(PAGE + 3);
    worker.mail.answers = { recipient: () => 451, message: () => undefined };
    const deps = { ...worker.deps, egress: { ...worker.deps.egress, sendSms } };
    for (const minute of [0, 15]) await at(recallId, minute, deps);
    expect(texts).toEqual([]);
    for (const minute of [30, 45, 60]) await at(recallId, minute, deps);
    expect(texts).toEqual([
      {
        to: '+447700900001',
        body: expect.stringMatching(
          /^DRILL RC-\S+: Nothing gets through by email since 2026-09-10 08:00.*: 23 notices wait/,
        ),
      },
    ]);
    const where = { step: 'tell', channel: 'email' };
    expect(await facts(recallId, 'outage told')).toMatchObject([{ ...where, person: 'head', by: 'sms' }]);
    expect(await waitingOf(database.pool, recallId)).toMatchObject([{ ...where, toldAt: minutes(30), waiting: 23 }]);
  });

  test('by mail where a server takes that, at the address of each', async () => {
    const recallId = await watched(PAGE + 3);
    worker.mail.answers = {
      recipient: (to) => (to.endsWith('@maker.example') ? undefined : 451),
      message: () => undefined,
    };
    for (const minute of [0, 15, 30]) await at(recallId, minute);
    expect(told(worker.mail)).toEqual(['counsel@maker.example', 'head@maker.example']);
    expect(headerOf(worker.mail.taken[0]!.raw, 'Subject')).toMatch(
      /^DRILL RC-\S+: notices do not get through by email$/,
    );
    expect(await facts(recallId, 'outage told')).toMatchObject([{ by: 'email' }, { by: 'email' }]);
  });

  test('by nobody while nothing reaches anybody: the log says so, and they are tried again with each look', async () => {
    const recallId = await watched(PAGE + 3);
    worker.mail.answers = { recipient: () => 451, message: () => undefined };
    const lines: string[] = [];
    const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
    for (const minute of [0, 15, 30, 45]) await at(recallId, minute, { ...worker.deps, log });
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject(
      [30, 45].map(() => ({ recall: recallId, channel: 'email', waiting: 23 })),
    );
    expect(await facts(recallId, 'outage told')).toEqual([]);
    worker.mail.answers = {
      recipient: (to) => (to === 'head@maker.example' ? undefined : 451),
      message: () => undefined,
    };
    await at(recallId, 60);
    expect(await facts(recallId, 'outage told')).toMatchObject([{ person: 'head', by: 'email' }]);
  });
});

describe('where there is a second mail server', () => {
  let second: MailServer;
  let deps: Deps;
  beforeEach(async () => {
    second = await startMailServer();
    worker.deps.egress.close();
    const egress = createEgress({
      smtpUrl: worker.mail.url,
      secondSmtpUrl: second.url,
      mailFrom: 'Recall team <recalls@maker.example>',
      mailDomain: 'maker.example',
      twilio: null,
      dkim: null,
    });
    deps = { ...worker.deps, egress };
  });
  afterEach(async () => {
    deps.egress.close();
    await second.stop();
  });

  test('it takes what the first cannot, at once, and the record says which notices; the first is used again when it is back', async () => {
    const [recallId, later] = [await frozen(PAGE + 3), await frozen(2)];
    worker.mail.answers = { recipient: () => 451, message: () => undefined };
    expect((await at(recallId, 0, deps)).tally).toMatchObject({ delivered: PAGE + 3, refused: 0 });
    expect(told(second)).toEqual(everybody(PAGE + 3));
    expect(await away()).toEqual(['smtp']);
    // Once it is known to be away it is asked no more by this run.
    expect(worker.mail.named).toHaveLength(PAGE);
    const { rows } = await database.pool.query('select distinct provider from notice where recall_id = $1', [recallId]);
    expect(rows).toEqual([{ provider: 'smtp-2' }]);
    const settled = (await readLedger(database.pool, recallId)).filter(({ body }) => body.includes('notices settled'));
    const providers = settled.flatMap((entry) => (entry.rows ?? []).map((row) => 'provider' in row && row.provider));
    expect(providers).toEqual(Array(PAGE + 3).fill('smtp-2'));
    expect(await facts(recallId, 'channel away')).toEqual([]);

    worker.mail.answers = { recipient: () => undefined, message: () => undefined };
    await at(later, 0, deps);
    expect(await away()).toEqual([]);
    expect(told(worker.mail)).toHaveLength(1);
    expect(told(second)).toHaveLength(PAGE + 4);
  });

  test('what the first may have taken does not go to it at once, and counts as in doubt when it does later', async () => {
    const recallId = await frozen(1);
    worker.mail.onTaken = () => worker.mail.hangUp();
    expect(await at(recallId, 0, deps)).toMatchObject({ nextDue: minutes(PAUSE) });
    expect(told(second)).toEqual([]);
    expect(await facts(recallId, 'notices in doubt')).toMatchObject([{ notices: 1 }]);
    await worker.mail.stop();
    expect((await at(recallId, PAUSE, deps)).tally).toMatchObject({ delivered: 1 });
    expect(told(second)).toEqual(everybody(1));
  });

  test('nothing is left waiting as long as one of the two is there, and both away is an outage', async () => {
    const recallId = await frozen(PAGE + 3);
    worker.mail.answers = { recipient: () => 451, message: () => undefined };
    second.answers = { recipient: () => undefined, message: () => 452 };
    expect(await at(recallId, 0, deps)).toMatchObject({ tally: { delivered: 0, refused: 0 } });
    expect(await facts(recallId, 'channel away')).toMatchObject([{ providers: ['smtp', 'smtp-2'], waiting: PAGE + 3 }]);
    second.answers = { recipient: () => undefined, message: () => undefined };
    expect((await at(recallId, PAUSE, deps)).tally).toMatchObject({ delivered: PAGE + 3 });
    expect(told(second)).toEqual(everybody(PAGE + 3));
  });
});
