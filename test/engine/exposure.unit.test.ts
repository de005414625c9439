import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { byExposure, countCritical, CRITICALITIES, type Exposed } from '../../engine/exposure.js';
import type { RecipientId } from '../../engine/words.js';

const one = (recipient: string, units: number, criticality: Exposed['criticality'] = null): Exposed => ({
  recipient: recipient as RecipientId,
  units,
  criticality,
});

describe('the order of exposure', () => {
  it('puts critical places first, then who holds more, then goes by recipient', () => {
    const sorted = [one('c1', 5), one('c2', 90), one('c4', 1, 'school'), one('c3', 90), one('c5', 2, 'hospital')];
    expect(sorted.sort(byExposure).map(({ recipient }) => recipient)).toEqual(['c5', 'c4', 'c2', 'c3', 'c1']);
  });

  it('is the same from whatever order it is made', () => {
    const exposed = fc.record({
      recipient: fc.nat(500).map((n) => `c${n}` as RecipientId),
      units: fc.nat(5),
      criticality: fc.constantFrom(null, ...CRITICALITIES),
    });
    const some = fc.uniqueArray(exposed, { selector: ({ recipient }) => recipient });
    fc.assert(
      fc.property(some, (all) => {
        const sorted = [...all].sort(byExposure);
        expect([...all].reverse().sort(byExposure)).toEqual(sorted);
        const others = sorted.findIndex(({ criticality }) => criticality === null);
        if (others >= 0) expect(sorted.slice(others).every(({ criticality }) => criticality === null)).toBe(true);
      }),
    );
  });

  it('counts critical places by their kind', () => {
    expect(countCritical([one('c1', 1, 'school'), one('c2', 1), one('c3', 1, 'school')])).toEqual({ school: 2 });
  });
});
