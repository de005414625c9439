import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Channel, ContactRung } from '../../engine/channels.js';
import type { Fact, NoticeRow, RecipientRow } from '../../engine/facts.js';
import { customerOf } from '../../engine/contact-roles.js';
import { tallyOf as counted } from '../../engine/contact.js';
import { mailboxOf, withPersons } from '../../engine/persons.js';
import type { Language, Market, RecallId, RecipientId } from '../../engine/words.js';
import { recordArrival, recordBounce } from '../../store/bounces.js';
import { withTransaction } from '../../store/db.js';
import { appendFact, digestOfRows, readLedger } from '../../store/ledger.js';
import { beginRun, claimPage, settlePage, type ClaimedNotice } from '../../store/notices.js';
import { alsoTold, recordResponses } from '../../store/responses.js';
import { tallyOf } from '../../store/tally.js';
import { recipientsOf, type Told } from '../engine/told-oracle.js';
import { ALL_WAVES, freezeOn, keyOf, LADDER as TWO_MAILS, messageIdOf, ofEach, runOf } from './campaign-fixture.js';
import { factsOf, minutes, OPENED, openRecall, ownDatabase, TELL } from './database.js';

const database = ownDatabase();
const MAIL_AND_TEXT = [
  { by: 'email', after: 'PT0S' },
  { by: 'sms', after: 'PT4H' },
  { by: 'letter', after: 'P2D' },
] as ContactRung[];

type Given = { recipient: string; units?: number; email: string; sms?: string; letter?: string };

/** Freezes these as a freeze does: whoever shares a mailbox is one person. */
async function frozen(given: Given[], ladder = MAIL_AND_TEXT): Promise<RecallId> {
  const recallId = await openRecall(database.pool);
  const persons = withPersons(
    given.map(({ recipient, units = 10, email }) => ({
      ...{ recipient: recipient as RecipientId, units, criticality: null },
      mailbox: mailboxOf(email),
    })),
  );
  const channels = given.map(({ email: _email, recipient: _recipient, units: _units, ...more }): Channel[] => {
    return ['email', ...(Object.keys(more) as Channel[])];
  });
  await freezeOn(database.pool, recallId, ladder, channels, {
    changes: (number) => {
      const { recipient: _recipient, units: _units, ...addresses } = given[number - 1]!;
      const { mailbox: _mailbox, ...row } = persons[number - 1]!;
      return { ...row, code: customerOf(row.recipient).slice(1), name: `Shop ${row.recipient}`, addresses };
    },
  });
  const rows = persons.map(({ mailbox: _mailbox, ...one }, at): RecipientRow => ({
    ...one,
    ...{ markets: ['DE' as Market], language: 'de' as Language, noticeLanguage: 'de' as Language },
    ...{ wave: 0, wish: null, channels: channels[at]! },
  }));
  const counts = { recipients: rows.length, notTold: 0, unreachable: 0 };
  const fact: Fact = {
    type: 'recipients frozen',
    v: 1,
    step: TELL,
    revision: 1,
    ...counts,
    digest: digestOfRows(rows),
  };
  await withTransaction(database.pool, (client) => appendFact(client, { recallId, at: OPENED, fact, rows }));
  return recallId;
}

/** Claims and settles all that is due, so many messages at a time. */
async function sent(recallId: RecallId, at = OPENED, size = 25): Promise<ClaimedNotice[]> {
  const run = await runOf(database.pool, recallId, at);
  const all: ClaimedNotice[] = [];
  for (;;) {
    const page = await withTransaction(database.pool, (client) =>
      claimPage(client, run, at, ofEach(size), messageIdOf(recallId)),
    );
    if (page.length === 0) return all;
    const outcome = (channel: Channel) => (channel === 'letter' ? ('handed' as const) : ('delivered' as const));
    const settled = page.map((notice) => ({ notice, outcome: outcome(notice.channel) }));
    await withTransaction(database.pool, (client) => settlePage(client, run, at, settled));
    all.push(...page);
  }
}

function names(messages: ClaimedNotice[]): string[] {
  return messages.map(({ channel, recipient, others }) =>
    [channel, ...[recipient, ...others.map((one) => one.recipient)]].join(' '),
  );
}

async function told(recallId: RecallId): Promise<Told[]> {
  const entries = await readLedger(database.pool, recallId);
  const facts = entries.map((entry) => ({ entry, body: JSON.parse(entry.body) as Fact }));
  return [...recipientsOf(facts).get(TELL)!.values()];
}

const HEAD = { email: 'head@office.example' };

test('a person at several customers gets one mail and one text with all of them, and a letter for each', async () => {
  const recallId = await frozen([
    { recipient: 'c1', ...HEAD, sms: '+441632960001', letter: 'A' },
    { recipient: 'c2', units: 40, email: 'Head@Office.example', sms: '+441632960001', letter: 'B' },
    { recipient: 'c3', units: 20, ...HEAD, sms: '+441632960002', letter: 'C' },
    // Another mailbox, whose telephone is the same.
    { recipient: 'c4', email: 'other@office.example', sms: '+441632960001' },
  ]);
  // The most exposed of the person is written to, though no more than one message goes out at a time.
  expect(names(await sent(recallId, OPENED, 1))).toEqual(['email c2 c3 c1', 'email c4']);
  expect(await sent(recallId)).toEqual([]);
  const texts = names(await sent(recallId, minutes(240))).sort();
  expect(texts).toEqual(['sms c2 c1', 'sms c3', 'sms c4']);
  expect(names(await sent(recallId, minutes(2 * 24 * 60))).sort()).toEqual(['letter c1', 'letter c2', 'letter c3']);
  // Each recipient counts, and each message once.
  const [settled] = await factsOf(database.pool, recallId, 'notices settled');
  expect(settled).toMatchObject({ notices: 1, delivered: 1 });
  const entries = await readLedger(database.pool, recallId);
  const rows = entries.find(({ body }) => body.includes('notices settled'))!.rows as NoticeRow[];
  expect(rows.map(({ recipient, with: other }) => [recipient, other])).toEqual([
    ['c2', undefined],
    ['c3', 'c2'],
    ['c1', 'c2'],
  ]);
  expect(await tallyOf(database.pool, keyOf(recallId))).toMatchObject({ recipients: 4, delivered: 4 });
});

test('what comes back touches all whom the message told, once; so does what arrives, and what is in doubt', async () => {
  const recallId = await frozen([
    { recipient: 'c1', ...HEAD },
    { recipient: 'c2', units: 40, ...HEAD },
    { recipient: 'c3', email: 'third@shop.example' },
  ]);
  const { pool } = database;
  const run = await runOf(pool, recallId, OPENED);
  const claimed = await withTransaction(pool, (client) =>
    claimPage(client, run, OPENED, ofEach(1), messageIdOf(recallId)),
  );
  expect(names(claimed)).toEqual(['email c2 c1']);
  // The process dies between claim and settlement.
  const again = await withTransaction(pool, (client) => beginRun(client, keyOf(recallId), OPENED, ALL_WAVES));
  expect(names(again.inDoubt)).toEqual(['email c2 c1']);
  expect(await factsOf(pool, recallId, 'notices in doubt')).toMatchObject([{ notices: 1 }]);
  const settled = again.inDoubt.map((notice) => ({ notice, outcome: 'delivered' as const }));
  await withTransaction(pool, (client) => settlePage(client, again.run, OPENED, settled));
  await sent(recallId);
  const messageId = messageIdOf(recallId)({ recipient: 'c2' as RecipientId, rung: 0 });
  expect(await recordArrival(pool, messageId, 'delivered', minutes(1))).toBe(true);
  expect(await recordArrival(pool, messageId, 'delivered', minutes(1))).toBe(false);
  const back = () => recordBounce(pool, messageId, { status: '5.1.1', how: 'for-good' as const }, minutes(5));
  expect(await back()).toBe(true);
  expect(await back()).toBe(false);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ delivered: 1, bounced: 2, unreachable: 2 });
  const facts = await factsOf(pool, recallId, 'notice bounced');
  expect(facts.map((fact) => [fact.recipient, fact.with])).toEqual([
    ['c2', undefined],
    ['c1', 'c2'],
  ]);
});

test('a page answers for all whom its messages told, each customer once, all or none; and for nobody else', async () => {
  const recallId = await frozen([
    { recipient: 'c1', ...HEAD },
    { recipient: 'c1:safety', ...HEAD },
    { recipient: 'c2', units: 40, ...HEAD },
    { recipient: 'c2:site', email: 'site@shop.example' },
    { recipient: 'c3', email: 'third@shop.example' },
  ]);
  const { pool } = database;
  expect(names(await sent(recallId)).sort()).toEqual(['email c2 c1 c1:safety', 'email c2:site', 'email c3']);
  const also = async (recipient: string) =>
    (await alsoTold(pool, keyOf(recallId), recipient as RecipientId)).map((one) => one.recipient);
  expect([await also('c2'), await also('c1'), await also('c2:site')]).toEqual([['c1'], [], []]);
  const answer = (units: number) => ({ quarantined: units, soldOn: 0, destroyed: 0, passedOn: false });
  const respond = (first: number, second: number) =>
    recordResponses(pool, keyOf(recallId), [
      { recipient: 'c2' as RecipientId, answer: answer(first), comment: null, at: minutes(60) },
      { recipient: 'c1' as RecipientId, answer: answer(second), comment: null, at: minutes(60) },
    ]);
  await expect(respond(40, 11)).rejects.toMatchObject({ detail: { code: 'wrong-use' } });
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ responded: 0, unitsReported: 0 });
  await respond(39, 10);
  expect(await tallyOf(pool, keyOf(recallId))).toMatchObject({ recipients: 5, responded: 4, unitsReported: 49 });
});

test('nobody is told twice, everybody is told, and the counts of store and ledger are the same', async () => {
  const boxes = ['a@x.example', 'A@x.example', 'b@x.example', 'c@x.example'];
  const numbers = ['+441632960001', '+441632960002'];
  const given = fc.array(
    fc.record({
      contacts: fc.array(fc.record({ email: fc.constantFrom(...boxes), sms: fc.constantFrom(...numbers) }), {
        minLength: 1,
        maxLength: 3,
      }),
      units: fc.integer({ min: 1, max: 60 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(given, fc.integer({ min: 1, max: 4 }), async (customers, size) => {
      const recipients = customers.flatMap(({ contacts, units }, at) =>
        contacts.map((one, place) => {
          return { ...one, units, recipient: `c${at}${place === 0 ? '' : `:site${place}`}` };
        }),
      );
      const recallId = await frozen(recipients);
      const mails = await sent(recallId, OPENED, size);
      const addresses = mails.map(({ address }) => address.toLowerCase());
      expect(new Set(addresses).size).toBe(addresses.length);
      const named = mails.flatMap(({ recipient, others }) => [recipient, ...others.map((one) => one.recipient)]);
      expect([...named].sort()).toEqual(recipients.map(({ recipient }) => recipient).sort());

      // One of them answers for all whom its message told.
      const [{ recipient }] = mails as [ClaimedNotice];
      const { pool } = database;
      const ids = [recipient, ...(await alsoTold(pool, keyOf(recallId), recipient)).map((one) => one.recipient)];
      const answer = { quarantined: 1, soldOn: 0, destroyed: 0, passedOn: false };
      const responses = ids.map((one) => ({ recipient: one, answer, comment: null, at: minutes(60) }));
      await recordResponses(pool, keyOf(recallId), responses);
      const texts = await sent(recallId, minutes(240), size);
      const answered = new Set(ids.map(customerOf));
      const later = texts.flatMap((one) => [one.recipient, ...one.others.map((other) => other.recipient)]);
      expect([...later].sort()).toEqual(
        recipients
          .map((one) => one.recipient as RecipientId)
          .filter((one) => !answered.has(customerOf(one)))
          .sort(),
      );
      const tally = await tallyOf(pool, keyOf(recallId));
      expect(tally).toMatchObject({ recipients: recipients.length, unitsReported: answered.size });
      expect(tally).toEqual(counted((await told(recallId)).map((one) => ({ ...one, next: null }))));
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('on each rung of a ladder they are told together again', async () => {
  const recallId = await frozen(
    [
      { recipient: 'c1', ...HEAD },
      { recipient: 'c2', ...HEAD },
    ],
    TWO_MAILS,
  );
  expect(names(await sent(recallId))).toEqual(['email c1 c2']);
  expect(names(await sent(recallId, minutes(3 * 24 * 60)))).toEqual(['email c1 c2']);
});
