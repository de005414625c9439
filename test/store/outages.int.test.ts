import { expect, test } from '@jest/globals';
import type { Channel, ContactRung } from '../../engine/channels.js';
import type { IsoInstant, RecallId, RecipientId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import type { CampaignRun } from '../../store/notices.js';
import { keepOutages, passOver, waitingByChannel, waitingOf, type Outage } from '../../store/outages.js';
import { awayProviders, keepSeen } from '../../store/providers.js';
import { recordResponse } from '../../store/responses.js';
import { freezeOn, keyOf, runOf, sendDue } from './campaign-fixture.js';
import { factsOf, minutes, OPENED, openRecall, ownDatabase, TELL } from './database.js';

const database = ownDatabase();

const HOUR = 60;
const LADDER = [
  { by: 'email', after: 'PT0S' },
  { by: 'sms', after: 'PT4H' },
  { by: 'email', after: 'P3D' },
] as ContactRung[];
const SMTP_AWAY = new Map<Channel, string[]>([['email', ['smtp']]]);
const NONE_AWAY = new Map<Channel, string[]>();

async function standing(recallId: RecallId): Promise<Record<string, [rung: number, due: string | null]>> {
  const { rows } = await database.pool.query<{ recipient: string; rung: number; due: string | null }>(
    'select recipient, next_rung as rung, next_due as due from recipient where recall_id = $1 order by recipient',
    [recallId],
  );
  return Object.fromEntries(rows.map(({ recipient, rung, due }) => [recipient, [rung, due]]));
}

function look(run: CampaignRun, now: IsoInstant, away: ReadonlyMap<Channel, string[]>): Promise<Outage[]> {
  return withTransaction(database.pool, (client) => keepOutages(client, run, now, away));
}

function lead(run: CampaignRun, now: IsoInstant, since = OPENED) {
  const outage = { channel: 'email' as const, since };
  return withTransaction(database.pool, (client) => passOver(client, run, LADDER, { outage, now, from: null }));
}

test('who waits for one channel is led on to another when that is due, and who has no other waits on', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freezeOn(pool, recallId, LADDER, [['email', 'sms'], ['email'], ['email', 'sms'], ['sms'], []]);
  await recordResponse(pool, keyOf(recallId), {
    recipient: 'c003' as RecipientId,
    at: OPENED,
    answer: { quarantined: 0, soldOn: 0, destroyed: 0, passedOn: false },
    comment: null,
  });
  const run = await runOf(pool, recallId, OPENED);
  expect(await look(run, OPENED, SMTP_AWAY)).toMatchObject([{ channel: 'email', since: OPENED, waiting: 2 }]);
  expect(await lead(run, minutes(4 * HOUR - 1))).toEqual({ moved: 0, from: null });
  expect(await lead(run, minutes(4 * HOUR))).toEqual({ moved: 1, from: null });
  const due = minutes(4 * HOUR);
  expect(await standing(recallId)).toMatchObject({ c001: [1, due], c002: [0, null], c003: [0, null], c004: [1, null] });
  expect(await lead(run, minutes(4 * HOUR))).toEqual({ moved: 0, from: null });
  expect(await look(run, due, SMTP_AWAY)).toMatchObject([{ since: OPENED, waiting: 1 }]);
  expect(await sendDue(pool, recallId, due)).toEqual(['c002', 'c001', 'c004']);
});

test('an outage is on record from when somebody waits to when that ends, once each, and counts who waits', async () => {
  const { pool } = database;
  const recallId = await openRecall(pool);
  await freezeOn(pool, recallId, LADDER, [['email'], ['email'], ['sms']]);
  const run = await runOf(pool, recallId, OPENED);
  for (const minute of [0, 15, 30]) await look(run, minutes(minute), SMTP_AWAY);
  expect(await waitingOf(pool, recallId)).toEqual([
    { step: TELL, channel: 'email', since: OPENED, waiting: 2, toldAt: null },
  ]);
  expect(await waitingByChannel(pool)).toMatchObject({ email: expect.any(Number) });
  expect(await look(run, minutes(45), NONE_AWAY)).toEqual([]);
  await look(run, minutes(60), NONE_AWAY);
  expect(await factsOf(pool, recallId, 'channel away')).toMatchObject([{ waiting: 2, providers: ['smtp'] }]);
  expect(await factsOf(pool, recallId, 'channel back')).toMatchObject([{ since: OPENED }]);
  expect(await waitingOf(pool, recallId)).toEqual([]);
  // A channel for which nobody waits is nobody's outage.
  await look(run, minutes(75), new Map([['webhook' as Channel, ['smtp']]]));
  expect(await factsOf(pool, recallId, 'channel away')).toHaveLength(1);
});

test('what wires show is kept for all workers, those of channels apart, and nothing is written where all works', async () => {
  const { pool } = database;
  const keep = (channel: Channel, shows: 'works' | 'away', count: number): Promise<void> =>
    withTransaction(pool, (client) =>
      keepSeen(
        client,
        channel,
        Array.from({ length: count }, () => ({ provider: 'p', shows, end: 'c1.example', why: 'no answer' })),
      ),
    );
  await keep('email', 'works', 3);
  expect((await pool.query('select 1 from provider')).rowCount).toBe(0);
  await Promise.all([keep('email', 'away', 2), keep('email', 'away', 2), keep('email', 'away', 2)]);
  await keep('sms', 'away', 4);
  expect(await awayProviders(pool)).toMatchObject([{ channel: 'email', provider: 'p', why: 'no answer' }]);
  await keep('email', 'works', 1);
  expect(await awayProviders(pool)).toEqual([]);
  await keep('sms', 'away', 1);
  expect(await awayProviders(pool)).toMatchObject([{ channel: 'sms' }]);
  await pool.query(`update provider set seen_at = seen_at - interval '25 h'`);
  expect(await awayProviders(pool)).toEqual([]);
});
