import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Channel, ContactRung, Sent } from '../../engine/channels.js';
import {
  answered,
  bounced,
  carried,
  channelsFor,
  claimed,
  doubted,
  hasBounced,
  isDue,
  isReached,
  isUnreachable,
  newContact,
  nextDueOf,
  nextTry,
  passedOver,
  recount,
  rungToCall,
  settled,
  tallyOf,
  type Contact,
} from '../../engine/contact.js';
import type { ResponseAnswer } from '../../engine/facts.js';
import { NO_TALLY } from '../../engine/tally.js';
import { instantOf, type IsoInstant } from '../../engine/words.js';

const OPENED = '2026-09-10T08:00:00.000Z' as IsoInstant;
/** A channel that there is not yet. */
const POST = 'post' as Channel;
const LADDER = [
  { by: 'email', after: 'PT0S' },
  { by: 'email', after: 'P3D' },
  { by: 'email', after: 'P7D' },
] as ContactRung[];
const MIXED = [
  { by: 'email', after: 'PT0S' },
  { by: 'email', after: 'P1D' },
  { by: POST, after: 'P3D' },
  { by: 'email', after: 'P7D' },
] as ContactRung[];
const BOTH: Channel[] = ['email', POST];
const ANSWER: ResponseAnswer = { quarantined: 4, soldOn: 5, destroyed: 1, passedOn: true };

function days(count: number): IsoInstant {
  return instantOf(Date.parse(OPENED) + count * 86_400_000);
}

function minutes(count: number): IsoInstant {
  return days(count / 1440);
}

/** Tries what is next, with this outcome. */
function tried(contact: Contact, ladder: ContactRung[], outcome: Sent['outcome'], at = OPENED): Contact {
  const { rung } = nextTry(contact, ladder)!;
  return settled(claimed(contact, ladder), ladder, { rung, outcome, at });
}

function after(ladder: ContactRung[], channels: Channel[], ...outcomes: Sent['outcome'][]): Contact {
  return outcomes.reduce((contact, outcome) => tried(contact, ladder, outcome), newContact(ladder, channels));
}

describe('the next try', () => {
  it('is the first rung, at once, and after each notice the rung after it, counted from the first try', () => {
    const contact = newContact(LADDER, ['email']);
    expect(nextTry(contact, LADDER)).toEqual({ rung: 0, channel: 'email', at: null });
    expect(isDue(contact, OPENED)).toBe(true);
    const once = tried(contact, LADDER, 'delivered');
    expect(nextTry(once, LADDER)).toEqual({ rung: 1, channel: 'email', at: days(3) });
    expect([isDue(once, days(2)), isDue(once, days(3))]).toEqual([false, true]);
    const twice = tried(once, LADDER, 'delivered', days(4));
    expect(nextTry(twice, LADDER)).toEqual({ rung: 2, channel: 'email', at: days(7) });
    expect(nextTry(tried(twice, LADDER, 'delivered', days(7)), LADDER)).toBeNull();
  });

  it('is none on an address that has refused or sent back: that ends the rungs of its channel', () => {
    for (const outcome of ['refused', 'egress-refused'] as const)
      expect(nextTry(after(LADDER, ['email'], outcome), LADDER)).toBeNull();
    const told = after(LADDER, ['email'], 'delivered');
    expect(nextTry(bounced(told, LADDER, { rung: 0, at: OPENED, how: 'for-good' }), LADDER)).toBeNull();
  });

  it('passes over the rungs of a dead address for those of a channel that is alive, and never returns to it', () => {
    const dead = after(MIXED, BOTH, 'refused');
    expect(nextTry(dead, MIXED)).toEqual({ rung: 2, channel: POST, at: days(3) });
    expect(nextTry(tried(dead, MIXED, 'delivered', days(3)), MIXED)).toBeNull();
    const live = after(MIXED, BOTH, 'delivered', 'delivered', 'refused');
    expect(nextTry(live, MIXED)).toEqual({ rung: 3, channel: 'email', at: days(7) });
  });

  it('passes over the rungs of channels that the contact has no address on, and puts no other channel in their place', () => {
    const byPost = newContact(MIXED, [POST]);
    expect(nextTry(byPost, MIXED)).toEqual({ rung: 2, channel: POST, at: null });
    expect(nextTry(tried(byPost, MIXED, 'delivered'), MIXED)).toBeNull();
    expect(nextTry(newContact(LADDER, [POST]), LADDER)).toBeNull();
    expect(nextTry(newContact(LADDER, []), LADDER)).toBeNull();
  });

  it('is the same rung for what was put off, after pauses that grow from a quarter of an hour to six', () => {
    let contact = after(LADDER, ['email'], 'deferred');
    expect(nextTry(contact, LADDER)).toEqual({ rung: 0, channel: 'email', at: minutes(15) });
    expect(nextTry(tried(contact, LADDER, 'delivered', minutes(15)), LADDER)).toMatchObject({ rung: 1, at: days(3) });
    const tries: number[] = [];
    for (let at = minutes(15); nextTry(contact, LADDER)!.rung === 0; at = nextTry(contact, LADDER)!.at!) {
      contact = tried(contact, LADDER, 'deferred', at);
      tries.push((Date.parse(at) - Date.parse(OPENED)) / 60_000);
    }
    expect(tries.slice(0, 7)).toEqual([15, 45, 105, 225, 465, 825, 1185]);
    // Until the next rung is due, which takes its place: nobody is refused because a provider was away.
    expect(nextTry(contact, LADDER)).toMatchObject({ rung: 1, at: days(3) });
    expect(contact.tries).toMatchObject([{ state: 'deferred' }]);
    expect(isReached(tried(contact, LADDER, 'delivered', days(3)))).toBe(true);
  });

  it('is on another channel as soon as that is due, whatever the first waits for', () => {
    const ladder = [
      { by: 'email', after: 'PT0S' },
      { by: POST, after: 'PT1H' },
      { by: 'email', after: 'P1D' },
    ] as ContactRung[];
    let contact = tried(newContact(ladder, BOTH), ladder, 'deferred');
    contact = tried(contact, ladder, 'deferred', minutes(15));
    expect(nextTry(contact, ladder)).toMatchObject({ rung: 0, at: minutes(45) });
    contact = tried(contact, ladder, 'deferred', minutes(45));
    expect(nextTry(contact, ladder)).toMatchObject({ rung: 1, channel: POST, at: minutes(60) });
    expect(nextTry(tried(contact, ladder, 'delivered', minutes(60)), ladder)).toMatchObject({ rung: 2, at: days(1) });
  });

  it('is tried for five days on the last rung, and then counts as refused', () => {
    const last = LADDER.slice(0, 1);
    let contact = after(last, ['email'], 'deferred');
    let at = OPENED;
    while (nextTry(contact, last) !== null) {
      at = nextTry(contact, last)!.at!;
      contact = tried(contact, last, 'deferred', at);
    }
    expect(contact.tries).toMatchObject([{ state: 'refused' }]);
    const waited = (Date.parse(at) - Date.parse(OPENED)) / 86_400_000;
    expect(waited).toBeGreaterThan(4.5);
    expect(waited).toBeLessThan(5.5);
  });

  it('is the next rung where nobody knows four times whether it was taken, and nobody calls it refused', () => {
    const lost = after(LADDER, ['email'], 'in-doubt', 'in-doubt', 'in-doubt', 'in-doubt');
    expect(lost.tries).toMatchObject([{ state: 'deferred', doubts: 4 }]);
    expect(nextTry(lost, LADDER)).toMatchObject({ rung: 1, at: days(3) });
    // Once it may have arrived, being put off does not make it refused.
    const last = LADDER.slice(0, 1);
    const mixed = Array.from({ length: 25 }).reduce<Contact>(
      (contact) => tried(contact, last, 'deferred'),
      after(last, ['email'], 'in-doubt'),
    );
    expect(mixed.tries).toMatchObject([{ state: 'deferred', deferrals: 25, doubts: 1 }]);
    expect(nextTry(mixed, last)).toBeNull();
  });

  it('is not due while a notice is on its way, and a process that dies with it puts it in doubt', () => {
    const sent = claimed(newContact(LADDER, ['email']), LADDER);
    expect(isDue(sent, OPENED)).toBe(false);
    const died = [1, 2, 3, 4].reduce((contact) => doubted(contact, 0), sent);
    expect(isDue(died, OPENED)).toBe(false);
    const given = settled(died, LADDER, { rung: 0, outcome: 'deferred', at: OPENED });
    expect(given.tries).toMatchObject([{ state: 'deferred', doubts: 4, deferrals: 1 }]);
    expect(nextTry(given, LADDER)).toMatchObject({ rung: 1 });
  });

  it('is none for who has answered', () => {
    const contact = answered(after(LADDER, ['email'], 'delivered'), ANSWER);
    expect(nextTry(contact, LADDER)).toBeNull();
    expect(isDue(contact, days(9))).toBe(false);
  });
});

describe('a notice that people carry', () => {
  const handed = after(MIXED, BOTH, 'refused', 'handed');

  it('is neither taken nor refused until they say, and keeps no later rung from its time', () => {
    expect(handed.tries).toMatchObject([{ state: 'refused' }, { rung: 2, state: 'handed' }]);
    const first = tried(newContact(MIXED, BOTH), MIXED, 'handed');
    expect(nextTry(first, MIXED)).toEqual({ rung: 1, channel: 'email', at: days(1) });
    expect([isDue(first, OPENED), isDue(first, days(1))]).toEqual([false, true]);
    expect([isReached(first), isUnreachable(first)]).toEqual([false, false]);
    expect(tallyOf([first])).toMatchObject({ delivered: 0, refused: 0, bounced: 0, unreachable: 0 });
    expect(tallyOf([first]).byChannel).toEqual({ email: { delivered: 0, refused: 0, bounced: 0 } });
  });

  it('counts as taken from their word on, and what comes back after that as returned', () => {
    const sent = carried(handed, MIXED, { rung: 2, outcome: 'delivered' })!;
    expect([isReached(sent), sent.next]).toEqual([true, handed.next]);
    const back = bounced(sent, MIXED, { rung: 2, at: days(9), how: 'for-good' });
    expect([isReached(back), isUnreachable(back)]).toEqual([false, true]);
    expect(tallyOf([back])).toMatchObject({ delivered: 0, bounced: 1, unreachable: 1 });
  });

  it('that could not be given to anybody ends its channel, with what would come next on it', () => {
    const twice = [...MIXED.slice(0, 3), { by: POST, after: 'P7D' }, { by: 'email', after: 'P9D' }] as ContactRung[];
    const waiting = after(twice, [POST], 'handed');
    expect(nextTry(waiting, twice)).toEqual({ rung: 3, channel: POST, at: days(7) });
    const lost = carried(waiting, twice, { rung: 2, outcome: 'refused' })!;
    expect([nextTry(lost, twice), isUnreachable(lost)]).toEqual([null, true]);
    const other = carried(after(twice, BOTH, 'delivered', 'delivered', 'handed'), twice, {
      rung: 2,
      outcome: 'refused',
    })!;
    expect(nextTry(other, twice)).toMatchObject({ rung: 4, channel: 'email', at: days(9) });
  });

  it('is spoken of once, and only what they have is', () => {
    const sent = carried(handed, MIXED, { rung: 2, outcome: 'delivered' })!;
    expect(carried(sent, MIXED, { rung: 2, outcome: 'refused' })).toBeNull();
    expect(carried(handed, MIXED, { rung: 0, outcome: 'delivered' })).toBeNull();
    expect(carried(newContact(MIXED, BOTH), MIXED, { rung: 0, outcome: 'delivered' })).toBeNull();
  });

  it('and came back before they spoke stays what came back', () => {
    const back = bounced(handed, MIXED, { rung: 2, at: days(3), how: 'for-good' });
    expect([isReached(back), isUnreachable(back)]).toEqual([false, true]);
    expect(isReached(carried(back, MIXED, { rung: 2, outcome: 'delivered' })!)).toBe(false);
  });
});

describe('a rung for those whom nothing has reached', () => {
  const LAST = [
    { by: 'email', after: 'PT0S' },
    { by: POST, after: 'P2D', unless: 'reached' },
    { by: 'email', after: 'P3D' },
  ] as ContactRung[];

  it('is passed over by whom a notice has reached', () => {
    const contact = tried(newContact(LAST, BOTH), LAST, 'delivered');
    expect(nextTry(contact, LAST)).toEqual({ rung: 2, channel: 'email', at: days(3) });
  });

  it('is theirs whose address refused, by its own time', () => {
    const contact = tried(newContact(LAST, BOTH), LAST, 'refused');
    expect(nextTry(contact, LAST)).toEqual({ rung: 1, channel: POST, at: days(2) });
  });

  it('is due at once for who has nothing else', () => {
    expect(nextTry(newContact(LAST, [POST]), LAST)).toEqual({ rung: 1, channel: POST, at: null });
  });

  it('becomes theirs when what had reached them comes back, for good or for now', () => {
    for (const how of ['for-good', 'for-now'] as const) {
      const contact = tried(newContact(LAST, BOTH), LAST, 'delivered');
      const back = bounced(contact, LAST, { rung: 0, at: days(1), how });
      expect(nextTry(back, LAST)).toEqual({ rung: 1, channel: POST, at: days(2) });
    }
  });

  it('is no longer theirs when what people carried has arrived', () => {
    const carriedFirst = [
      { by: POST, after: 'PT0S' },
      { by: 'email', after: 'P1D', unless: 'reached' },
      { by: POST, after: 'P2D' },
    ] as ContactRung[];
    const handed = tried(newContact(carriedFirst, BOTH), carriedFirst, 'handed');
    expect(nextTry(handed, carriedFirst)).toEqual({ rung: 1, channel: 'email', at: days(1) });
    const arrived = carried(handed, carriedFirst, { rung: 0, outcome: 'delivered' })!;
    expect(nextTry(arrived, carriedFirst)).toEqual({ rung: 2, channel: POST, at: days(2) });
  });

  it('comes after what it stands behind, never before what was tried', () => {
    const late = tried(tried(newContact(LAST, BOTH), LAST, 'delivered'), LAST, 'delivered', days(3));
    const back = bounced(bounced(late, LAST, { rung: 0, at: days(4), how: 'for-now' }), LAST, {
      rung: 2,
      at: days(4),
      how: 'for-now',
    });
    expect(nextTry(back, LAST)).toBeNull();
  });
});

describe('while a provider is away', () => {
  it('what it could not take is tried again every quarter of an hour, and never given up', () => {
    const one = [{ by: 'email', after: 'PT0S' }] as ContactRung[];
    let contact = newContact(one, ['email']);
    for (let n = 0; n < 200; n += 1) {
      const at = minutes(15 * n);
      contact = settled(claimed(contact, one), one, { rung: 0, at, outcome: 'deferred', away: true });
      expect(contact.next).toEqual({ rung: 0, at: minutes(15 * (n + 1)) });
    }
    expect(contact.tries).toMatchObject([{ state: 'deferred', deferrals: 0 }]);
    expect(isReached(tried(contact, one, 'delivered', days(3)))).toBe(true);
  });

  it('who waits keeps the rung until a later one is due on a channel they have, counted from when that began', () => {
    const since = days(1);
    const waiting = newContact(MIXED, BOTH);
    expect(passedOver(waiting, MIXED, { since, at: days(1.9) })).toBe(waiting);
    expect(isUnreachable(passedOver(waiting, MIXED, { since, at: days(1.9) }))).toBe(false);
    const led = passedOver(waiting, MIXED, { since, at: days(2) });
    expect(led).toMatchObject({ firstAt: null, next: { rung: 1, at: days(2) } });
    expect(isUnreachable(led)).toBe(false);
    expect(passedOver(led, MIXED, { since, at: days(4) }).next).toEqual({ rung: 2, at: days(4) });
    expect(passedOver(newContact(MIXED, [POST]), MIXED, { since, at: days(9) }).next).toEqual({ rung: 2, at: null });
  });

  it('who was tried before counts from that, and who has answered is left alone', () => {
    const told = after(MIXED, BOTH, 'delivered');
    expect(passedOver(told, MIXED, { since: days(1), at: days(3) }).next).toEqual({ rung: 2, at: days(3) });
    const done = answered(told, ANSWER);
    expect(passedOver(done, MIXED, { since: days(1), at: days(9) })).toBe(done);
  });
});

describe('a bounce', () => {
  it('that overtakes the settlement of its notice has the last word on the address', () => {
    const sent = claimed(newContact(MIXED, BOTH), MIXED);
    const back = bounced(sent, MIXED, { rung: 0, at: OPENED, how: 'for-good' });
    expect(isDue(back, days(9))).toBe(false);
    for (const outcome of ['delivered', 'deferred', 'in-doubt'] as const) {
      const known = settled(back, MIXED, { rung: 0, outcome, at: OPENED });
      expect(nextTry(known, MIXED)).toEqual({ rung: 2, channel: POST, at: days(3) });
      expect(isReached(known)).toBe(false);
    }
  });

  it('of an early notice leaves alone what is next on another channel, and takes from what is next on its own', () => {
    const waiting = after(MIXED, BOTH, 'delivered', 'delivered');
    expect(nextTry(bounced(waiting, MIXED, { rung: 0, at: days(2), how: 'for-good' }), MIXED)).toMatchObject({
      rung: 2,
      at: days(3),
    });
    const putOff = tried(after(MIXED, BOTH, 'delivered', 'delivered'), MIXED, 'deferred', days(3));
    expect(nextTry(bounced(putOff, MIXED, { rung: 0, at: days(3), how: 'for-good' }), MIXED)).toMatchObject({
      rung: 2,
      channel: POST,
    });
    const last = after(MIXED, BOTH, 'delivered', 'delivered', 'delivered');
    expect(nextTry(last, MIXED)).toMatchObject({ rung: 3 });
    expect(nextTry(bounced(last, MIXED, { rung: 1, at: days(4), how: 'for-good' }), MIXED)).toBeNull();
  });

  it('for now says nothing of the address: the later rungs are tried, and for good, after it, they are not', () => {
    const sent = after(LADDER, ['email'], 'delivered');
    const full = bounced(sent, LADDER, { rung: 0, at: days(1), how: 'for-now' });
    expect(isReached(full)).toBe(false);
    expect(nextTry(full, LADDER)).toEqual(nextTry(sent, LADDER));
    expect(tallyOf([full])).toMatchObject({ delivered: 0, bounced: 1, unreachable: 1 });
    const again = tried(full, LADDER, 'delivered', days(3));
    expect(isReached(again)).toBe(true);
    expect(nextTry(bounced(full, LADDER, { rung: 0, at: days(2), how: 'for-good' }), LADDER)).toBeNull();
  });

  it('ends what was put off and is due again on the same address', () => {
    const putOff = tried(after(MIXED, BOTH, 'delivered'), MIXED, 'deferred', days(1));
    expect(nextTry(putOff, MIXED)).toMatchObject({ rung: 1 });
    expect(nextTry(bounced(putOff, MIXED, { rung: 0, at: days(1), how: 'for-good' }), MIXED)).toMatchObject({
      rung: 2,
    });
  });
});

describe('reached', () => {
  it('is who has a notice that was taken and has not come back', () => {
    expect(isReached(newContact(LADDER, ['email']))).toBe(false);
    expect(isReached(after(LADDER, ['email'], 'refused'))).toBe(false);
    const twice = after(LADDER, ['email'], 'delivered', 'delivered');
    const once = bounced(twice, LADDER, { rung: 1, at: OPENED, how: 'for-good' });
    expect([isReached(twice), isReached(once)]).toEqual([true, true]);
    expect(isReached(bounced(once, LADDER, { rung: 0, at: OPENED, how: 'for-good' }))).toBe(false);
  });

  it('is who has one notice that stands, though another came back of which nobody knew that it had been taken', () => {
    const lost = after(LADDER, ['email'], 'in-doubt', 'in-doubt', 'in-doubt', 'in-doubt', 'delivered');
    const contact = bounced(lost, LADDER, { rung: 0, at: OPENED, how: 'for-good' });
    expect(isReached(contact)).toBe(true);
    expect(tallyOf([contact])).toMatchObject({ delivered: 1, bounced: 0, unreachable: 0 });
  });

  it('is said of nobody before the first try: unreachable is who has no address, or for whom all came to nothing', () => {
    expect(isUnreachable(newContact(LADDER, ['email']))).toBe(false);
    expect(isUnreachable(newContact(LADDER, []))).toBe(true);
    expect(isUnreachable(after(LADDER, ['email'], 'refused'))).toBe(true);
    expect(isUnreachable(after(LADDER, ['email'], 'deferred'))).toBe(true);
    expect(isUnreachable(after(LADDER, ['email'], 'delivered'))).toBe(false);
  });

  it('is said of nobody who has answered, whatever comes back after that', () => {
    const heard = answered(after(LADDER, ['email'], 'delivered'), ANSWER);
    const returned = bounced(heard, LADDER, { rung: 0, at: OPENED, how: 'for-good' });
    expect([isReached(returned), isUnreachable(returned)]).toEqual([false, false]);
    expect(tallyOf([returned])).toMatchObject({ bounced: 1, responded: 1, unreachable: 0 });
  });
});

describe('the counts of a campaign', () => {
  const contacts = {
    waiting: newContact(MIXED, BOTH),
    lost: newContact(MIXED, []),
    told: after(MIXED, BOTH, 'delivered', 'delivered'),
    refused: after(MIXED, ['email'], 'egress-refused'),
    returned: bounced(after(MIXED, BOTH, 'delivered'), MIXED, { rung: 0, at: OPENED, how: 'for-good' }),
    answered: answered(
      answered(after(MIXED, [POST], 'delivered'), ANSWER),
      { ...ANSWER, soldOn: 1 }, // corrects the first
    ),
    answeredUntold: answered(newContact(MIXED, []), ANSWER),
  };

  it('are in recipients, except by channel, where they are in notices', () => {
    expect(tallyOf(Object.values(contacts))).toEqual({
      recipients: 7,
      delivered: 2,
      refused: 1,
      bounced: 1,
      responded: 2,
      unreachable: 3,
      unitsReported: 16,
      byChannel: {
        email: { delivered: 3, refused: 1, bounced: 1 },
        post: { delivered: 1, refused: 0, bounced: 0 },
      },
    });
    expect(tallyOf([contacts.waiting, contacts.lost]).byChannel).toEqual({});
  });

  it('are the same counted anew and counted on, whatever happens to whom', () => {
    const outcome = fc.constantFrom<Sent['outcome']>(
      'delivered',
      'refused',
      'egress-refused',
      'deferred',
      'in-doubt',
      'handed',
    );
    const move = fc.record({
      who: fc.nat(4),
      what: fc.constantFrom('try', 'claim', 'bounce', 'carry', 'answer'),
      outcome,
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
        const people = [BOTH, ['email'], [POST], [], BOTH].map((channels) => newContact(MIXED, channels as Channel[]));
        let tally = tallyOf(people);
        for (const { who, what, outcome: as } of moves) {
          const before = people[who]!;
          const after = moved(before, what, as);
          people[who] = after;
          tally = recount(tally, before, after);
          expect(tally).toEqual(tallyOf(people));
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of nobody are none', () => {
    expect(tallyOf([])).toEqual(NO_TALLY);
  });

  it('name the earliest instant at which somebody is due who has not answered', () => {
    const waiting = after(LADDER, ['email'], 'delivered');
    const putOff = after(LADDER, ['email'], 'deferred');
    expect(nextDueOf([waiting, putOff], OPENED)).toBe(minutes(15));
    expect(nextDueOf([waiting, answered(putOff, ANSWER)], OPENED)).toBe(days(3));
    expect(nextDueOf([waiting, putOff], minutes(15))).toBe(days(3));
    expect(nextDueOf([answered(waiting, ANSWER), newContact(LADDER, ['email'])], OPENED)).toBeNull();
  });
});

function moved(contact: Contact, what: string, outcome: Sent['outcome']): Contact {
  const open = contact.tries.find(({ state }) => state === 'claimed');
  if (what === 'carry')
    return (
      carried(contact, MIXED, {
        rung: contact.tries.at(-1)?.rung ?? 0,
        outcome: outcome === 'refused' ? outcome : 'delivered',
      }) ?? contact
    );
  if (what === 'answer') return answered(contact, ANSWER);
  if (what === 'bounce')
    return contact.tries.length > 0
      ? bounced(contact, MIXED, { rung: contact.tries[0]!.rung, at: OPENED, how: 'for-good' })
      : contact;
  if (open) return settled(contact, MIXED, { rung: open.rung, outcome, at: OPENED });
  if (nextTry(contact, MIXED) === null) return contact;
  return what === 'claim' ? claimed(contact, MIXED) : tried(contact, MIXED, outcome);
}

describe('the channels of a contact', () => {
  it('are those of the ladder that they have an address on, in the order of their names', () => {
    expect(channelsFor(MIXED, [POST, 'email'])).toEqual(['email', POST]);
    expect(channelsFor(LADDER, [POST, 'email'])).toEqual(['email']);
    expect(channelsFor(MIXED, [])).toEqual([]);
  });
});

describe('a notice that people say by telephone', () => {
  const CALLS = [
    { by: 'call', after: 'PT0S' },
    { by: 'call', after: 'P3D' },
    { by: 'email', after: 'P4D' },
  ] as ContactRung[];
  const handed = (): Contact => tried(newContact(CALLS, ['call', 'email']), CALLS, 'handed');

  it('is to be said on its rung, until somebody has been told, has answered, or cannot be called', () => {
    const contact = handed();
    expect(rungToCall(contact)).toBe(0);
    expect(rungToCall(carried(contact, CALLS, { rung: 0, outcome: 'delivered' })!)).toBeNull();
    expect(rungToCall(answered(contact, ANSWER))).toBeNull();
    expect(rungToCall(tried(contact, CALLS, 'handed', days(3)))).toBe(1);
    const wrong = bounced(contact, CALLS, { rung: 0, at: days(1), how: 'for-good' });
    expect([rungToCall(wrong), nextTry(wrong, CALLS)?.channel]).toEqual([null, 'email']);
  });

  it('that nobody has taken leaves the later rungs as they are, and says nothing of the wave', () => {
    const untaken = bounced(handed(), CALLS, { rung: 0, at: days(1), how: 'for-now' });
    expect(nextTry(untaken, CALLS)).toMatchObject({ rung: 1, channel: 'call' });
    expect([hasBounced(untaken), isUnreachable(untaken)]).toEqual([false, true]);
    expect(hasBounced(bounced(handed(), CALLS, { rung: 0, at: days(1), how: 'for-good' }))).toBe(true);
  });
});
