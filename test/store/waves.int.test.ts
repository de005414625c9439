import { expect, test } from '@jest/globals';
import type { Channel, ContactRung } from '../../engine/channels.js';
import type { Waves } from '../../engine/waves.js';
import type { IsoDuration, RecallId, RecipientId, RoleName } from '../../engine/words.js';
import { recordBounce, recordCarried } from '../../store/bounces.js';
import { withTransaction } from '../../store/db.js';
import { claimPage, settlePage, type CampaignRun, type SettledNotice } from '../../store/notices.js';
import { keepOutages, passOver } from '../../store/outages.js';
import { recordComplaint } from '../../store/suppressions.js';
import { nextDueOf } from '../../store/tally.js';
import { excessOf } from '../../store/waves.js';
import { freeze, freezeOn, keyOf, messageIdOf, ofEach, runOf } from './campaign-fixture.js';
import { minutes, OPENED, openRecall, outboxOf, ownDatabase } from './database.js';

const database = ownDatabase();

const WAVES: Waves = {
  first: [{ take: 'number', number: 4 }],
  pause: 'P1D' as IsoDuration,
  stop: { bounced: 0.25, complaints: 0.25, ask: 'commander' as RoleName },
};

/** Ten recipients, of whom four are in the first wave. */
async function campaign(): Promise<RecallId> {
  const recallId = await openRecall(database.pool);
  await freeze(database.pool, recallId, 10, [], { changes: (number) => ({ wave: number <= 4 ? 0 : 1 }), waves: WAVES });
  return recallId;
}

function claim(run: CampaignRun, size = 25): ReturnType<typeof claimPage> {
  return withTransaction(database.pool, (client) =>
    claimPage(client, run, OPENED, ofEach(size), messageIdOf(run.recallId)),
  );
}

async function send(run: CampaignRun, outcome: SettledNotice['outcome'] = 'delivered', size = 25): Promise<number> {
  const page = await claim(run, size);
  const settled = page.map((notice) => ({ notice, outcome }));
  if (page.length > 0) await withTransaction(database.pool, (client) => settlePage(client, run, OPENED, settled));
  return page.length;
}

function excess(recallId: RecallId): ReturnType<typeof excessOf> {
  return withTransaction(database.pool, (client) => excessOf(client, keyOf(recallId)));
}

const idOf = (recallId: RecallId, number: number): string =>
  messageIdOf(recallId)({ recipient: `c00${number}` as never, rung: 0 });

test('nobody of a later wave is claimed, or waited for, before it has begun', async () => {
  const recallId = await campaign();
  const run = await runOf(database.pool, recallId, OPENED, { wave: 0, accepted: [] });
  expect((await claim(run)).map(({ recipient }) => recipient)).toEqual(['c001', 'c002', 'c003', 'c004']);
  const none = await runOf(database.pool, await campaign(), OPENED, { wave: -1, accepted: [] });
  expect(await claim(none)).toEqual([]);
  expect(await nextDueOf(database.pool, none, OPENED)).toBeNull();
});

test('a wave over its limit is sent no further, until somebody has accepted it', async () => {
  const recallId = await campaign();
  const run = await runOf(database.pool, recallId, OPENED);
  expect(await send(run, 'refused', 1)).toBe(1);
  expect(await excess(recallId)).toBeNull();
  expect(await send(run, 'refused', 1)).toBe(1);
  expect(await excess(recallId)).toEqual({
    wave: 0,
    recipients: 4,
    bounced: 2,
    complaints: 0,
    reasons: { refused: 2 },
  });
  expect(await send(run)).toBe(0);
  // What the run itself has found stands in its result.
  expect(await outboxOf(database.pool, recallId)).toEqual([]);
  const accepted = await runOf(database.pool, recallId, OPENED, { wave: 1, accepted: [0] });
  expect(await send(accepted)).toBe(8);
});

test('what doors see counts too, each recipient once, and is told once a wave', async () => {
  const recallId = await campaign();
  const run = await runOf(database.pool, recallId, OPENED, { wave: 0, accepted: [] });
  expect(await send(run)).toBe(4);
  const bounce = { status: '5.1.1', how: 'for-good' } as const;
  await recordBounce(database.pool, idOf(recallId, 1), { status: '4.2.2', how: 'for-now' }, minutes(1));
  await recordBounce(database.pool, idOf(recallId, 1), bounce, minutes(2));
  expect(await excess(recallId)).toBeNull();
  await recordBounce(database.pool, idOf(recallId, 2), bounce, minutes(3));
  await recordBounce(database.pool, idOf(recallId, 3), bounce, minutes(4));
  const told = (await outboxOf(database.pool, recallId)).map(({ input }) => input);
  expect(told).toMatchObject([
    { type: 'wave exceeded', revision: 1, excess: { wave: 0, bounced: 2, reasons: { '4.2.2': 1, '5.1.1': 1 } } },
  ]);
});

test('complaints have a limit of their own', async () => {
  const recallId = await campaign();
  await send(await runOf(database.pool, recallId, OPENED, { wave: 0, accepted: [] }));
  for (const number of [1, 2, 2]) await recordComplaint(database.pool, idOf(recallId, number), 'abuse', minutes(1));
  expect(await excess(recallId)).toMatchObject({ bounced: 0, complaints: 2, reasons: { abuse: 2 } });
  expect(await outboxOf(database.pool, recallId)).toMatchObject([{ input: { type: 'wave exceeded' } }]);
});

test('letters that could not be given to anybody count in their wave', async () => {
  const recallId = await openRecall(database.pool);
  const ladder = [{ by: 'letter', after: 'PT0S' }] as ContactRung[];
  const letters = Array.from({ length: 4 }, (): Channel[] => ['letter']);
  await freezeOn(database.pool, recallId, ladder, letters, { waves: WAVES });
  await send(await runOf(database.pool, recallId, OPENED), 'handed');
  const said = [1, 2].map((number) => ({
    recipient: `c00${number}` as RecipientId,
    channel: 'letter' as const,
    rung: 0,
    outcome: 'refused' as const,
  }));
  await withTransaction(database.pool, (client) => recordCarried(client, keyOf(recallId), said, minutes(1)));
  expect(await excess(recallId)).toMatchObject({ bounced: 2, reasons: { refused: 2 } });
  expect(await outboxOf(database.pool, recallId)).toMatchObject([{ input: { type: 'wave exceeded' } }]);
});

test('whose wave has not begun waits for no provider, and is not led on', async () => {
  const recallId = await openRecall(database.pool);
  const ladder = [
    { by: 'email', after: 'PT0S' },
    { by: 'sms', after: 'PT4H' },
  ] as ContactRung[];
  const both = Array.from({ length: 10 }, (): Channel[] => ['email', 'sms']);
  await freezeOn(database.pool, recallId, ladder, both, {
    changes: (number) => ({ wave: number <= 4 ? 0 : 1 }),
    waves: WAVES,
  });
  const run = await runOf(database.pool, recallId, OPENED, { wave: 0, accepted: [] });
  const later = minutes(240);
  await withTransaction(database.pool, async (client) => {
    expect(await keepOutages(client, run, OPENED, new Map([['email', ['smtp']]]))).toMatchObject([{ waiting: 4 }]);
    const outage = { channel: 'email' as const, since: OPENED };
    expect(await passOver(client, run, ladder, { outage, now: later, from: null })).toMatchObject({ moved: 4 });
  });
});
