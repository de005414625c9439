import type { Sent } from '../../engine/channels.js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANNELS, type Channel, type ContactRung } from '../../engine/channels.js';
import {
  answered,
  arrived,
  bounced,
  carried,
  channelsFor,
  claimed,
  doubted,
  DOUBTS_MAX,
  isBounceNews,
  isDue,
  isReached,
  isUnreachable,
  newContact,
  nextDueOf as nextDueOfContacts,
  nextTry,
  passedOver,
  settled,
  tallyOf as tallyOfContacts,
  type Contact,
} from '../../engine/contact.js';
import { unitsOf, type Fact, type RecipientRow, type ResponseAnswer } from '../../engine/facts.js';
import { countTold } from '../../engine/told-counts.js';
import {
  instantOf,
  type IsoInstant,
  type Language,
  type Market,
  type RecallId,
  type RecipientId,
} from '../../engine/words.js';
import { recordArrival, recordBounce, recordCarried } from '../../store/bounces.js';
import { insertCampaign } from '../../store/campaigns.js';
import { withTransaction, type Client } from '../../store/db.js';
import { appendFact, digestOfRows, readLedger } from '../../store/ledger.js';
import { beginRun, claimPage, settlePage, type ClaimedNotice, type NoticeKey } from '../../store/notices.js';
import { passOver } from '../../store/outages.js';
import { recordResponse } from '../../store/responses.js';
import { nextDueOf, recountOf, tallyOf } from '../../store/tally.js';
import { unreachedRecipients } from '../../store/unreached.js';
import { recipientsOf } from '../engine/told-oracle.js';
import { ALL_WAVES, keepFrozen, keyOf, ofEach } from './campaign-fixture.js';
import { OPENED, openRecall, ownDatabase, TELL } from './database.js';

const database = ownDatabase();

/** Those that there are, and two more, so that there are always several. */
const SEVERAL = [...CHANNELS, 'post', 'pigeon'] as Channel[];
const RUNS = 100;
const TIME_MAX_MS = 60_000;

const outcome = fc.constantFrom<Sent['outcome']>(
  'delivered',
  'delivered',
  'refused',
  'egress-refused',
  'deferred',
  'in-doubt',
  'handed',
);
const move = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('run' as const),
      outcomes: fc.array(outcome, { minLength: 1 }),
      size: fc.integer({ min: 1, max: 3 }),
    }),
  },
  // The provider of a channel is away, and who waits for it since then is led on to what is due.
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('lead' as const),
      channel: fc.constantFrom(...SEVERAL),
      minutes: fc.constantFrom(0, 15, 1440, 3 * 1440),
    }),
  },
  // The process dies between the claim of a page and its settlement.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), size: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('bounce' as const),
      who: fc.nat(),
      which: fc.nat(),
      how: fc.constantFrom('for-good' as const, 'for-now' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('arrive' as const), who: fc.nat(), which: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('carry' as const),
      outcomes: fc.array(fc.constantFrom('delivered' as const, 'refused' as const), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      who: fc.nat(),
      units: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 15, 15, 1440, 3 * 1440) }),
  },
);
const rung = fc.record({
  by: fc.constantFrom(...SEVERAL),
  after: fc.constantFrom('PT0S', 'PT15M', 'P1D', 'P3D'),
}) as fc.Arbitrary<ContactRung>;
const history = fc.record({
  ladder: fc.array(rung, { minLength: 1, maxLength: 5 }),
  people: fc.array(fc.subarray(SEVERAL), { minLength: 1, maxLength: 5 }),
  moves: fc.array(move, { maxLength: 14, size: 'max' }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;
type Move = History['moves'][number];

/** What the pure functions say of a campaign, beside the recall whose rows must say the same. */
type Model = { recallId: RecallId; ladder: ContactRung[]; contacts: Map<RecipientId, Contact>; now: IsoInstant };

async function frozen({ ladder, people }: History): Promise<Model> {
  const recallId = await openRecall(database.pool);
  const recipients = people.map((known, index) => {
    const channels = channelsFor(ladder, known);
    const row: RecipientRow = {
      channels,
      criticality: null,
      language: 'en' as Language,
      markets: ['GB' as Market],
      noticeLanguage: 'en' as Language,
      recipient: `c${index}` as RecipientId,
      units: 10,
      wave: 0,
      wish: null,
    };
    const addresses = Object.fromEntries(channels.map((channel) => [channel, `${channel}:${index}`]));
    return { ...row, code: String(index), name: `Shop ${index}`, addresses };
  });
  const rows = recipients.map(({ code: _code, name: _name, addresses: _addresses, ...row }) => row);
  await inTransaction(async (client) => {
    const campaign = {
      notice: 'n',
      languages: ['en' as Language],
      texts: {},
      mails: { html: {}, pictures: [] },
      ladder,
      hash: 'h',
      waves: null,
      sizes: [recipients.length],
      customers: recipients.length,
      persons: recipients.length,
    };
    await insertCampaign(client, keyOf(recallId), campaign);
    await keepFrozen(client, recallId, ladder, recipients);
    const digest = digestOfRows(rows);
    const counts = { recipients: rows.length, notTold: 0, unreachable: 0 };
    const fact: Fact = { type: 'recipients frozen', v: 1, step: TELL, revision: 1, ...counts, digest };
    await appendFact(client, { recallId, at: OPENED, fact, rows });
  });
  const contacts = rows.map(({ recipient, channels }): [RecipientId, Contact] => [
    recipient,
    newContact(ladder, channels),
  ]);
  return { recallId, ladder, contacts: new Map(contacts), now: OPENED };
}

function inTransaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
  return withTransaction(database.pool, work);
}

function become(model: Model, recipient: RecipientId, change: (contact: Contact) => Contact): void {
  model.contacts.set(recipient, change(model.contacts.get(recipient)!));
}

/** What the pure function says is due, a page of it as the store claims it: by rung and then by recipient, and of those whose time was known by that. */
function dueNow({ contacts, ladder, now }: Model, size: number): NoticeKey[] {
  const due = [...contacts].flatMap(([recipient, contact]) => {
    const next = isDue(contact, now) ? nextTry(contact, ladder) : null;
    return next === null ? [] : [{ recipient, ...next }];
  });
  type Due = (typeof due)[number];
  const inOrder = (a: Due, b: Due): number => a.rung - b.rung || (a.recipient < b.recipient ? -1 : 1);
  const byTime = (a: Due, b: Due): number => (a.at === b.at ? inOrder(a, b) : a.at! < b.at! ? -1 : 1);
  const fresh = due.filter(({ at }) => at === null).sort(inOrder);
  const timed = due.filter(({ at }) => at !== null).sort(byTime);
  return [...fresh.slice(0, size), ...timed.slice(0, size)].sort(inOrder).slice(0, size);
}

function keysOf(notices: NoticeKey[]): NoticeKey[] {
  return notices.map(({ recipient, rung: at, channel }) => ({ recipient, rung: at, channel }));
}

function messageId({ recallId }: Model, { recipient, channel, rung: at }: NoticeKey): string {
  return `<${recallId}-${recipient}-${channel}-${at}@example.org>`;
}

type StoreRun = Awaited<ReturnType<typeof beginRun>>;

/** Begins a run: what was on its way is in doubt. */
async function begin(model: Model): Promise<StoreRun> {
  const open = [...model.contacts].flatMap(([recipient, { tries }]) =>
    tries
      .filter(({ state }) => state === 'claimed')
      .map((one) => ({ recipient, rung: one.rung, channel: one.channel })),
  );
  const begun = await inTransaction((client) => beginRun(client, keyOf(model.recallId), model.now, ALL_WAVES));
  expect(keysOf(begun.inDoubt)).toEqual(open.sort((a, b) => a.rung - b.rung || (a.recipient < b.recipient ? -1 : 1)));
  for (const { recipient, rung: at } of open) become(model, recipient, (one) => doubted(one, at));
  return begun;
}

async function claim(model: Model, { run }: StoreRun, size: number): Promise<ClaimedNotice[]> {
  const sizes = ofEach(
    size,
    model.ladder.map(({ by }) => by),
  );
  const page = await inTransaction((client) =>
    claimPage(client, run, model.now, sizes, (notice) => messageId(model, notice)),
  );
  expect(keysOf(page)).toEqual(keysOf(dueNow(model, size)));
  for (const { recipient, address, channel } of page) {
    expect(address).toBe(`${channel}:${recipient.slice(1)}`);
    become(model, recipient, (one) => claimed(one, model.ladder));
  }
  return page;
}

async function settle(
  model: Model,
  { run }: StoreRun,
  page: ClaimedNotice[],
  outcomes: Iterator<Sent['outcome'], never>,
): Promise<void> {
  const { ladder, now } = model;
  const told = page.map((notice) => ({ notice, outcome: outcomes.next().value }));
  await inTransaction((client) => settlePage(client, run, now, told));
  for (const { notice, outcome: as } of told)
    become(model, notice.recipient, (one) => settled(one, ladder, { rung: notice.rung, outcome: as, at: now }));
}

function* endless<T>(list: T[]): Generator<T, never> {
  for (;;) yield* list;
}

async function play(model: Model, one: Move): Promise<void> {
  const { ladder, contacts, recallId, now } = model;
  const people = [...contacts.keys()];
  switch (one.do) {
    case 'wait':
      model.now = instantOf(Date.parse(now) + one.minutes * 60_000);
      return;
    case 'answer': {
      const recipient = people[one.who % people.length]!;
      const [quarantined, soldOn, destroyed] = one.units;
      const answer: ResponseAnswer = { quarantined, soldOn, destroyed, passedOn: false };
      await recordResponse(database.pool, keyOf(recallId), { recipient, answer, comment: null, at: now });
      return become(model, recipient, (contact) => answered(contact, answer));
    }
    case 'carry': {
      const outcomes = endless(one.outcomes);
      const said = [...contacts].flatMap(([recipient, { tries }]) =>
        tries.map(({ rung: at, channel }) => ({ recipient, rung: at, channel, outcome: outcomes.next().value })),
      );
      const news = said.filter(({ recipient, rung: at, outcome: as }) => {
        const now = carried(contacts.get(recipient)!, ladder, { rung: at, outcome: as });
        if (now !== null) become(model, recipient, () => now);
        return now !== null;
      });
      const recorded = await inTransaction((client) => recordCarried(client, keyOf(recallId), said, now));
      return expect(recorded).toBe(news.length);
    }
    case 'bounce': {
      const recipient = people[one.who % people.length]!;
      const { how } = one;
      const { tries } = contacts.get(recipient)!;
      const tried = tries[one.which % tries.length];
      if (!tried) return;
      const isNews = await recordBounce(
        database.pool,
        messageId(model, { recipient, ...tried }),
        { status: 'gone', how },
        now,
      );
      expect(isNews).toBe(isBounceNews(tried, how));
      if (!isNews) return;
      return become(model, recipient, (contact) => bounced(contact, ladder, { rung: tried.rung, at: now, how }));
    }
    case 'arrive': {
      const recipient = people[one.who % people.length]!;
      const { tries } = contacts.get(recipient)!;
      const tried = tries[one.which % tries.length];
      if (!tried) return;
      const id = messageId(model, { recipient, ...tried });
      expect(await recordArrival(database.pool, id, 'there', now)).toBe(!tried.isArrived);
      return become(model, recipient, (contact) => arrived(contact, ladder, tried.rung));
    }
    case 'lead': {
      const { channel, minutes } = one;
      const since = instantOf(Date.parse(now) - minutes * 60_000);
      const { run } = await begin(model);
      const outage = { channel, since };
      const led = await inTransaction((client) => passOver(client, run, ladder, { outage, now, from: null }));
      const were = [...contacts];
      for (const [recipient, contact] of were)
        if (nextTry(contact, ladder)?.channel === channel)
          become(model, recipient, (was) => passedOver(was, ladder, { since, at: now }));
      expect(led.moved).toBe(were.filter(([recipient, was]) => contacts.get(recipient) !== was).length);
      return;
    }
    case 'die':
      return void (await claim(model, await begin(model), one.size));
    case 'run': {
      const begun = await begin(model);
      const outcomes = endless(one.outcomes);
      let page = begun.inDoubt.length > 0 ? begun.inDoubt : await claim(model, begun, one.size);
      while (page.length > 0) {
        await settle(model, begun, page, outcomes);
        page = await claim(model, begun, one.size);
      }
      return;
    }
    default:
      one satisfies never;
  }
}

/** The store keeps the counts that the functions count over contacts, and would count the same anew. */
async function requireSame({ recallId, contacts, now }: Model): Promise<void> {
  const { pool } = database;
  const all = [...contacts.values()];
  expect(await tallyOf(pool, keyOf(recallId))).toEqual(tallyOfContacts(all));
  expect(await recountOf(pool, keyOf(recallId))).toEqual(tallyOfContacts(all));
  expect(await nextDueOf(pool, { ...keyOf(recallId), wave: 0 }, now)).toBe(nextDueOfContacts(all, now));
  const unreached = [...contacts].filter(([, one]) => isUnreachable(one));
  const listed = (await unreachedRecipients(pool, recallId)).map(({ recipient }) => recipient);
  expect(listed.sort()).toEqual(unreached.map(([recipient]) => recipient).sort());
}

/** The ledger alone tells the same of who was reached and who answered. */
async function requireLedger({ recallId, contacts }: Model): Promise<void> {
  const entries = await readLedger(database.pool, recallId);
  const facts = entries.map((entry) => ({ entry, body: JSON.parse(entry.body) as Fact }));
  const told = recipientsOf(facts).get(TELL)!;
  for (const [recipient, contact] of contacts) {
    const known = told.get(recipient)!;
    expect([known.answer, isReached(known), isUnreachable(known)]).toEqual([
      contact.answer,
      isReached(contact),
      isUnreachable(contact),
    ]);
  }
  const counting = countTold(() => false);
  for (const { body, entry } of facts) counting.take(body, entry);
  const all = [...contacts.values()];
  const count = (isCounted: (contact: Contact) => boolean): number => all.filter(isCounted).length;
  expect(counting.end().campaigns.get(TELL)).toEqual({
    recipients: all.length,
    reached: count(isReached),
    answered: count(({ answer }) => answer !== null),
    units: all.reduce((sum, { answer }) => sum + (answer === null ? 0 : unitsOf(answer)), 0),
    unreachable: count((one) => one.answer === null && !isReachedByMail(one)),
    reachedOtherwise: count((one) => one.answer === null && isReached(one) && !isReachedByMail(one)),
    byLanguage: { en: all.length },
  });
}

function isReachedByMail({ tries }: Contact): boolean {
  return isReached({ tries: tries.filter(({ channel }) => channel === 'email') });
}

/** One recipient, whose only mail comes to this. */
function onlyMail(...moves: Move[]): [History] {
  return [{ ladder: [{ by: 'email', after: 'PT0S' } as ContactRung], people: [['email']], moves }];
}
const DIE: Move = { do: 'die', size: 1 };
const ARRIVE: Move = { do: 'arrive', who: 0, which: 0 };
const BACK: Move = { do: 'bounce', who: 0, which: 0, how: 'for-good' };
const settledAs = (as: Sent['outcome']): Move => ({ do: 'run', outcomes: [as], size: 1 });
const DOUBTS = Array.from({ length: DOUBTS_MAX }, (): Move[] => [settledAs('in-doubt'), { do: 'wait', minutes: 15 }]);

/** Chance finds these too seldom. */
const EXAMPLES: [History][] = [
  onlyMail(...DOUBTS.flat(), ARRIVE, ARRIVE),
  onlyMail(...DOUBTS.flat(), ARRIVE, BACK),
  onlyMail(...DOUBTS.flat(), BACK, ARRIVE),
  onlyMail(settledAs('deferred'), ARRIVE, { do: 'wait', minutes: 15 }, settledAs('refused')),
  onlyMail(DIE, ARRIVE, settledAs('in-doubt')),
  onlyMail(DIE, ARRIVE, settledAs('refused')),
  onlyMail(DIE, settledAs('refused'), ARRIVE),
  onlyMail(DIE, settledAs('refused'), BACK),
  onlyMail(DIE, BACK, settledAs('refused')),
];

it('what the store claims, counts and lists is what the contacts say, whatever happens to them', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (generated) => {
      const model = await frozen(generated);
      await requireSame(model);
      for (const one of generated.moves) {
        await play(model, one);
        await requireSame(model);
      }
      await requireLedger(model);
    }),
    { numRuns: RUNS, examples: EXAMPLES, plugins: [fc.interruptAfterTimeLimit(TIME_MAX_MS)] },
  );
}, 120_000);

describe('of a notice that was given up in doubt', () => {
  const given = async (...moves: Move[]): Promise<Model> => {
    const [generated] = onlyMail(...DOUBTS.flat(), ...moves);
    const model = await frozen(generated);
    for (const one of generated.moves) await play(model, one);
    return model;
  };
  const counts = async ({ recallId }: Model) => {
    const { delivered, refused, bounced: back, unreachable, byChannel } = await tallyOf(database.pool, keyOf(recallId));
    return { delivered, refused, back, unreachable, email: byChannel.email };
  };

  it('nothing is known, and no more of it goes out', async () => {
    const model = await given(settledAs('delivered'));
    expect(await counts(model)).toEqual({
      ...{ delivered: 0, refused: 0, back: 0, unreachable: 1 },
      email: { delivered: 0, refused: 0, bounced: 0 },
    });
  });

  it('that it arrived is counted once, in the rows and in the ledger, and once more is no news', async () => {
    const model = await given(ARRIVE, ARRIVE, settledAs('delivered'));
    expect(await counts(model)).toEqual({
      ...{ delivered: 1, refused: 0, back: 0, unreachable: 0 },
      email: { delivered: 1, refused: 0, bounced: 0 },
    });
    const entries = await readLedger(database.pool, model.recallId);
    const counted = countTold(() => false);
    for (const entry of entries) counted.take(JSON.parse(entry.body) as Fact, entry);
    const { settled: sums, taken, arrived: there, campaigns } = counted.end();
    expect([sums.get(TELL), taken.get('email'), there.get('email')]).toEqual([
      { delivered: 1, refused: 0 },
      { delivered: 1, refused: 0 },
      1,
    ]);
    expect(campaigns.get(TELL)).toMatchObject({ recipients: 1, reached: 1 });
  });

  it('that it came back is that, and not that it was refused', async () => {
    expect(await counts(await given(BACK))).toMatchObject({ delivered: 0, refused: 0, back: 1, unreachable: 1 });
  });
});

it.each([
  ['before it is asked for', [DIE, BACK, settledAs('refused')], { refused: 0, bounced: 1 }],
  ['after it was asked for', [DIE, settledAs('refused'), BACK], { refused: 1, bounced: 0 }],
])('a text that its provider gives up %s is counted as one thing', async (_when, moves, counted) => {
  const [generated] = onlyMail(...moves);
  const model = await frozen(generated);
  for (const one of moves) await play(model, one);
  const { byChannel, ...tally } = await tallyOf(database.pool, keyOf(model.recallId));
  expect(tally).toMatchObject(counted);
  expect(byChannel.email).toMatchObject(counted);
});
