import { expect, test } from '@jest/globals';
import { scopeSchema } from '../../api/contract/scope.js';

const item = '22423';
const LOTS = { kind: 'lots', item, lots: ['L1', 'L2'] };
const SERIALS = { kind: 'serials', item, ranges: [{ from: 'A10', to: 'A25' }] };
const WINDOW = { item, from: '2026-03-03', to: '2026-06-02' };

test('a scope of each kind is taken as it stands, and one without a kind is a window of sale', () => {
  expect(scopeSchema.parse(WINDOW)).toEqual({ kind: 'window', ...WINDOW });
  expect(scopeSchema.parse({ kind: 'window', ...WINDOW })).toEqual({ kind: 'window', ...WINDOW });
  expect(scopeSchema.parse(LOTS)).toEqual(LOTS);
  expect(scopeSchema.parse(SERIALS)).toEqual(SERIALS);
});

test.each([
  [{ ...WINDOW, to: '2026-03-02' }, 'to', 'the window ends before it begins'],
  [{ ...WINDOW, to: '2026-02-30' }, 'to', 'Invalid ISO date'],
  [{ ...WINDOW, item: '' }, 'item', 'Too small'],
  [{ ...LOTS, lots: [] }, 'lots', 'no lot is given'],
  [{ ...LOTS, lots: ['L1', ''] }, 'lots.1', 'expected a lot'],
  [{ ...LOTS, lots: ['L\u0000'] }, 'lots.0', 'expected a lot'],
  [{ ...LOTS, lots: ['L1', 'L1'] }, 'lots', 'lot L1 is given twice'],
  [{ ...SERIALS, ranges: [] }, 'ranges', 'no serial number is given'],
  [{ ...SERIALS, ranges: [{ from: 'A25', to: 'A10' }] }, 'ranges', 'ends before it begins'],
  [{ ...SERIALS, ranges: [{ from: 'A9', to: 'A10' }] }, 'ranges', 'not written alike'],
  [{ ...SERIALS, ranges: [{ from: 'A9' }] }, 'ranges.0.to', 'expected string'],
  [{ ...LOTS, kind: 'sites' }, 'kind', 'expected window, lots, serials'],
  // What belongs to another kind is not left out in silence: nobody may think that both were meant.
  [{ ...WINDOW, lots: ['L1'] }, '', 'Unrecognized key: "lots"'],
  [{ ...LOTS, from: '2026-03-03' }, '', 'Unrecognized key: "from"'],
])('a scope that cannot be meant is refused, naming the field: %j', (scope, where, message) => {
  const { error } = scopeSchema.safeParse(scope);
  expect({ where: error?.issues[0]?.path.join('.'), message: error?.issues[0]?.message }).toEqual({
    where,
    message: expect.stringContaining(message),
  });
});
