import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { aboutFiling } from '../../engine/about.js';
import type { FilingId, RecallId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { keepFiling } from '../../store/filings.js';
import { repliesOf } from '../../store/replies.js';
import type { Child } from '../../tools/servers.mjs';
import { testDatabaseUrl } from '../servers.js';
import { OPENED, openRecall, testDatabase, type TestDatabase } from '../store/database.js';
import { deliver, replyTo } from './inbound.mail.js';
import { ownMailDoor, wayTo, type Way } from './own-mail-door.js';

const GB = 'gb-gpsr2005/initial/1' as FilingId;

/** A recall that has reported to an authority by mail, with the id of that mail. */
async function reported({ pool }: TestDatabase): Promise<{ recallId: RecallId; filing: string }> {
  const recallId = await openRecall(pool);
  const filing = `<${recallId}-filing@maker.example>`;
  const kept = { recallId, filing: GB, mode: 'mail', messageId: filing, sentAt: OPENED } as const;
  await withTransaction(pool, (client) => keepFiling(client, { ...kept, referencePattern: 'GB-\\d{4}-\\d{5}' }));
  return { recallId, filing };
}

describe('the mail door, a process of its own,', () => {
  let database: TestDatabase;
  let way: Way;
  let door: Child<{ inboundPort: number }>;
  beforeAll(async () => {
    const url = await testDatabaseUrl();
    database = await testDatabase(url);
    way = await wayTo(url);
    door = await ownMailDoor(way.url);
  });
  afterAll(async () => {
    await door.stop();
    await way.shut();
    await database.stop();
  });

  test('starts before its database and outlives it: a mail that cannot be stored stays with its sender', async () => {
    const { recallId, filing } = await reported(database);
    const texts = async (): Promise<string[]> =>
      (await repliesOf(database.pool, recallId)).map(({ text }) => text.split('\n')[1]!);
    const { pid } = door;
    const send = (text: string): Promise<number> => deliver(door.ready.inboundPort, replyTo(filing, text));
    expect(await send('sent too early')).toBe(451);
    await way.open();
    expect(await send('sent in time')).toBe(250);
    await way.shut();
    expect(await send('sent too late')).toBe(451);
    await way.open();
    expect(await send('sent too late')).toBe(250);
    expect(await texts()).toEqual(['sent in time', 'sent too late']);
    expect((await repliesOf(database.pool, recallId))[0]!.about).toEqual(aboutFiling(GB));
    expect([door.isRunning(), door.pid]).toEqual([true, pid]);
  });
});
