import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { aboutFiling } from '../../engine/about.js';
import type { FilingId, RecallId } from '../../engine/words.js';
import { withTransaction } from '../../store/db.js';
import { keepFiling } from '../../store/filings.js';
import { hostileMails } from '../../bench/hostile-mails.js';
import { repliesOf } from '../../store/replies.js';
import { unreadMails } from '../../store/unread-mails.js';
import type { Child } from '../../tools/servers.mjs';
import { testDatabaseUrl } from '../servers.js';
import { OPENED, openRecall, testDatabase, type TestDatabase } from '../store/database.js';
import { deliver, replyTo } from './inbound.mail.js';
import { ownMailDoor, wayTo, type Way } from './own-mail-door.js';

/** Each in a way of its own; test/api/read-mail.unit.test.ts reads all of them. */
const WORST = [
  'dsn-message-id-quadratic-100k.eml.gz',
  'newlines without end',
  'a header of 5 MB',
  'parts in parts',
  'messages in messages',
  'NUL without end',
];
const GB = 'gb-gpsr2005/initial/1' as FilingId;

/** A recall that has reported to an authority by mail, with the id of that mail. */
async function reported({ pool }: TestDatabase): Promise<{ recallId: RecallId; filing: string }> {
  const recallId = await openRecall(pool);
  const filing = `<${recallId}-filing@maker.example>`;
  const kept = {
    recallId,
    filing: GB,
    mode: 'mail',
    messageId: filing,
    sentTo: 'desk@opss.example',
    sentAt: OPENED,
  } as const;
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

  test('takes mails that are made to end it, keeps those that it gives up, and serves others meanwhile', async () => {
    await way.shut();
    await way.open();
    const { pid } = door;
    const { recallId, filing } = await reported(database);
    const hostile = hostileMails().filter(({ name }) => WORST.includes(name));
    expect(hostile.map(({ name }) => name).toSorted()).toEqual(WORST.toSorted());
    for (const { name, raw } of hostile) {
      const sent = [deliver(door.ready.inboundPort, raw), deliver(door.ready.inboundPort, replyTo(filing, name))];
      expect({ name, codes: await Promise.all(sent) }).toEqual({ name, codes: [250, 250] });
    }
    expect(await repliesOf(database.pool, recallId)).toHaveLength(WORST.length);
    expect([door.isRunning(), door.pid]).toEqual([true, pid]);
    const unread = await unreadMails(database.pool);
    // Whether one takes too long as well is the machine's to say.
    const whys = ['too many lines', 'header too large', 'malformed'];
    expect(unread.map(({ why }) => why)).toEqual(expect.arrayContaining(whys));
  });
});
