import { beforeAll, expect, test } from '@jest/globals';
import type { RecallId, RecipientId, StepName } from '../../engine/words.js';
import { unreachedOf } from './unreached-oracle.js';
import { recordBounce } from '../../store/bounces.js';
import { readLedger } from '../../store/ledger.js';
import { recordResponse } from '../../store/responses.js';
import { unreachedRecipients, type Unreached } from '../../store/unreached.js';
import { freeze, keyOf, messageIdOf, sendDue } from './campaign-fixture.js';
import { minutes, OPENED, openRecall, ownDatabase, TELL } from './database.js';
import { importContactsText } from './sales-files.js';

const CONTACTS = `code,name,customerType,language,email,phone
001,Shop 001,shop,pl,,+441632960001
002,Shop 002,shop,pl,shop002@example.org,
`;
const ANSWER = { quarantined: 1, soldOn: 9, destroyed: 0, passedOn: true };

const database = ownDatabase();
let recallId: RecallId;
let beforeSending: Unreached[];

/** Six customers: one without an address, one refused, two whose notice came back, two reached. */
beforeAll(async () => {
  const { pool } = database;
  recallId = await openRecall(pool);
  await importContactsText(pool, 'contacts.csv', CONTACTS);
  await freeze(pool, recallId, 6, [1]);
  beforeSending = await unreachedRecipients(pool, recallId);
  await sendDue(pool, recallId, OPENED, (recipient) => (recipient === 'c002' ? 'refused' : 'delivered'));
  for (const recipient of ['c003', 'c004'] as RecipientId[])
    await recordBounce(
      pool,
      messageIdOf(recallId)({ recipient, rung: 0 }),
      { status: '5.1.1', how: 'for-good' },
      minutes(5),
    );
});

test('those without a notice that stands are listed with number and reason, until they have answered', async () => {
  const { pool } = database;
  // Nobody is called unreached for a notice that has not gone out yet.
  expect(beforeSending.map(({ recipient }) => recipient)).toEqual(['c001']);
  const found = await unreachedRecipients(pool, recallId);
  expect(found.map(({ recipient, why, phone }) => [recipient, why, phone])).toEqual([
    ['c001', 'no address', '+441632960001'],
    ['c002', 'refused', null],
    ['c003', 'returned', null],
    ['c004', 'returned', null],
  ]);
  expect(found[0]).toMatchObject({
    step: TELL,
    revision: 1,
    name: 'Shop 001',
    markets: ['DE'],
    language: 'pl',
    units: 10,
  });
  // What one of them said on the telephone was entered.
  const told = { recipient: 'c003' as RecipientId, answer: ANSWER, comment: null, at: minutes(60) };
  await recordResponse(pool, keyOf(recallId), told);
  expect((await unreachedRecipients(pool, recallId)).map(({ recipient }) => recipient)).toEqual([
    'c001',
    'c002',
    'c004',
  ]);
});

test('of a preview that was rejected nobody is listed twice', async () => {
  const { pool } = database;
  const other = await openRecall(pool);
  await freeze(pool, other, 2, [1]);
  await pool.query(
    `insert into campaign (recall_id, step, revision, notice, languages, ladder, hash, texts, mails, customers, persons)
     select recall_id, step, 2, notice, languages, ladder, hash, texts, mails, customers, persons from campaign where recall_id = $1`,
    [other],
  );
  expect(await unreachedRecipients(pool, other)).toEqual([]);
});

test('the ledger alone gives the same recipients, by their ids', async () => {
  const entries = await readLedger(database.pool, recallId);
  // The fixture freezes without its fact.
  const channels = ['email'];
  const frozen = ['c002', 'c003', 'c004', 'c005'].map((recipient) => ({ recipient, channels }));
  const body = JSON.stringify({ type: 'recipients frozen', v: 1, step: TELL, revision: 1 });
  const known = [{ ...entries[0]!, body, rows: frozen as never }, ...entries];
  expect(unreachedOf(known, TELL).map(({ recipient }) => recipient)).toEqual(['c002', 'c004']);
  expect(unreachedOf(known, 'other' as StepName)).toEqual([]);
});
