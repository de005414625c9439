import { describe, expect, it } from '@jest/globals';
import type { ContactRung } from '../../engine/channels.js';
import type { Contact, Try } from '../../engine/contact.js';
import { rungsOf, standingOf } from '../../engine/recipient-standing.js';
import type { AroundRungs } from '../../engine/rung-reasons.js';
import type { IsoDuration, IsoInstant } from '../../engine/words.js';

const AT = '2026-09-10T08:00:00.000Z' as IsoInstant;
const LADDER: ContactRung[] = [
  { by: 'email', after: 'PT0S' as IsoDuration },
  { by: 'sms', after: 'PT4H' as IsoDuration },
  { by: 'email', after: 'P3D' as IsoDuration },
];
const ANSWER = { quarantined: 1, soldOn: 0, destroyed: 0, passedOn: false };
const NEW: Contact = {
  channels: ['email', 'sms'],
  tries: [],
  firstAt: null,
  next: { rung: 0, at: null },
  answer: null,
};

function tried(...tries: (Partial<Try> & { state: Try['state'] })[]): Contact {
  const all = tries.map((one, rung): Try => {
    return { rung, channel: LADDER[rung]!.by, bounced: null, deferrals: 0, doubts: 0, isArrived: false, ...one };
  });
  return { ...NEW, tries: all, firstAt: AT, next: null };
}

const ALONE: AroundRungs = { wished: [], quietRungs: [], wave: 0 };

function wordsOf(contact: Contact, arrived = new Map<number, IsoInstant>()): string[] {
  return rungsOf(contact, LADDER, arrived, ALONE).map(({ words }) => words);
}

describe('a rung on which people call', () => {
  const CALLS = [{ by: 'call', after: 'PT0S' }] as ContactRung[];
  const words = (one: Partial<Try>): string => {
    const only: Try = {
      rung: 0,
      channel: 'call',
      state: 'handed',
      bounced: null,
      deferrals: 0,
      doubts: 0,
      isArrived: false,
      ...one,
    };
    return rungsOf({ ...NEW, channels: ['call'], tries: [only], firstAt: AT, next: null }, CALLS, new Map(), ALONE)[0]!
      .words;
  };

  it('says what callers found', () => {
    expect(words({})).toBe('with those who carry it');
    expect([words({ bounced: 'for-now' }), words({ bounced: 'for-good' })]).toEqual(['not taken', 'a wrong number']);
  });
});

describe('how a recipient stands', () => {
  it.each<[string, Contact]>([
    ['waiting', NEW],
    ['silent', tried({ state: 'delivered' })],
    ['unreachable', tried({ state: 'refused' })],
    ['unreachable', { ...NEW, channels: [], next: null }],
    ['answered', { ...tried({ state: 'refused' }), answer: ANSWER }],
  ])('is %s as the engine counts it', (standing, contact) => {
    expect(standingOf(contact)).toBe(standing);
  });

  it.each<[Contact, string[]]>([
    [NEW, ['due', 'to come', 'to come']],
    [{ ...NEW, channels: ['sms'], next: { rung: 1, at: AT } }, ['no address', 'due', 'no address']],
    [tried({ state: 'refused' }, { state: 'delivered' }), ['refused', 'taken', 'not tried, the address is dead']],
    [
      { ...tried({ state: 'delivered' }), answer: ANSWER },
      ['taken', 'not needed, answered before', 'not needed, answered before'],
    ],
    [
      tried({ state: 'deferred', doubts: 1 }, { state: 'deferred' }, { state: 'claimed' }),
      ['in doubt', 'put off', 'on its way'],
    ],
    [
      tried({ state: 'egress-refused' }),
      ['not allowed out of a drill', 'passed over', 'not tried, the address is dead'],
    ],
    [
      tried({ state: 'delivered', bounced: 'for-good' }, { state: 'delivered' }, { state: 'refused' }),
      ['came back for good', 'taken', 'refused'],
    ],
  ])('has a reason for every rung', (contact, words) => {
    expect(wordsOf(contact)).toEqual(words);
  });

  it('is known to have been reached where a provider says so, until it says otherwise', () => {
    const contact = tried({ state: 'delivered', bounced: 'for-now' }, { state: 'delivered' });
    const arrived = new Map([
      [0, AT],
      [1, AT],
    ]);
    expect(wordsOf(contact, arrived)).toEqual(['came back for now', 'arrived', 'passed over']);
  });
});

it('a rung for those whom nothing has reached is not needed by others', () => {
  const ladder: ContactRung[] = [LADDER[0]!, { by: 'sms', after: 'P2D' as IsoDuration, unless: 'reached' }];
  const words = (contact: Contact): string[] => rungsOf(contact, ladder, new Map(), ALONE).map((one) => one.words);
  expect(words(tried({ state: 'delivered' }))).toEqual(['taken', 'not needed, reached before']);
  expect(words({ ...tried({ state: 'refused' }), next: { rung: 1, at: AT } })).toEqual(['refused', 'due']);
});

describe('why a rung goes', () => {
  const whys = (contact: Contact, around: Partial<AroundRungs> = {}) =>
    rungsOf(contact, LADDER, new Map(), { ...ALONE, ...around }).map(({ why, held }) => [why, ...held].join(' '));

  it.each<[string, Contact, Partial<AroundRungs>, string[]]>([
    ['it is the first', NEW, {}, ['first', '', '']],
    ['its wave has come', NEW, { wave: 2 }, ['first wave', '', '']],
    [
      'nobody has answered',
      tried({ state: 'delivered' }, { state: 'delivered' }),
      { wave: 1 },
      ['first wave', 'silent', ''],
    ],
    ['the one before was refused', tried({ state: 'refused' }, { state: 'claimed' }), {}, ['first', 'refused', '']],
    [
      'it came back',
      tried({ state: 'delivered', bounced: 'for-now' }, { state: 'claimed' }),
      {},
      ['first', 'came-back', ''],
    ],
    ['it was put off', tried({ state: 'deferred' }, { state: 'delivered' }), {}, ['first', 'put-off', '']],
    ['it was held back', tried({ state: 'suppressed' }, { state: 'delivered' }), {}, ['first', 'held-back', '']],
    ['there is no address', { ...NEW, channels: ['sms'], next: { rung: 1, at: AT } }, {}, ['', 'no-address', '']],
    [
      'they wished so',
      { ...NEW, channels: ['sms'], next: { rung: 1, at: AT } },
      { wished: ['email'] },
      ['', 'wish', ''],
    ],
    [
      'they are awake',
      { ...tried({ state: 'delivered' }), next: { rung: 1, at: AT } },
      { quietRungs: [1] },
      ['first', 'silent quiet-hours', ''],
    ],
    ['a provider is away', { ...NEW, next: { rung: 1, at: AT } }, {}, ['', 'provider-away', '']],
    ['nothing goes to who has answered', { ...NEW, answer: ANSWER }, {}, ['', '', '']],
  ])('because %s', (_name, contact, around, expected) => {
    expect(whys(contact, around)).toEqual(expected);
  });

  it('and says of who asked not to be contacted that they did', () => {
    const contact: Contact = { ...NEW, channels: ['sms'], next: { rung: 1, at: null } };
    const words = rungsOf(contact, LADDER, new Map(), { ...ALONE, wished: ['email'] }).map((one) => one.words);
    expect(words).toEqual(['asked not to be contacted there', 'due', 'asked not to be contacted there']);
  });
});
