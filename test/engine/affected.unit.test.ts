import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { affectedBy, type AskedOf } from '../../engine/affected.js';
import { inScope, type NewScope } from '../../engine/scope.js';
import type { IsoDate, IsoInstant } from '../../engine/words.js';

const WINDOW: NewScope = {
  kind: 'window',
  item: '22423A',
  from: '2026-03-03' as IsoDate,
  to: '2026-06-02' as IsoDate,
};
const LOTS: NewScope = { kind: 'lots', item: '22423A', lots: ['L-17', 'L-18'] };
const SERIALS: NewScope = { kind: 'serials', item: '22423A', ranges: [{ from: 'SN100', to: 'SN250' }] };
const NOTHING: AskedOf = { item: '', soldAt: '', lot: '', serial: '' };

const asked = (scope: NewScope, of: Partial<AskedOf>) => affectedBy(scope, { ...NOTHING, ...of });

describe('whether a product is affected', () => {
  it.each([
    [WINDOW, { item: '22423A', soldAt: '2026-03-03' }, 'affected'],
    // A shop may have had it in stock for long.
    [WINDOW, { item: '22423A', soldAt: '2026-12-24' }, 'affected'],
    [WINDOW, { item: '22423A', soldAt: '2026-03-02' }, 'clear'],
    [LOTS, { item: '22423A', lot: 'L-18' }, 'affected'],
    [LOTS, { item: '22423A', lot: 'L-19' }, 'clear'],
    [SERIALS, { item: '22423A', serial: 'SN100' }, 'affected'],
    [SERIALS, { item: '22423A', serial: 'SN251' }, 'clear'],
    // As wide as the ends, or another number.
    [SERIALS, { item: '22423A', serial: 'SN0100' }, 'clear'],
    [SERIALS, { item: '99999', serial: 'SN100' }, 'clear'],
  ] as const)('%j %j: %s', (scope, of, is) => {
    expect(asked(scope, of).is).toBe(is);
  });

  it('is known by what is compared: what was typed beside what is recalled', () => {
    expect(asked(WINDOW, { item: ' 22423a', soldAt: '2026-04-01' }).compared).toEqual([
      { field: 'item', entered: '22423a', recalled: '22423A' },
      { field: 'soldAt', entered: '2026-04-01', recalled: '2026-03-03 – …' },
    ]);
    expect(asked(LOTS, { item: '1', lot: 'L-17' }).compared).toEqual([
      { field: 'item', entered: '1', recalled: '22423A' },
    ]);
  });

  it.each([
    [WINDOW, {}, ['item', 'soldAt']],
    [WINDOW, { item: '22423A' }, ['soldAt']],
    [WINDOW, { item: '22423A', soldAt: '31.3.2026' }, ['soldAt']],
    [WINDOW, { item: '22423A', soldAt: '2026-02-31' }, ['soldAt']],
    [LOTS, { item: '22423A', soldAt: '2026-04-01' }, ['lot']],
    [SERIALS, { serial: 'SN100' }, ['item']],
  ] as const)('is not said where something is missing or no date: %j %j lacks %j', (scope, of, lacks) => {
    expect(asked(scope, of)).toEqual({ is: 'unsure', compared: [], lacks });
  });

  it('is never denied for a spelling: letter case, spaces, punctuation and invisible characters', () => {
    for (const item of ['22423a', ' 22423 A ', '22423-A', '22423\u200bA'])
      expect(asked(LOTS, { item, lot: 'l 17' }).is).toBe('affected');
    for (const serial of ['sn100', ' SN 100', 'SN\u00a0250'])
      expect(asked(SERIALS, { item: '22423A', serial }).is).toBe('affected');
  });
});

test('what the trace holds to be in scope, nobody is told to be safe, and what a shop sold after that neither', () => {
  const day = fc
    .integer({ min: 0, max: 400 })
    .map((days) => new Date(Date.UTC(2026, 0, 1) + days * 86_400_000).toISOString());
  const serial = fc.integer({ min: 0, max: 400 }).map((number) => `SN${String(number).padStart(3, '0')}`);
  fc.assert(
    fc.property(
      day,
      fc.constantFrom('L-16', 'L-17', 'L-18'),
      serial,
      fc.constantFrom(WINDOW, LOTS, SERIALS),
      (at, lot, sn, scope) => {
        const line = { item: scope.item, soldAt: at as IsoInstant, lot, serial: sn };
        const { is } = affectedBy(scope, { item: scope.item, soldAt: at.slice(0, 10), lot, serial: sn });
        const isLater = scope.kind === 'window' && at.slice(0, 10) > scope.to;
        expect(is).toBe(inScope(scope, line) || isLater ? 'affected' : 'clear');
      },
    ),
  );
});
