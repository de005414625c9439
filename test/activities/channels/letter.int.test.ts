import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import type { Deps } from '../../../activities/deps.js';
import { letter } from '../../../activities/channels/letter.js';
import { createPrintShop } from '../../../drills/far-ends/print-shop.js';
import type { RecallError } from '../../../engine/errors.js';
import { isUnreachable } from '../../../engine/contact.js';
import { postalText } from '../../../engine/postal-address.js';
import type { Fact } from '../../../engine/facts.js';
import type { Market, RecallId, RecallMode, RecipientId } from '../../../engine/words.js';
import type { LetterNews } from '../../../imports/read-letters.js';
import { readDocument } from '../../../store/documents.js';
import { importLetters } from '../../../store/import/import-letters.js';
import { readLedger } from '../../../store/ledger.js';
import { linkOf } from '../../../store/links.js';
import { listBatches } from '../../../store/letters.js';
import { sha256Hex } from '../../../trust/canonical.js';
import { linkHash } from '../../../trust/links.js';
import { configSchema } from '../../../workers/config.js';
import { factsOf, minutes, OPENED, ownDatabase, TELL, verdict } from '../../store/database.js';
import { activityDeps, mortal, PUBLIC_URL, runEffect } from '../activity-deps.js';
import { done, freezing, noticesOf, sending, traced, type Customer } from '../campaigning.js';
import { recipientsOf } from '../../engine/told-oracle.js';

const database = ownDatabase();
const DAY = 24 * 60;
const ALLOWED = { mailDomains: [], urls: [], phones: [], post: ['GB ZZ99', 'DE 00'] };
const CUSTOMERS: Customer[] = [
  { code: '100', address: 'GB ZZ99 3VZ' },
  { code: '101', address: 'DE 00001', language: 'de' },
  { code: '102', address: 'GB ZZ99 3CZ', language: 'de' },
];

let deps: Deps;
beforeEach(() => {
  deps = activityDeps(database.pool, { url: 'smtp://127.0.0.1:9' });
});
afterEach(() => deps.egress.close());

async function frozen(customers = CUSTOMERS, mode: RecallMode = 'drill'): Promise<RecallId> {
  const recallId = await traced(database.pool, customers, { channel: 'letter', mode, allowList: ALLOWED });
  await done(deps, freezing(recallId, 'letter'));
  return recallId;
}

const send = (recallId: RecallId, n = 1, now = OPENED) => done(deps, sending(recallId, 'letter', n, now));
const numberOf = (messageId: string): string => messageId.slice(1).split('@')[0]!;
const bytesOf = async (recallId: RecallId, name: string): Promise<Buffer> =>
  (await readDocument(database.pool, recallId, name)).bytes;
const take = (recallId: RecallId, news: LetterNews, lines: string[], now = minutes(DAY)) =>
  importLetters(
    database.pool,
    { recallId, news, now },
    `${news}.csv`,
    Readable.from([
      Buffer.from([news === 'dispatched' ? 'notice,date' : 'notice,date,reason', ...lines, ''].join('\n')),
    ]),
  );
const facts = async (recallId: RecallId): Promise<Fact['type'][]> =>
  (await readLedger(database.pool, recallId)).map(({ body }) => (JSON.parse(body) as Fact).type);

describe('a letter', () => {
  it('needs a setting that the configuration reads, and knows its addresses', () => {
    expect(Object.keys(configSchema.shape)).toEqual(expect.arrayContaining([...letter.needs]));
    const address = { lines: ['1 High Street'], postcode: null, town: 'Bonn', country: 'DE' as Market };
    expect(letter.wrongAddress(postalText(address))).toBeNull();
    for (const text of ['', '1 High Street, Bonn', '{"lines":[]}'])
      expect(letter.wrongAddress(text)).toMatch(/^expected /);
    expect(letter.readReport({ action: 'failed', code: '5.1.1', addressIsDead: true })).toBe('nothing');
  });

  it('is handed over in a batch, whose codes of squares are the notices, each once, and whose links are those of the recipients', async () => {
    const recallId = await frozen();
    const { tally, nextDue } = await send(recallId);
    expect(tally).toMatchObject({ recipients: 3, delivered: 0, refused: 0, unreachable: 0 });
    expect(nextDue).toBe(minutes(3 * DAY));
    const [fewest, ...more] = await noticesOf(database.pool, recallId);
    // The first of them holds the fewest units, and is told last.
    const notices = [...more, fewest!];
    expect(notices.map(({ state }) => state)).toEqual(['handed', 'handed', 'handed']);

    const [batch, ...others] = await listBatches(database.pool, recallId);
    expect(others).toEqual([]);
    const pdf = await bytesOf(recallId, `${batch!.batch}.pdf`);
    expect(batch).toMatchObject({ batch: 'letters-tell-1-1', letters: 3, sha256: sha256Hex(pdf), dispatched: 0 });
    const printed = await createPrintShop().print(batch!.batch, pdf);
    const numbers = notices.map(({ messageId }) => numberOf(messageId));
    expect(printed.map(({ notice }) => notice)).toEqual(numbers);
    for (const [index, { link }] of printed.entries())
      expect(await linkOf(database.pool, linkHash(link!.split(`${PUBLIC_URL}/r/`)[1]!), 'response')).toMatchObject({
        link: { recallId, recipient: notices[index]!.recipient },
      });
    const manifest = (await bytesOf(recallId, `${batch!.batch}.csv`)).toString();
    expect(manifest).toBe(
      [
        'sequence,notice,pages,country',
        `1,${numbers[0]},1,DE`,
        `2,${numbers[1]},1,GB`,
        `3,${numbers[2]},1,GB`,
        '',
      ].join('\n'),
    );
    expect(batch!.pages).toBe(3);
    expect(await factsOf(database.pool, recallId, 'letters batched')).toMatchObject([
      { letters: 3, sha256: batch!.sha256 },
    ]);
    expect((await verdict(database.pool, recallId)).verified).toBe(true);
  });

  it('is in one batch, whenever the process dies, and no notice is in doubt for it at the far end', async () => {
    const recallId = await frozen();
    const { pool, die } = mortal(database.pool);
    // The letters are handed over, and the batch is being made.
    const sender = new Proxy(deps.sender!, { get: (known, name) => (die(), Reflect.get(known, name) as unknown) });
    const dying = { ...deps, pool, sender };
    await expect(runEffect(dying, sending(recallId, 'letter'))).rejects.toThrow('the process has died');
    expect(await listBatches(database.pool, recallId)).toEqual([]);
    expect((await noticesOf(database.pool, recallId)).every(({ state }) => state === 'handed')).toBe(true);
    await send(recallId);
    expect(await listBatches(database.pool, recallId)).toMatchObject([{ letters: 3 }]);
    await send(recallId, 2, minutes(3 * DAY));
    expect(await listBatches(database.pool, recallId)).toMatchObject([{ letters: 3 }, { letters: 3 }]);
  });

  it('that was claimed when the process died is in doubt, and is handed over once all the same', async () => {
    const recallId = await frozen();
    const { pool, die } = mortal(database.pool);
    const dying = {
      ...deps,
      pool,
      get publicUrl() {
        // Claimed, and being rendered.
        die();
        return PUBLIC_URL;
      },
    };
    await expect(runEffect(dying, sending(recallId, 'letter'))).rejects.toThrow('the process has died');
    expect((await noticesOf(database.pool, recallId)).every(({ state }) => state === 'claimed')).toBe(true);
    await send(recallId);
    expect(await factsOf(database.pool, recallId, 'notices in doubt')).toMatchObject([{ notices: 3 }]);
    expect(await listBatches(database.pool, recallId)).toMatchObject([{ letters: 3 }]);
    expect((await noticesOf(database.pool, recallId)).map(({ state }) => state)).toEqual([
      'handed',
      'handed',
      'handed',
    ]);
  });

  it('of a drill goes to no address outside its allow-list, which is recorded; that of a recall goes everywhere', async () => {
    const real = [{ code: '200', address: 'GB SW1A 1AA' }];
    const drill = await frozen([...CUSTOMERS, ...real]);
    expect((await send(drill)).tally).toMatchObject({ refused: 1, unreachable: 1 });
    expect(await listBatches(database.pool, drill)).toMatchObject([{ letters: 3 }]);
    expect(await factsOf(database.pool, drill, 'egress refused')).toMatchObject([{ what: 'notice tell' }]);
    const recall = await frozen([...CUSTOMERS, ...real], 'recall');
    expect((await send(recall)).tally).toMatchObject({ refused: 0 });
    expect(await listBatches(database.pool, recall)).toMatchObject([{ letters: 4 }]);
  });
});

describe('what the print shop says', () => {
  async function batched(): Promise<{ recallId: RecallId; numbers: string[] }> {
    const recallId = await frozen();
    await send(recallId);
    const notices = await noticesOf(database.pool, recallId);
    return { recallId, numbers: notices.map(({ messageId }) => numberOf(messageId)) };
  }

  it('makes letters that have left delivered and those that come back bounced, and said again it changes nothing', async () => {
    const { recallId, numbers } = await batched();
    const left = numbers.map((number) => `${number},2026-09-11`);
    expect(await take(recallId, 'dispatched', left.slice(0, 2))).toMatchObject({ rows: 2, news: 2 });
    expect(await take(recallId, 'dispatched', left)).toMatchObject({ rows: 3, news: 1 });
    const back = [`${numbers[1]!.toUpperCase()},2026-09-11,moved`];
    expect(await take(recallId, 'returned', back)).toMatchObject({ rows: 1, news: 1 });
    expect(await listBatches(database.pool, recallId)).toMatchObject([
      { dispatched: 3, returned: 1, dispatchedOn: '2026-09-11' },
    ]);
    const told = await facts(recallId);
    expect(told.slice(-3)).toEqual(['notices carried', 'notices carried', 'notice bounced']);
    expect(await factsOf(database.pool, recallId, 'notice bounced')).toMatchObject([
      { recipient: 'c101', channel: 'letter', status: 'moved', how: 'for-good' },
    ]);
    expect(await take(recallId, 'dispatched', left)).toMatchObject({ news: 0 });
    expect(await take(recallId, 'returned', back)).toMatchObject({ news: 0 });
    expect(await facts(recallId)).toEqual(told);
    const { tally } = await send(recallId, 2, minutes(2 * DAY));
    expect(tally).toMatchObject({ delivered: 2, bounced: 1, unreachable: 1 });
    const ledger = (await readLedger(database.pool, recallId)).map((entry) => ({
      entry,
      body: JSON.parse(entry.body) as Fact,
    }));
    expect(
      isUnreachable(
        recipientsOf(ledger)
          .get(TELL)!
          .get('c101' as RecipientId)!,
      ),
    ).toBe(true);
  });

  it('of a letter that comes back before anybody said that it left is believed', async () => {
    const { recallId, numbers } = await batched();
    await take(recallId, 'returned', [`${numbers[0]},2026-09-11,unknown`]);
    await take(recallId, 'dispatched', [`${numbers[0]},2026-09-10`]);
    const { tally } = await send(recallId, 2, minutes(2 * DAY));
    expect(tally).toMatchObject({ delivered: 0, bounced: 1, unreachable: 1 });
  });

  it('is refused whole for a line that is wrong, with its line and column', async () => {
    const { recallId, numbers } = await batched();
    const other = 'f'.repeat(32);
    const before = await facts(recallId);
    const wrong = async (news: LetterNews, ...lines: string[]) => {
      const refusal = (await take(recallId, news, lines).catch((failed: unknown) => failed)) as RecallError;
      return refusal.detail.errors!.map(({ line, column }) => [line, column]);
    };
    expect(await wrong('dispatched', `${numbers[0]},2026-09-11`, `${other},2026-09-11`)).toEqual([[3, 'notice']]);
    expect(await wrong('dispatched', `${numbers[0]},2026-09-11`, `${numbers[0]},2026-09-12`)).toEqual([[3, 'notice']]);
    expect(
      await wrong(
        'dispatched',
        `${numbers[0]},11.9.2026`,
        `${numbers[1]},2026-09-31`,
        `${numbers[2]},2027-01-01`,
        '17,2026-09-11',
      ),
    ).toEqual([
      [2, 'date'],
      [3, 'date'],
      [4, 'date'],
      [5, 'notice'],
    ]);
    expect(await wrong('returned', `${numbers[0]},2026-09-11,`, `${numbers[1]},2026-09-11,Mrs Smith has died`)).toEqual(
      [
        [2, 'reason'],
        [3, 'reason'],
      ],
    );
    expect(await facts(recallId)).toEqual(before);
    expect(await listBatches(database.pool, recallId)).toMatchObject([{ dispatched: 0, returned: 0 }]);
  });
});
