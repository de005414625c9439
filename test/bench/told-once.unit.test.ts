import { describe, expect, test } from '@jest/globals';
import { differencesOf, type Kept } from '../../bench/soak/told-once.js';

const kept: Kept[] = [
  { recipient: 'c1', channel: 'email', state: 'delivered', isBack: false, id: 'a' },
  { recipient: 'c2', channel: 'webhook', state: 'delivered', isBack: false, id: 'b' },
];
const none: ReadonlySet<string> = new Set();
const noted = { email: ['a'], webhook: ['b'] };
const well = { notices: 2, kept, doubts: new Map<string, number>(), noted, cameBack: none };

describe('of a campaign whose processes were killed', () => {
  test('nothing differs where each recipient was told once', () => {
    expect(differencesOf(well)).toEqual([]);
  });

  test('what arrived again is a difference but where it was in doubt as often', () => {
    const again = { ...well, noted: { email: ['a', 'a', 'a'], webhook: ['b'] } };
    expect(differencesOf({ ...again, doubts: new Map([['a', 2]]) })).toEqual([]);
    expect(differencesOf({ ...again, doubts: new Map([['a', 1]]) })).toEqual([
      'c1 was told 3 times by email, in doubt 1 times',
    ]);
    // Doubts on one message excuse no other.
    expect(differencesOf({ ...again, doubts: new Map([['b', 2]]) })).toHaveLength(1);
  });

  test('what came again by text message is one however often it was in doubt', () => {
    const texted: Kept[] = [{ recipient: 'c3', channel: 'sms', state: 'delivered', isBack: false, id: 'c' }];
    const of = { notices: 1, kept: texted, doubts: new Map([['c', 4]]), noted: { sms: ['c'] }, cameBack: none };
    expect(differencesOf(of)).toEqual([]);
    expect(differencesOf({ ...of, noted: { sms: ['c', 'c'] } })).toEqual([
      'c3 was told 2 times by sms, in doubt 4 times',
    ]);
  });

  test('a text message may be refused where Twilio was asked in doubt and had it back by then', () => {
    const texted: Kept[] = [{ recipient: 'c3', channel: 'sms', state: 'refused', isBack: true, id: 'c' }];
    const of = {
      notices: 1,
      kept: texted,
      doubts: new Map([['c', 1]]),
      noted: { sms: ['c'] },
      cameBack: new Set(['c']),
    };
    expect(differencesOf(of)).toEqual([]);
    expect(differencesOf({ ...of, doubts: new Map() })).toEqual(['c3 is refused']);
    expect(differencesOf({ ...of, kept: [{ ...texted[0]!, isBack: false }], cameBack: none })).toEqual([
      'c3 is refused',
    ]);
  });

  test('what was in doubt stays put off where it came back before it was tried again', () => {
    const put: Kept[] = [{ ...kept[0]!, state: 'deferred', isBack: true }, kept[1]!];
    const of = { ...well, kept: put, doubts: new Map([['a', 1]]), cameBack: new Set(['a']) };
    expect(differencesOf(of)).toEqual([]);
    expect(differencesOf({ ...of, doubts: new Map() })).toEqual(['c1 is deferred']);
    expect(differencesOf({ ...of, kept: [{ ...put[0]!, isBack: false }, kept[1]!], cameBack: none })).toEqual([
      'c1 is deferred',
    ]);
  });

  test('what came back is what far ends say has come back', () => {
    const back: Kept[] = [{ ...kept[0]!, isBack: true }, kept[1]!];
    expect(differencesOf({ ...well, kept: back, cameBack: new Set(['a']) })).toEqual([]);
    expect(differencesOf({ ...well, kept: back })).toHaveLength(1);
    expect(differencesOf({ ...well, cameBack: new Set(['a']) })).toHaveLength(1);
  });

  test.each([
    ['a notice that no far end has', { noted: { email: [], webhook: ['b'] } }],
    ['one that came on another channel', { noted: { email: ['a', 'b'], webhook: [] } }],
    ['one that nobody has sent', { noted: { email: ['a', 'x'], webhook: ['b'] } }],
    ['a recipient without a notice', { notices: 3 }],
    [
      'a recipient with two',
      { kept: [...kept, { ...kept[0]!, id: 'c' }], noted: { email: ['a', 'c'], webhook: ['b'] } },
    ],
    ['a notice that is still claimed', { kept: [{ ...kept[0]!, state: 'claimed' }, kept[1]!] }],
  ])('%s differs', (_what, changed) => {
    expect(differencesOf({ ...well, ...changed })).not.toEqual([]);
  });
});
