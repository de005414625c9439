import { expect, test } from '@jest/globals';
import type { IsoInstant, PersonId, RecallId, RecipientId } from '../../engine/words.js';
import { keepLinks, revokeLinks } from '../../store/links.js';
import type { ResponseLink } from '../../trust/links.js';
import { KEYS } from '../activities/activity-deps.js';
import { freeze, keyOf } from './campaign-fixture.js';
import { factsOf, OPENED, openRecall, ownDatabase } from './database.js';

const database = ownDatabase();
const BY = 'commander' as PersonId;

/** A recall in which customer 001 has two contacts and 002 has one, each with a link. */
async function linked(): Promise<RecallId> {
  const recallId = await openRecall(database.pool);
  const recipients = await freeze(database.pool, recallId, 3, [], {
    changes: (n) => (n === 2 ? { recipient: 'c001:safety' as RecipientId, code: '001' } : {}),
  });
  const linkOf = (recipient: RecipientId): ResponseLink => ({ use: 'response', ...keyOf(recallId), recipient });
  await keepLinks(database.pool, KEYS.token, recipients.map(linkOf), '2027-01-01T00:00:00.000Z' as IsoInstant);
  return recallId;
}

const revoke = (recallId: RecallId, id: string): Promise<number> =>
  revokeLinks(database.pool, { recallId, by: BY, of: { kind: 'recipient', id: id as RecipientId }, at: OPENED });

test('a customer number ends the links of all its contacts, a recipient its own, once, and each stands on record', async () => {
  const recallId = await linked();
  expect([await revoke(recallId, '001'), await revoke(recallId, '001'), await revoke(recallId, 'c001')]).toEqual([
    2, 0, 0,
  ]);
  expect(await revoke(recallId, 'c003')).toBe(1);
  const facts = await factsOf(database.pool, recallId, 'links revoked');
  expect(facts.map(({ of }) => of)).toEqual(['c001', 'c001:safety', 'c003'].map((id) => ({ kind: 'recipient', id })));
});

test('who is no recipient of the recall is named, so that nobody takes a link for revoked that is not', async () => {
  const recallId = await linked();
  await expect(revoke(recallId, 'T9999')).rejects.toMatchObject({
    detail: { code: 'not-found', message: `T9999 is no recipient of ${recallId}` },
  });
});
