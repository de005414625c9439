import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Channel } from '../../engine/channels.js';
import { bounced, claimed, hasBounced, newContact, settled } from '../../engine/contact.js';
import type { ContactRung } from '../../engine/channels.js';
import { byExposure, CRITICALITIES, type Exposed } from '../../engine/exposure.js';
import { addToWave, inWaves, isOver, newWave, type FirstWave, type Waves } from '../../engine/waves.js';
import type { IsoDuration, IsoInstant, RecipientId } from '../../engine/words.js';

type Known = Exposed & { channels: Channel[] };

const one = (n: number, changes: Partial<Known> = {}): Known => ({
  recipient: `c${String(n).padStart(3, '0')}` as RecipientId,
  units: 1,
  criticality: null,
  channels: ['email'],
  ...changes,
});

const waves = (...first: FirstWave[]): Waves => ({ first, pause: 'P1D' as IsoDuration, stop: null });

describe('waves', () => {
  it('are of the critical, of a share, of so many, and of the rest', () => {
    const all = [one(1, { criticality: 'school' }), ...Array.from({ length: 9 }, (_, index) => one(index + 2))];
    const { sizes, waveOf } = inWaves(
      all,
      waves({ take: 'critical' }, { take: 'share', share: 0.25 }, { take: 'number', number: 2 }),
    );
    expect(sizes).toEqual([1, 3, 2, 4]);
    expect(all.map(({ recipient }) => waveOf.get(recipient))).toEqual([0, 1, 1, 1, 2, 2, 3, 3, 3, 3]);
  });

  it("that would be nobody's are none, and who has no address makes none", () => {
    const all = [one(1), one(2, { channels: [] })];
    const { sizes, waveOf } = inWaves(all, waves({ take: 'critical' }, { take: 'number', number: 5 }));
    expect(sizes).toEqual([1]);
    expect([...waveOf.values()]).toEqual([0, 0]);
    expect(inWaves(all, null).sizes).toEqual([1]);
  });

  it('hold everybody with an address once, and never the more exposed after the less', () => {
    const known = fc.record({
      n: fc.nat(900),
      units: fc.nat(9),
      criticality: fc.constantFrom(null, null, ...CRITICALITIES),
      channels: fc.constantFrom<Channel[]>(['email'], ['email', 'sms'], []),
    });
    const first = fc.array(
      fc.oneof(
        fc.constant<FirstWave>({ take: 'critical' }),
        fc.nat(100).map((n): FirstWave => ({ take: 'share', share: n / 100 })),
        fc.nat(9).map((number): FirstWave => ({ take: 'number', number })),
      ),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.uniqueArray(known, { selector: ({ n }) => n }), first, (list, named) => {
        const all = list.map(({ n, ...rest }) => one(n, rest)).sort(byExposure);
        const { sizes, waveOf } = inWaves(all, waves(...named));
        const written = all.filter(({ channels }) => channels.length > 0);
        expect(sizes.every((size) => size > 0)).toBe(true);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(written.length);
        const told = written.map(({ recipient }) => waveOf.get(recipient)!);
        expect(told).toEqual([...told].sort((a, b) => a - b));
      }),
    );
  });
});

describe('the limits of a wave', () => {
  const limits = { bounced: 0.1, complaints: 0.01 };

  it('are shares of the whole wave, which may be met and not passed', () => {
    const at = (bounced: number, complaints = 0) => isOver({ ...newWave(0, 100), bounced, complaints }, limits);
    expect([at(10), at(11), at(0, 1), at(0, 2)]).toEqual([false, true, false, true]);
    expect(isOver({ ...newWave(0, 100), bounced: 100 }, { bounced: null, complaints: 0.5 })).toBe(false);
  });

  it('count what has happened with its reason', () => {
    const counts = addToWave(newWave(1, 9), { bounced: 1, reasons: ['5.1.1'] });
    expect(addToWave(counts, { complaints: 1, reasons: ['abuse'] })).toEqual({
      wave: 1,
      recipients: 9,
      bounced: 1,
      complaints: 1,
      reasons: { '5.1.1': 1, abuse: 1 },
    });
  });

  it('count who was refused or sent back, and not who was held back before the wire', () => {
    const ladder = [{ by: 'email', after: 'PT0S' }] as ContactRung[];
    const at = '2026-09-10T08:00:00.000Z' as IsoInstant;
    const sent = (outcome: 'delivered' | 'refused' | 'egress-refused') =>
      settled(claimed(newContact(ladder, ['email']), ladder), ladder, { rung: 0, at, outcome });
    expect([sent('delivered'), sent('egress-refused'), sent('refused')].map(hasBounced)).toEqual([false, false, true]);
    expect(hasBounced(bounced(sent('delivered'), ladder, { rung: 0, at, how: 'for-now' }))).toBe(true);
    // Nobody took the telephone; or nobody has that number.
    const calls = [{ by: 'voice', after: 'PT0S' }] as ContactRung[];
    const called = settled(claimed(newContact(calls, ['voice']), calls), calls, { rung: 0, at, outcome: 'delivered' });
    const ends = (['for-now', 'for-good'] as const).map((how) => bounced(called, calls, { rung: 0, at, how }));
    expect(ends.map(hasBounced)).toEqual([false, true]);
  });
});
