import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EffectId, RegimeId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { documentNames, keepDocument, readDocument } from '../../store/documents.js';
import { storedResult, storeResult } from '../../store/effect-results.js';
import { filingOfMessage, keepFiling, recordReceipt } from '../../store/filings.js';
import { factsOf, minutes, OPENED, openRecall, outboxOf, testDatabase, type TestDatabase } from './database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.stop());

const GB = 'gb-gpsr2005' as RegimeId;

test('a receipt is matched to its filing by the message it answers, recorded once and told once', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const filing = {
    recallId,
    regime: GB,
    mode: 'mail' as const,
    messageId: '<filing@example.org>',
    sentAt: OPENED,
    referencePattern: 'GB-\\d{4}',
  };
  await withTransaction(pool, (client) => keepFiling(client, filing));
  await withTransaction(pool, (client) => keepFiling(client, { ...filing, messageId: '<other@example.org>' }));

  expect(await filingOfMessage(pool, '<other@example.org>')).toBeNull();
  const found = await filingOfMessage(pool, '<filing@example.org>');
  expect(found).toEqual({ recallId, regime: GB, reference: null, pattern: 'GB-\\d{4}' });
  const copies = await Promise.all(
    [1, 2, 3].map(() => recordReceipt(pool, found!, { reference: 'GB-0042', text: 'GB-0042' }, minutes(30))),
  );
  expect(copies.filter(Boolean)).toHaveLength(1);
  expect(await factsOf(pool, recallId, 'receipt recorded')).toEqual([
    { type: 'receipt recorded', v: 1, regime: GB, reference: 'GB-0042', by: 'mail' },
  ]);
  expect(await outboxOf(pool, recallId)).toEqual([
    { id: `${recallId}/receipt/${GB}`, input: { type: 'receipt came', regime: GB, reference: 'GB-0042' } },
  ]);
});

test('an effect keeps the first result it gave', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const id = 'contain/1/stopShipping/1' as EffectId;
  expect(await storedResult(pool, recallId, id)).toBeNull();
  await storeResult<'stopShipping'>(pool, recallId, id, { reference: 'W-1', unitsHeld: 5 });
  await storeResult<'stopShipping'>(pool, recallId, id, { reference: 'W-2', unitsHeld: 9 });
  expect(await storedResult(pool, recallId, id)).toEqual({ reference: 'W-1', unitsHeld: 5 });
});

test('a document is kept byte for byte; writing it again replaces it', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const bytes = Buffer.from([0, 255, 10, 13]);
  await keepDocument(pool, recallId, { name: 'report.pdf', mediaType: 'application/pdf', bytes: Buffer.from('draft') });
  const kept = await keepDocument(pool, recallId, { name: 'report.pdf', mediaType: 'application/pdf', bytes });
  expect(await documentNames(pool, recallId)).toEqual([{ name: 'report.pdf', sha256: kept.sha256, bytes: 4 }]);
  expect((await readDocument(pool, recallId, 'report.pdf')).bytes.equals(bytes)).toBe(true);
  await expect(readDocument(pool, recallId, 'none.pdf')).rejects.toMatchObject({ detail: { code: 'not-found' } });
});
