import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHANNELS, type Channel } from '../../engine/channels.js';
import { countWishes, doNotContactText, heed, readDoNotContact } from '../../engine/do-not-contact.js';

describe('a wish not to be contacted', () => {
  const has: Channel[] = ['email', 'sms'];

  it('is honoured on the channels that it names, and leaves the others', () => {
    expect(heed(has, ['sms', 'webhook'], null)).toEqual({
      channels: ['email'],
      wish: { honoured: ['sms'], overruled: [], law: null },
    });
    expect(heed(has, 'all', null).channels).toEqual([]);
  });

  it('gives way to a law that demands the notice, by its name', () => {
    expect(heed(has, 'all', 'Art 35(1)')).toEqual({
      channels: has,
      wish: { honoured: [], overruled: has, law: 'Art 35(1)' },
    });
  });

  it('is none where it concerns no channel that they would be told on', () => {
    expect(heed(has, ['webhook'], 'Art 35(1)')).toEqual({ channels: has, wish: null });
    expect(countWishes([heed(has, [], null), heed(has, 'all', null), heed(has, 'all', 'law')])).toEqual({
      honoured: 1,
      overruled: 1,
    });
  });

  it('is read as it was kept', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant('all' as const), fc.subarray([...CHANNELS])), (unwanted) => {
        expect(readDoNotContact(doNotContactText(unwanted) ?? '')).toEqual(unwanted);
      }),
    );
    expect(readDoNotContact('pigeon')).toBeNull();
  });
});
