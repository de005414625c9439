import { expect, test } from '@jest/globals';
import type { ResponseAnswer } from '../../engine/facts.js';
import { aboutFiling } from '../../engine/about.js';
import type { FilingId, RecallId, RecipientId } from '../../engine/words.js';
import { noticeOfMessage, recordBounce } from '../../store/bounces.js';
import { withTransaction } from '../../store/db.js';
import { enqueue, markDone, pendingCount, waiting } from '../../store/outbox.js';
import { recipientView, recordResponse } from '../../store/responses.js';
import { nextDueOf, tallyOf } from '../../store/tally.js';
import { registerWatch } from '../../store/watches.js';
import { freeze, keyOf, sendDue } from './campaign-fixture.js';
import { factsOf, minutes, OPENED, openRecall, outboxOf, ownDatabase, TELL, verdict } from './database.js';

const database = ownDatabase();

const ANSWER: ResponseAnswer = { quarantined: 4, soldOn: 6, destroyed: 0, passedOn: true };

function respond(recallId: RecallId, recipient: RecipientId, answer = ANSWER, at = minutes(60)): Promise<boolean> {
  return recordResponse(database.pool, keyOf(recallId), { recipient, answer, comment: null, at });
}

async function told(count: number, condition?: string): Promise<{ recallId: RecallId; recipients: RecipientId[] }> {
  const recallId = await openRecall(database.pool);
  const recipients = await freeze(database.pool, recallId, count);
  await sendDue(database.pool, recallId, OPENED);
  if (condition)
    await withTransaction(database.pool, (client) =>
      registerWatch(client, recallId, TELL, condition, { value: false, unreachable: false }),
    );
  return { recallId, recipients };
}

test('a response counts once; a later one replaces it and both stay facts; the same again is no news', async () => {
  const { pool } = database;
  const { recallId, recipients } = await told(2);
  await respond(recallId, recipients[0]!);
  await respond(recallId, recipients[0]!);
  await respond(recallId, recipients[0]!, { ...ANSWER, quarantined: 2, destroyed: 2 }, minutes(90));
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({
    recipients: 2,
    responded: 1,
    // Of the latest answer, and not of both.
    unitsReported: 10,
  });
  expect(await factsOf(pool, recallId, 'response recorded')).toMatchObject([
    { recipient: 'c001', answer: { quarantined: 4, destroyed: 0 } },
    { recipient: 'c001', answer: { quarantined: 2, destroyed: 2 } },
  ]);
  expect(await recipientView(pool, keyOf(recallId), recipients[0]!)).toMatchObject({
    language: 'de',
    units: 10,
    answer: { quarantined: 2 },
  });
});

test('a customer has answered through whichever contact did: the others are asked no more, and its units count once', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const ids = ['c1', 'c1:safety', 'c1:site2', 'c10', 'c1-2'] as RecipientId[];
  await freeze(pool, recallId, ids.length, [], { changes: (number) => ({ recipient: ids[number - 1]! }) });
  await sendDue(pool, recallId, OPENED);
  const tally = () => tallyOf(pool, keyOf(recallId));
  await respond(recallId, 'c1:safety' as RecipientId);
  expect(await tally()).toMatchObject({ recipients: 5, responded: 3, unitsReported: 10 });
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, OPENED)).not.toBeNull();
  expect(await sendDue(pool, recallId, minutes(5 * 24 * 60))).toEqual(expect.arrayContaining(['c10', 'c1-2']));
  expect(await recipientView(pool, keyOf(recallId), 'c1' as RecipientId)).toMatchObject({ answer: null });

  // What it said last counts, from whomever, and nothing at all is something to say too.
  const none: ResponseAnswer = { quarantined: 0, soldOn: 0, destroyed: 0, passedOn: false };
  await respond(recallId, 'c1' as RecipientId, none, minutes(70));
  expect(await tally()).toMatchObject({ responded: 3, unitsReported: 0 });
  await respond(recallId, 'c1:safety' as RecipientId, ANSWER, minutes(80));
  await respond(recallId, 'c1' as RecipientId, none, minutes(90));
  expect(await tally()).toMatchObject({ responded: 3, unitsReported: 0 });
  expect(await factsOf(pool, recallId, 'response recorded')).toHaveLength(4);
});

test('more units than were delivered, or a stranger, are refused and nothing is written', async () => {
  const { pool } = database;
  const { recallId, recipients } = await told(1);
  const tooMany = respond(recallId, recipients[0]!, { ...ANSWER, destroyed: 1 });
  await expect(tooMany).rejects.toMatchObject({
    detail: { code: 'wrong-use', where: 'quarantined, soldOn, destroyed' },
  });
  await expect(respond(recallId, 'c999' as RecipientId)).rejects.toMatchObject({ detail: { code: 'not-found' } });
  expect(await factsOf(pool, recallId, 'response recorded')).toEqual([]);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ responded: 0 });
});

test('a watch tells the workflow once, at the response that changes its value', async () => {
  const { pool } = database;
  const { recallId, recipients } = await told(4, 'tell.acknowledged >= 0.5');
  for (const recipient of recipients) await respond(recallId, recipient);
  const messages = await outboxOf(pool, recallId);
  expect(messages).toMatchObject([
    { id: `${recallId}/watch/tell/1`, input: { type: 'watch changed', value: true, tally: { responded: 2 } } },
  ]);
});

test('a watch tells of the first who cannot be reached, and not of each: its condition stays what it was', async () => {
  const { pool } = database;
  const { recallId, recipients } = await told(4, 'tell.acknowledged >= 0.5');
  const bounce = (at: number): Promise<boolean> =>
    recordBounce(
      pool,
      `<${recallId}-${recipients[at]}-0@example.org>`,
      { status: '5.1.1', how: 'for-good' },
      minutes(5 + at),
    );
  for (const at of [0, 1]) expect(await bounce(at)).toBe(true);
  const first = {
    id: `${recallId}/watch/tell/1`,
    input: { type: 'watch changed', change: 1, value: false, tally: { unreachable: 1 } },
  };
  expect(await outboxOf(pool, recallId)).toMatchObject([first]);
  // Who answers all the same is reached; who is lost after nobody was is news again.
  for (const recipient of recipients.slice(0, 2)) await respond(recallId, recipient);
  expect(await bounce(2)).toBe(true);
  const changes = (await outboxOf(pool, recallId)).map(({ input }) => input);
  expect(changes).toMatchObject([
    first.input,
    { change: 2, value: true, tally: { unreachable: 0 } },
    { change: 3, value: true, tally: { unreachable: 1 } },
  ]);
});

test('responses that come at the same instant do not hide each other from the watch', async () => {
  const { pool } = database;
  const { recallId, recipients } = await told(16, 'tell.acknowledged >= 1.0');
  await Promise.all(recipients.map((recipient) => respond(recallId, recipient)));
  expect(await outboxOf(pool, recallId)).toMatchObject([{ input: { value: true, tally: { responded: 16 } } }]);
  expect(await verdict(pool, recallId)).toMatchObject({ facts: 17, verified: true });
});

test('a bounce ends the ladder of its recipient, moves the tally and the watch, and is recorded once', async () => {
  const { pool } = database;
  const { recallId } = await told(2, 'tell.delivered >= 2.0');
  await pool.query('update watch set value = true where recall_id = $1', [recallId]);
  const messageId = `<${recallId}-c001-0@example.org>`;
  expect(await noticeOfMessage(pool, messageId)).toEqual({
    ...keyOf(recallId),
    recipient: 'c001',
    rung: 0,
    channel: 'email',
  });
  expect(await recordBounce(pool, messageId, { status: '5.1.1', how: 'for-good' }, minutes(5))).toBe(true);
  expect(await recordBounce(pool, messageId, { status: '5.1.1', how: 'for-good' }, minutes(6))).toBe(false);
  expect(await recordBounce(pool, '<nobody@example.org>', { status: '5.1.1', how: 'for-good' }, minutes(6))).toBe(
    false,
  );
  expect(await tallyOf(pool, keyOf(recallId))).toEqual({
    recipients: 2,
    delivered: 1,
    refused: 0,
    bounced: 1,
    responded: 0,
    unreachable: 1,
    unitsReported: 0,
    byChannel: { email: { delivered: 2, refused: 0, bounced: 1 } },
  });
  expect(await factsOf(pool, recallId, 'notice bounced')).toMatchObject([
    { recipient: 'c001', rung: 0, channel: 'email', status: '5.1.1' },
  ]);
  expect(await outboxOf(pool, recallId)).toMatchObject([{ input: { type: 'watch changed', value: false } }]);
  expect(await sendDue(pool, recallId, minutes(4 * 1440))).toEqual(['c002']);
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, minutes(5 * 1440))).toBeNull();
});

test('a bounce of the second notice leaves nothing delivered only when the first came back too', async () => {
  const { pool } = database;
  const { recallId } = await told(1);
  await sendDue(pool, recallId, minutes(3 * 1440));
  await recordBounce(pool, `<${recallId}-c001-1@example.org>`, { status: '4.4.7', how: 'for-good' }, minutes(4 * 1440));
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 1, bounced: 0, unreachable: 0 });
  await recordBounce(pool, `<${recallId}-c001-0@example.org>`, { status: '4.4.7', how: 'for-good' }, minutes(4 * 1440));
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 0, bounced: 1, unreachable: 1 });
});

test('a message waits until it is accepted, in order, and a repeated id is one message', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  const say = (id: string): Promise<void> =>
    withTransaction(pool, (client) =>
      enqueue(client, recallId, {
        id: `${recallId}/${id}`,
        at: OPENED,
        input: { type: 'receipt came', about: aboutFiling('gb/initial/1' as FilingId), reference: id },
      }),
    );
  for (const id of ['a', 'b', 'a', 'c']) await say(id);
  const mine = (await waiting(pool, 1000)).filter((one) => one.recallId === recallId);
  expect(mine.map(({ id, v }) => [id, v])).toEqual([
    [`${recallId}/a`, 1],
    [`${recallId}/b`, 1],
    [`${recallId}/c`, 1],
  ]);
  await markDone(pool, mine[0]!.position);
  expect(await pendingCount(pool, recallId)).toBe(2);
});
