import { expect, test } from '@jest/globals';
import {
  inScope,
  markOf,
  scopeFields,
  scopeWords,
  unmarkedWords,
  wrongScope,
  type NewScope,
} from '../../engine/scope.js';
import type { IsoDate, IsoInstant } from '../../engine/words.js';

const ITEM = '22423';
const WINDOW: NewScope = { kind: 'window', item: ITEM, from: '2026-03-03' as IsoDate, to: '2026-06-02' as IsoDate };

function lots(...named: string[]): NewScope {
  return { kind: 'lots', item: ITEM, lots: named };
}

/** `A1..A9`, or one serial number alone. */
function serials(...named: string[]): NewScope {
  const ranges = named.map((range) => range.split('..')).map(([from, to = from]) => ({ from: from!, to: to! }));
  return { kind: 'serials', item: ITEM, ranges };
}

test.each([
  [WINDOW, 'item 22423, sold 2026-03-03 to 2026-06-02'],
  [lots('L1'), 'item 22423, lot L1'],
  [lots('L1', 'L2'), 'item 22423, lots L1, L2'],
  [serials('A100'), 'item 22423, serial number A100'],
  [serials('A100..A250'), 'item 22423, serial numbers A100 to A250'],
  [serials('A100..A250', 'B7'), 'item 22423, serial numbers A100 to A250, B7'],
])('a scope reads as one sentence: %j', (scope, words) => {
  expect(scopeWords(scope)).toBe(words);
});

test.each([
  [WINDOW, { soldFrom: '2026-03-03', soldTo: '2026-06-02' }],
  [lots('L1', 'L2'), { lots: ['L1', 'L2'] }],
  [serials('A100..A250', 'B7'), { serials: [{ from: 'A100', to: 'A250' }, { from: 'B7', to: 'B7' }] }], // prettier-ignore
])('a scope has fields for the systems of others: %j', (scope, fields) => {
  expect(scopeFields(scope)).toEqual(fields);
});

test('of sales that cannot be told the words name lines, units and what they lack, and there are none without such sales', () => {
  const rest = 'they may be affected, and are NOT part of this scope';
  const [lines, units] = [12, 30];
  expect(unmarkedWords({ lacks: 'lot', lines, units })).toBe(
    `12 sale lines with 30 units of the item carry no lot: ${rest}`,
  );
  expect(unmarkedWords({ lacks: 'serial', lines, units })).toBe(
    `12 sale lines with 30 units of the item carry no serial number: ${rest}`,
  );
  expect(unmarkedWords({ lacks: 'lot', lines: 0, units: 0 })).toBeNull();
  expect(unmarkedWords(null)).toBeNull();
  expect([WINDOW, lots('L1'), serials('A1')].map(markOf)).toEqual([null, 'lot', 'serial']);
});

test.each([
  [{ ...WINDOW, to: WINDOW.kind === 'window' ? WINDOW.from : null } as NewScope, null],
  [{ ...WINDOW, to: '2026-03-02' } as NewScope, 'the window ends before it begins'],
  [lots(), 'no lot is given'],
  [lots('L1', 'L2', 'L1'), 'lot L1 is given twice'],
  [lots('L1', 'l1'), null],
  [serials(), 'no serial number is given'],
  [serials('A1..'), 'a range of serial numbers lacks an end'],
  [serials('..A1'), 'a range of serial numbers lacks an end'],
  [serials('A250..A100'), 'the range of serial numbers A250 to A100 ends before it begins'],
  [serials('A1..A9', 'B250..B100'), 'the range of serial numbers B250 to B100 ends before it begins'],
  [serials('AZ..AB'), 'the range of serial numbers AZ to AB ends before it begins'],
  [serials('A100..A250', 'SN 7', '0001..0999', 'AA..AF', 'A-1/07'), null],
  [serials('Ä1'), 'serial number "Ä1" has other characters than letters, digits and signs'],
  [serials(' A1'), 'serial number " A1" has other characters than letters, digits and signs'],
])('%j is wrong or not: %s', (scope, wrong) => {
  expect(wrongScope(scope)).toBe(wrong);
});

test.each(['A99..A100', 'A099..A1000', 'AB..A7', 'A7..AB'])('the ends of %s are not written alike', (range) => {
  expect(wrongScope(serials(range))).toContain('are not written alike: each width needs a range of its own');
});

test.each(['A100..B250', 'A-1-07..A-2-09', '100..A99'])('the ends of %s do not begin alike', (range) => {
  expect(wrongScope(serials(range))).toContain('do not begin alike');
});

const LINE = { item: ITEM, soldAt: '2026-03-03T00:00:00.000Z' as IsoInstant, lot: null, serial: null };

test.each([
  ['the first instant of its first day', '2026-03-03T00:00:00.000Z', true],
  ['the last instant of its last day', '2026-06-02T23:59:59.999Z', true],
  ['the instant before', '2026-03-02T23:59:59.999Z', false],
  ['the instant after', '2026-06-03T00:00:00.000Z', false],
])('a window and %s', (_what, soldAt, holds) => {
  expect(inScope(WINDOW, { ...LINE, soldAt: soldAt as IsoInstant })).toBe(holds);
});

test.each([
  ['L1', true],
  ['L2', true],
  ['L3', false],
  ['l1', false],
  ['L', false],
  [null, false],
])('lots L1, L2 and lot %s', (lot, holds) => {
  expect(inScope(lots('L1', 'L2'), { ...LINE, lot, serial: 'L1' })).toBe(holds);
});

test.each([
  ['A100..A250', 'A100', true],
  ['A100..A250', 'A250', true],
  ['A100..A250', 'A199', true],
  ['A100..A250', 'A099', false],
  ['A100..A250', 'A251', false],
  // Leading zeros and width belong to a serial number.
  ['A100..A250', 'A0100', false],
  ['A100..A250', 'A15', false],
  ['0099..0100', '0099', true],
  ['0099..0100', '99', false],
  // What stands before the number does too, and after it nothing.
  ['A100..A250', 'B150', false],
  ['A100..A250', 'a150', false],
  ['A100..A250', 'A15X', false],
  ['A100..A250', 'A1:0', false],
  ['SN 100..SN 250', 'SN 101', true],
  // Without a number they are text.
  ['AA..AF', 'AC', true],
  ['AA..AF', 'AG', false],
  ['AA..AF', 'ACE', false],
  ['AA..AF', 'A', false],
  ['AX..BX', 'A😀', true],
  ['A7', 'A7', true],
  ['A7', 'A8', false],
  ['A7', null, false],
])('serial numbers %s and %s', (range, serial, holds) => {
  expect(inScope(serials('Z1', range), { ...LINE, serial, lot: 'A100' })).toBe(holds);
});

test.each([WINDOW, lots('L1'), serials('A1')])('another item is in no scope: %j', (scope) => {
  const line = { ...LINE, lot: 'L1', serial: 'A1' };
  expect(inScope(scope, line)).toBe(true);
  expect(inScope(scope, { ...line, item: '22423b' })).toBe(false);
});
