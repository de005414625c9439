import { expect, test } from '@jest/globals';
import type { RecallId, Sha256 } from '../../engine/words.js';
import { clock } from '../../store/clock.js';
import { withTransaction } from '../../store/db.js';
import { createRecall, listRecalls, recallRow } from '../../store/recalls.js';
import { minutes, OPENED, openRecall, ownDatabase } from './database.js';

const database = ownDatabase();

test('a drill clock starts at the opening and only moves forward, whoever is late', async () => {
  const recallId = await openRecall(database.pool);
  const { now, moveTo } = clock(database.pool, recallId);
  expect(await now()).toBe(OPENED);
  expect(await moveTo(minutes(60))).toBe(minutes(60));
  expect(await moveTo(minutes(30))).toBe(minutes(60));
  await Promise.all([90, 75, 120, 61].map((at) => moveTo(minutes(at))));
  expect(await now()).toBe(minutes(120));
});

test('the clock of a recall is real time and cannot be moved', async () => {
  const recallId = await openRecall(database.pool, { mode: 'recall', clockKind: 'real' });
  const { now, moveTo } = clock(database.pool, recallId);
  expect(Math.abs(Date.parse(await now()) - Date.now())).toBeLessThan(5_000);
  await expect(moveTo(minutes(60))).rejects.toMatchObject({ detail: { code: 'mode-is-recall' } });
  await expect(clock(database.pool, 'RC-2026-9999' as RecallId).now()).rejects.toMatchObject({
    detail: { code: 'not-found' },
  });
});

test('a stepped clock is moved in a drill alone, and a drill on real time has none to move', async () => {
  const { pool } = database;
  for (const row of [
    { mode: 'recall', clockKind: 'stepped' },
    { mode: 'drill', clockKind: 'real' },
  ] as const) {
    const recallId = await openRecall(pool, row);
    await expect(clock(pool, recallId).moveTo(minutes(60))).rejects.toMatchObject({
      detail: { code: 'mode-is-recall' },
    });
    const kept = await pool.query('select clock_at as at from recall where id = $1', [recallId]);
    expect(kept.rows).toEqual([{ at: OPENED }]);
  }
});

test('recalls are numbered within the year of their opening, without doubles when many open at once', async () => {
  const { pool } = database;
  const ids = await Promise.all(
    Array.from({ length: 8 }, () => openRecall(pool, { openedAt: '2031-02-01T00:00:00.000Z' as never })),
  );
  expect([...ids].sort()).toEqual(Array.from({ length: 8 }, (_, index) => `RC-2031-000${index + 1}`));
  expect((await listRecalls(pool)).map(({ recallId }) => recallId)).toEqual(expect.arrayContaining(ids));
});

test('opening again with the same key gives the recall that was opened, and with the key of another request none', async () => {
  const { pool } = database;
  const first = await openRecall(pool, { idempotencyKey: 'the same' });
  const row = await recallRow(pool, first);
  const again = (requestDigest: string): Promise<unknown> =>
    withTransaction(pool, (client) =>
      createRecall(client, {
        ...row,
        playbookText: '',
        idempotencyKey: 'the same',
        requestDigest: requestDigest as Sha256,
      }),
    );
  expect(await again('digest')).toEqual({ recallId: first, isNew: false });
  await expect(again('another')).rejects.toMatchObject({
    detail: { code: 'key-taken', message: expect.stringContaining(first) },
  });
});
