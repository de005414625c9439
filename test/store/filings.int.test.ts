import { expect, test } from '@jest/globals';
import { aboutFiling } from '../../engine/about.js';
import type { EffectId, FilingId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { documentNames, keepDocument, readDocument } from '../../store/documents.js';
import { claimResult, keepResult, storedResult } from '../../store/effect-results.js';
import { filingOfMessage, keepFiling, recordReceipt, recordReturn } from '../../store/filings.js';
import { keepReply, repliesOf } from '../../store/replies.js';
import { factsOf, minutes, OPENED, openRecall, outboxOf, ownDatabase } from './database.js';

const database = ownDatabase();

const GB = 'gb-gpsr2005/initial/1' as FilingId;

test('a receipt is matched to its filing by the message it answers, recorded once and told once', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const filing = {
    recallId,
    filing: GB,
    mode: 'mail' as const,
    messageId: '<filing@example.org>',
    sentTo: 'desk@opss.example',
    sentAt: OPENED,
    referencePattern: 'GB-\\d{4}',
  };
  await withTransaction(pool, (client) => keepFiling(client, filing));
  await withTransaction(pool, (client) => keepFiling(client, { ...filing, messageId: '<other@example.org>' }));

  expect(await filingOfMessage(pool, '<other@example.org>')).toBeNull();
  const found = await filingOfMessage(pool, '<filing@example.org>');
  expect(found).toEqual({ recallId, filing: GB, sentTo: 'desk@opss.example', reference: null, pattern: 'GB-\\d{4}' });
  const copies = await Promise.all(
    [1, 2, 3].map(() => recordReceipt(pool, found!, { reference: 'GB-0042', text: 'GB-0042' }, minutes(30))),
  );
  expect(copies.filter(Boolean)).toHaveLength(1);
  expect(await factsOf(pool, recallId, 'receipt recorded')).toEqual([
    { type: 'receipt recorded', v: 1, about: aboutFiling(GB), reference: 'GB-0042', by: 'mail' },
  ]);
  expect(await outboxOf(pool, recallId)).toEqual([
    { id: `${recallId}/receipt/${GB}`, input: { type: 'receipt came', about: aboutFiling(GB), reference: 'GB-0042' } },
  ]);
});

test('two reports to one regime have a row, a receipt and a return each', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const final = 'gb-gpsr2005/final/1' as FilingId;
  const keep = (filing: FilingId, messageId: string): Promise<void> =>
    withTransaction(pool, (client) =>
      keepFiling(client, {
        recallId,
        filing,
        mode: 'mail',
        messageId,
        sentTo: null,
        sentAt: OPENED,
        referencePattern: '.',
      }),
    );
  await keep(GB, '<first@example.org>');
  await keep(final, '<last@example.org>');
  const [first, last] = [
    await filingOfMessage(pool, '<first@example.org>'),
    await filingOfMessage(pool, '<last@example.org>'),
  ];
  expect(await recordReceipt(pool, first!, { reference: 'A', text: 'A' }, minutes(30))).toBe(true);
  expect(await recordReturn(pool, last!, '5.1.1', minutes(40))).toBe(true);
  expect(await recordReceipt(pool, last!, { reference: 'B', text: 'B' }, minutes(50))).toBe(true);
  expect(await outboxOf(pool, recallId)).toMatchObject([
    { id: `${recallId}/receipt/${GB}`, input: { about: aboutFiling(GB), reference: 'A' } },
    { id: `${recallId}/bounce/${final}`, input: { about: aboutFiling(final) } },
    { id: `${recallId}/receipt/${final}`, input: { about: aboutFiling(final), reference: 'B' } },
  ]);
  // What an authority writes twice about two reports is two answers.
  for (const filing of [GB, final])
    await keepReply(pool, { recallId, about: aboutFiling(filing) }, { text: 'Thanks.', automatic: false }, minutes(60));
  expect((await repliesOf(pool, recallId)).map(({ about }) => about)).toEqual([aboutFiling(GB), aboutFiling(final)]);
});

test('an effect keeps the first result it gave', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const id = 'contain/1/stopShipping/1' as EffectId;
  expect(await storedResult(pool, recallId, id)).toBeNull();
  const keep = (confirmationNumber: string): Promise<boolean> =>
    withTransaction(pool, async (client) => {
      if (!(await claimResult(client, recallId, id))) return false;
      expect(await storedResult(pool, recallId, id)).toBeNull();
      await keepResult<'stopShipping'>(client, recallId, id, { confirmationNumber, unitsHeld: 5 });
      return true;
    });
  expect([await keep('W-1'), await keep('W-2')]).toEqual([true, false]);
  expect(await storedResult(pool, recallId, id)).toEqual({ confirmationNumber: 'W-1', unitsHeld: 5 });
});

test('a document is kept byte for byte; writing it again replaces it', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const bytes = Buffer.from([0, 255, 10, 13]);
  const pdf = { name: 'report.pdf', mediaType: 'application/pdf', about: aboutFiling(GB) };
  await keepDocument(pool, recallId, { ...pdf, bytes: Buffer.from('draft') });
  const kept = await keepDocument(pool, recallId, { ...pdf, bytes });
  await keepDocument(pool, recallId, { ...pdf, name: 'whole.pdf', about: null, bytes });
  expect(await documentNames(pool, recallId)).toEqual([
    { name: 'report.pdf', sha256: kept.sha256, about: aboutFiling(GB), bytes: 4 },
    { name: 'whole.pdf', sha256: kept.sha256, about: null, bytes: 4 },
  ]);
  expect((await readDocument(pool, recallId, 'report.pdf')).bytes.equals(bytes)).toBe(true);
  await expect(readDocument(pool, recallId, 'none.pdf')).rejects.toMatchObject({ detail: { code: 'not-found' } });
});
