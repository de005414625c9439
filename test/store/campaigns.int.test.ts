import { expect, test } from '@jest/globals';
import type { ContactRung } from '../../engine/channels.js';
import type { ContactRole } from '../../engine/contact-roles.js';
import { digestOf } from '../../engine/digest.js';
import type { RecallId } from '../../engine/words.js';
import { recordBounce } from '../../store/bounces.js';
import { tracedContacts, type TracedContact } from '../../store/campaigns.js';
import { withTransaction } from '../../store/db.js';
import { readLedger } from '../../store/ledger.js';
import {
  beginRun,
  claimPage,
  settlePage,
  type CampaignRun,
  type ClaimedNotice,
  type PageSizes,
  type SettledNotice,
} from '../../store/notices.js';
import { recordResponse } from '../../store/responses.js';
import { nextDueOf, tallyOf } from '../../store/tally.js';
import { verifyLedger } from '../../trust/chain.js';
import { ALL_WAVES, freeze, freezeOn, keyOf, LADDER, messageIdOf, ofEach, runOf, sendDue } from './campaign-fixture.js';
import { keepConsignees } from './consignees.js';
import { factsOf, minutes, OPENED, openRecall, ownDatabase, verdict } from './database.js';
import { importContactsText } from './sales-files.js';

const database = ownDatabase();

const DAY = 24 * 60;
const ANSWER = { quarantined: 4, soldOn: 6, destroyed: 0, passedOn: true };

function begin(recallId: RecallId, now = OPENED): ReturnType<typeof beginRun> {
  return withTransaction(database.pool, (client) => beginRun(client, keyOf(recallId), now, ALL_WAVES));
}

function claim(run: CampaignRun, size = 25): ReturnType<typeof claimPage> {
  return withTransaction(database.pool, (client) =>
    claimPage(client, run, OPENED, ofEach(size), messageIdOf(run.recallId)),
  );
}

function settle(
  run: CampaignRun,
  page: ClaimedNotice[],
  now = OPENED,
  outcome: SettledNotice['outcome'] = 'delivered',
): Promise<void> {
  const settled = page.map((notice) => ({ notice, outcome }));
  return withTransaction(database.pool, (client) => settlePage(client, run, now, settled));
}

/** Those whom a campaign with these roles would tell, so many contacts read at a time. */
function found(recallId: RecallId, roles: ContactRole[], size = 100): Promise<TracedContact[]> {
  return withTransaction(database.pool, async (client) => {
    const all: TracedContact[] = [];
    const pages = tracedContacts(client, { recallId, scopeVersion: 1, ladder: LADDER, roles, size });
    for await (const page of pages) all.push(...page);
    return all;
  });
}

test('the most exposed are told first: critical places, then who holds the most units', async () => {
  const recallId = await openRecall(database.pool);
  const [first, second, third] = await freeze(database.pool, recallId, 4, [], {
    changes: (number) => ({ units: number * 10, criticality: number === 1 ? 'school' : null }),
  });
  const run = await runOf(database.pool, recallId, OPENED);
  const claimed = [...(await claim(run, 2)), ...(await claim(run, 25))].map(({ recipient }) => recipient);
  expect(claimed).toEqual([first, 'c004', third, second]);
});

test('recipients are all the traced, in bytewise order, with the contact that is known now', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const traced = { markets: ['GB'] as never, lines: 1, units: 12 };
  const codes = [
    { code: '9', unitsCredited: 2 },
    { code: '10', unitsCredited: 0 },
    { code: 'B1', unitsCredited: 0 },
  ];
  await keepConsignees(
    pool,
    recallId,
    codes.map((one) => ({ ...traced, ...one })),
  );
  await importContactsText(
    pool,
    'contacts.csv',
    'code,name,customerType,language,email,phone,criticality,do-not-contact\n9,Nine,shop,fr,nine@example.org,,hospital,sms\nB1,Bee,shop,de,,,,\n',
  );
  expect(await found(recallId, ['main'])).toEqual([
    {
      recipient: 'c10',
      code: '10',
      name: 'Customer 10',
      markets: ['GB'],
      language: 'en',
      units: 12,
      criticality: null,
      doNotContact: [],
      mailbox: null,
      channels: [],
      addresses: {},
    },
    {
      recipient: 'c9',
      code: '9',
      name: 'Nine',
      markets: ['GB'],
      language: 'fr',
      units: 10,
      criticality: 'hospital',
      doNotContact: ['sms'],
      mailbox: 'nine@example.org',
      channels: ['email'],
      addresses: { email: 'nine@example.org' },
    },
    {
      recipient: 'cB1',
      code: 'B1',
      name: 'Bee',
      markets: ['GB'],
      language: 'de',
      units: 12,
      criticality: null,
      doNotContact: [],
      mailbox: null,
      channels: [],
      addresses: {},
    },
  ]);
});

test('a campaign tells the contacts of its roles, and who has none of these is told by another', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const header = 'code,name,customerType,language,email,phone,role';
  const told = async (roles: ContactRole[]): Promise<string[]> =>
    (await found(recallId, roles)).map(({ recipient, place, addresses }) =>
      [recipient, place?.role ?? 'main', addresses.email ?? '-'].join(' '),
    );
  const traced = ['R1', 'R2', 'R3'].map((code) => {
    return { code, markets: ['GB'] as never, lines: 1, units: 1, unitsCredited: 0 };
  });
  await keepConsignees(pool, recallId, traced);
  const file = (...lines: string[]) => importContactsText(pool, 'contacts.csv', [header, ...lines, ''].join('\n'));
  await file(
    'R1,One,shop,fr,site1@one.example,,site',
    'R1,One,shop,fr,main@one.example,,',
    'R1,One,shop,fr,site2@one.example,,site',
    'R2,Two,shop,fr,safety@two.example,,safety',
  );
  expect(await told(['main'])).toEqual(['cR1 main main@one.example', 'cR2 safety safety@two.example', 'cR3 main -']);
  const all = ['cR1 main main@one.example', 'cR1:site site site1@one.example', 'cR1:site2 site site2@one.example'];
  expect((await told(['site', 'safety', 'main'])).slice(0, 3)).toEqual(all);
  // Contacts of one customer may be read in several pages.
  for (const size of [1, 2, 3]) expect(await found(recallId, ['site'], size)).toEqual(await found(recallId, ['site']));

  // A later file replaces the contacts of the roles that it has for a customer, and leaves the others.
  await file('R1,One,shop,fr,new@one.example,,site', 'R2,Two,shop,fr,main@two.example,,');
  expect(await told(['main', 'safety', 'site'])).toEqual([
    'cR1 main main@one.example',
    'cR1:site site new@one.example',
    'cR2 main main@two.example',
    'cR2:safety safety safety@two.example',
    'cR3 main -',
  ]);
  await expect(
    file('R1,One,shop,fr,a@one.example,,safety', 'R1,One,shop,fr,A@one.example,,safety'),
  ).rejects.toMatchObject({
    detail: {
      code: 'csv-malformed',
      where: 'contacts.csv:2, column role',
      message: expect.stringContaining('has a safety contact with the same address in line 3'),
    },
  });
});

test('everyone with an address is told once, page by page, each page one fact', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const recipients = await freeze(pool, recallId, 60, [7]);
  expect(await sendDue(pool, recallId, OPENED)).toEqual(recipients.filter((one) => one !== 'c007'));
  expect(await sendDue(pool, recallId, minutes(60))).toEqual([]);
  const pages = await factsOf(pool, recallId, 'notices settled');
  expect(pages.map(({ notices }) => notices)).toEqual([25, 25, 9]);
  expect(await tallyOf(pool, keyOf(recallId))).toEqual({
    recipients: 60,
    delivered: 59,
    refused: 0,
    bounced: 0,
    responded: 0,
    unreachable: 1,
    unitsReported: 0,
    byChannel: { email: { delivered: 59, refused: 0, bounced: 0 } },
  });
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).toBe(minutes(3 * DAY));
});

test('the rows of a page stand beside the chain under their digest, and a changed one is found', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 2);
  await sendDue(pool, recallId, OPENED);
  const [entry] = await readLedger(pool, recallId);
  const told = { rung: 0, channel: 'email', language: 'de', outcome: 'delivered' };
  expect(entry!.rows).toEqual([
    { recipient: 'c001', ...told, messageId: `<${recallId}-c001-0@example.org>` },
    { recipient: 'c002', ...told, messageId: `<${recallId}-c002-0@example.org>` },
  ]);
  expect((JSON.parse(entry!.body) as { digest: string }).digest).toBe(digestOf(entry!.rows));
  const changed = { ...entry!, rows: [{ ...entry!.rows![0]!, recipient: 'c999' }, entry!.rows![1]!] };
  expect(verifyLedger([JSON.stringify(entry)]).verified).toBe(true);
  expect(verifyLedger([JSON.stringify(changed)]).broken).toEqual({ line: 1, why: 'its rows do not give its digest' });
});

test('the ladder goes on for the silent alone and ends at its last rung', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const [answered, silent] = await freeze(pool, recallId, 2);
  await sendDue(pool, recallId, OPENED);
  await recordResponse(pool, keyOf(recallId), {
    recipient: answered!,
    answer: ANSWER,
    comment: null,
    at: minutes(DAY),
  });
  expect(await sendDue(pool, recallId, minutes(3 * DAY - 1))).toEqual([]);
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).toBe(minutes(3 * DAY));
  expect(await sendDue(pool, recallId, minutes(3 * DAY))).toEqual([silent]);
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, minutes(3 * DAY))).toBeNull();
  expect(await sendDue(pool, recallId, minutes(30 * DAY))).toEqual([]);
});

test('nothing is due for those who have answered', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const [recipient] = await freeze(pool, recallId, 1);
  await sendDue(pool, recallId, OPENED);
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).toBe(minutes(3 * DAY));
  await recordResponse(pool, keyOf(recallId), { recipient: recipient!, answer: ANSWER, comment: null, at: minutes(1) });
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).toBeNull();
});

test('a deferred notice is tried again after pauses that grow, and nobody is refused for it', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 2);
  const away = (recipient: string): 'deferred' | 'delivered' => (recipient === 'c001' ? 'deferred' : 'delivered');
  await sendDue(pool, recallId, OPENED, away);
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).toBe(minutes(15));
  expect(await sendDue(pool, recallId, minutes(14), away)).toEqual([]);
  for (const at of [15, 45, 105, 225]) {
    expect(await sendDue(pool, recallId, minutes(at - 1), away)).toEqual([]);
    expect(await sendDue(pool, recallId, minutes(at), away)).toEqual(['c001']);
  }
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 1, refused: 0 });
  expect(await sendDue(pool, recallId, minutes(465), () => 'delivered')).toEqual(['c001']);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 2, refused: 0, unreachable: 0 });
});

test.each([
  ['an hour', 3_600, 60],
  ['a minute, less than our own pause', 60, 15],
  ['a month, more than we wait for anybody', 30 * 86_400, DAY],
])('a provider that asks for %s is asked again then', async (_what, retryAfterSeconds, later) => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 1);
  const run = await runOf(pool, recallId, OPENED);
  const page = (await claim(run)).map((notice) => ({ notice, outcome: 'deferred' as const, retryAfterSeconds }));
  await withTransaction(pool, (client) => settlePage(client, run, OPENED, page));
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).toBe(minutes(later));
});

test('a notice of which nobody knows whether it was taken is in doubt, is tried again, and is never called refused', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 2);
  const lost = (one: string): 'in-doubt' | 'delivered' => (one === 'c001' ? 'in-doubt' : 'delivered');
  await sendDue(pool, recallId, OPENED, lost);
  expect(await factsOf(pool, recallId, 'notices in doubt')).toMatchObject([{ notices: 1 }]);
  expect(await factsOf(pool, recallId, 'notices settled')).toMatchObject([{ delivered: 1, deferred: 1, refused: 0 }]);
  for (const at of [15, 30, 45]) expect(await sendDue(pool, recallId, minutes(at), lost)).toEqual(['c001']);
  expect(await factsOf(pool, recallId, 'notices in doubt')).toHaveLength(4);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 1, refused: 0, unreachable: 1 });
  // Nobody says that the address is dead, so the next rung is tried.
  expect(await sendDue(pool, recallId, minutes(60), lost)).toEqual([]);
  expect(await sendDue(pool, recallId, minutes(3 * DAY))).toEqual(['c001', 'c002']);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 2, unreachable: 0 });
});

test('a crash is no try that the provider has put off', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 1);
  await claim(await runOf(pool, recallId, OPENED));
  await begin(recallId);
  const { run, inDoubt } = await begin(recallId);
  await settle(run, inDoubt, OPENED, 'deferred');
  for (const at of [15, 30]) await sendDue(pool, recallId, minutes(at), () => 'deferred');
  await sendDue(pool, recallId, minutes(45));
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 1, refused: 0 });
});

test('a deferred notice that is taken later is one notice with one message id, and the ladder counts from the first try', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 1);
  await sendDue(pool, recallId, OPENED, () => 'deferred');
  await sendDue(pool, recallId, minutes(15));
  const { rows } = await pool.query('select rung, state, attempts, message_id from notice where recall_id = $1', [
    recallId,
  ]);
  expect(rows).toEqual([{ rung: 0, state: 'delivered', attempts: 2, message_id: `<${recallId}-c001-0@example.org>` }]);
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, minutes(15))).toBe(minutes(3 * DAY));
});

test('a refused address and one outside the allow-list are given up, with each counted under its own name', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 3);
  await sendDue(pool, recallId, OPENED, (one) =>
    one === 'c001' ? 'refused' : one === 'c002' ? 'egress-refused' : 'delivered',
  );
  expect(await factsOf(pool, recallId, 'notices settled')).toMatchObject([
    { delivered: 1, refused: 1, egressRefused: 1 },
  ]);
  expect(await sendDue(pool, recallId, minutes(30 * DAY))).toEqual(['c003']);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({
    recipients: 3,
    delivered: 1,
    refused: 2,
    unreachable: 2,
  });
});

test('what is claimed is not claimed again, and a crash before the settlement leaves exactly it in doubt', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 5);
  const first = await runOf(pool, recallId, OPENED);
  const claimed = await claim(first, 3);
  expect(claimed.map(({ recipient, attempts }) => [recipient, attempts])).toEqual([
    ['c001', 1],
    ['c002', 1],
    ['c003', 1],
  ]);
  // Nothing that is on its way keeps the others waiting.
  expect((await claim(first, 1)).map(({ recipient }) => recipient)).toEqual(['c004']);

  const { run, inDoubt: doubtful } = await begin(recallId, minutes(1));
  expect(doubtful.map(({ recipient, attempts }) => [recipient, attempts])).toEqual([
    ['c001', 2],
    ['c002', 2],
    ['c003', 2],
    ['c004', 2],
  ]);
  expect(doubtful.slice(0, 3).map(({ messageId }) => messageId)).toEqual(claimed.map(({ messageId }) => messageId));
  expect(await factsOf(pool, recallId, 'notices in doubt')).toMatchObject([{ notices: 4 }]);

  await settle(run, doubtful, minutes(1));
  expect((await begin(recallId, minutes(2))).inDoubt).toEqual([]);
  expect(await sendDue(pool, recallId, minutes(2))).toEqual(['c005']);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 5 });
  expect((await verdict(pool, recallId)).verified).toBe(true);
});

test('who answers between two claims is not told again', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const recipients = await freeze(pool, recallId, 2);
  await recordResponse(pool, keyOf(recallId), { recipient: recipients[0]!, answer: ANSWER, comment: null, at: OPENED });
  const run = await runOf(pool, recallId, OPENED);
  expect((await claim(run)).map(({ recipient }) => recipient)).toEqual(['c002']);
});

test('a bounce that overtakes its own settlement still ends the ladder', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 1);
  const run = await runOf(pool, recallId, OPENED);
  const page = await claim(run);
  await recordBounce(pool, page[0]!.messageId, { status: '5.1.1', how: 'for-good' }, OPENED);
  await settle(run, page);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 0, bounced: 1, unreachable: 1 });
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).toBeNull();
});

test('a run that another one has followed claims nothing more and settles nothing', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freeze(pool, recallId, 3);
  const former = await runOf(pool, recallId, OPENED);
  const page = await claim(former, 2);
  const { run, inDoubt } = await begin(recallId);
  expect(inDoubt.map(({ recipient }) => recipient)).toEqual(['c001', 'c002']);
  await expect(settle(former, page)).rejects.toThrow('another run');
  await expect(claim(former)).rejects.toThrow('another run');
  expect(await factsOf(pool, recallId, 'notices settled')).toEqual([]);
  await settle(run, inDoubt);
  expect((await claim(run)).map(({ recipient }) => recipient)).toEqual(['c003']);
});

test('two claims at once claim each notice once', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const recipients = await freeze(pool, recallId, 40);
  const run = await runOf(pool, recallId, OPENED);
  const pages = await Promise.all(Array.from({ length: 4 }, () => claim(run, 10)));
  const claimed = pages.flat().map(({ recipient }) => recipient);
  expect(new Set(claimed).size).toBe(claimed.length);
  expect(recipients).toEqual(expect.arrayContaining(claimed));
});

test('a customer number that may name a person is no id in a ledger that is never erased', async () => {
  const { pool } = database;
  const codes = ['info@shop.example', 'Ann Smith', '1'.repeat(41), '4711', 'AB-12/3.4'];
  const recipientsOf = async (): Promise<string[]> => {
    const recallId = await openRecall(pool, { salt: `salt ${Math.random()}` });
    const consignees = codes.map((code) => ({ code, markets: ['GB'] as never, lines: 1, units: 1, unitsCredited: 0 }));
    await keepConsignees(pool, recallId, consignees);
    const traced = await found(recallId, ['main']);
    return codes.map((code) => traced.find((one) => one.code === code)!.recipient);
  };
  const [first, second] = [await recipientsOf(), await recipientsOf()];
  expect(first.slice(3)).toEqual(['c4711', 'cAB-12/3.4']);
  expect(first.slice(0, 3)).toEqual(Array(3).fill(expect.stringMatching(/^x[0-9a-f]{32}$/)));
  expect(new Set(first).size).toBe(codes.length);
  // Salted by the recall: who knows the number cannot look for it in another ledger.
  expect(first.slice(0, 3).some((id) => second.includes(id))).toBe(false);
});

test('a page holds of each channel as many as that bears, and none of a channel that is not named', async () => {
  const ladder = [
    { by: 'email', after: 'PT0S' },
    { by: 'sms', after: 'PT0S' },
  ] as ContactRung[];
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freezeOn(pool, recallId, ladder, [['email'], ['email'], ['email'], ['sms'], ['sms'], ['sms']]);
  const { run } = await begin(recallId);
  const page = (sizes: PageSizes): Promise<string[]> =>
    withTransaction(pool, async (client) => {
      const claimed = await claimPage(client, run, OPENED, sizes, messageIdOf(recallId));
      return claimed.map(({ recipient }) => recipient);
    });
  expect(await page({ sms: 2 })).toEqual(['c004', 'c005']);
  expect(await page({ email: 1, sms: 0 })).toEqual(['c001']);
  expect(await page({})).toEqual([]);
  expect(await page({ email: 5, sms: 5 })).toEqual(['c002', 'c003', 'c006']);
});
