import type { SaleLine } from './sales.js';
import { endRun } from './text.js';
import type { IsoDate } from './words.js';

/** Serial numbers from one to another, both included. */
export type SerialRange = { from: string; to: string };

/** What of an item is recalled, as somebody asks for it. Nobody gives it a version: the first is 1. */
export type NewScope =
  /** As it was sold on these days, both included. */
  | { kind: 'window'; item: string; from: IsoDate; to: IsoDate }
  | { kind: 'lots'; item: string; lots: string[] }
  | { kind: 'serials'; item: string; ranges: SerialRange[] };
export type ScopeKind = NewScope['kind'];

/** What is recalled. A version is never edited. */
export type Scope = { version: number } & NewScope;

/** What a sale line may carry beside its day. */
export type Mark = 'lot' | 'serial';
const MARK_WORDS = { lot: 'lot', serial: 'serial number' } as const satisfies Record<Mark, string>;

/** Sales of the item that lack what the scope goes by, so that nobody can say whether they lie in it. */
export type Unmarked = { lacks: Mark; lines: number; units: number };

/** What a sale line must carry so that a scope can hold it; null where the day of the sale is enough. */
export function markOf({ kind }: NewScope): Mark | null {
  switch (kind) {
    case 'window':
      return null;
    case 'lots':
      return 'lot';
    case 'serials':
      return 'serial';
    default:
      return kind satisfies never;
  }
}

/** A scope in English, in words that can follow others. */
export function scopeWords(scope: NewScope): string {
  switch (scope.kind) {
    case 'window':
      return `item ${scope.item}, sold ${scope.from} to ${scope.to}`;
    case 'lots':
      return `item ${scope.item}, ${scope.lots.length === 1 ? 'lot' : 'lots'} ${scope.lots.join(', ')}`;
    case 'serials': {
      const isOne = scope.ranges.length === 1 && scope.ranges[0]!.from === scope.ranges[0]!.to;
      const ranges = scope.ranges.map(({ from, to }) => (from === to ? from : `${from} to ${to}`));
      return `item ${scope.item}, serial ${isOne ? 'number' : 'numbers'} ${ranges.join(', ')}`;
    }
    default:
      return scope satisfies never;
  }
}

/** What of the item a scope names, as fields for the systems of others: a warehouse, a partner. */
export type ScopeFields = { soldFrom: IsoDate; soldTo: IsoDate } | { lots: string[] } | { serials: SerialRange[] };

export function scopeFields(scope: NewScope): ScopeFields {
  switch (scope.kind) {
    case 'window':
      return { soldFrom: scope.from, soldTo: scope.to };
    case 'lots':
      return { lots: scope.lots };
    case 'serials':
      return { serials: scope.ranges };
    default:
      return scope satisfies never;
  }
}

/** How much of the item a scope may be missing, in English; null where every sale says whether it belongs to it. */
export function unmarkedWords(unmarked: Unmarked | null): string | null {
  if (unmarked === null || unmarked.lines === 0) return null;
  const { lacks, lines, units } = unmarked;
  return `${lines} sale lines with ${units} units of the item carry no ${MARK_WORDS[lacks]}: they may be affected, and are NOT part of this scope`;
}

/** Whether a scope holds a sale line, a credit among them. The store asks the same in SQL. */
export function inScope(scope: NewScope, line: Pick<SaleLine, 'item' | 'soldAt' | 'lot' | 'serial'>): boolean {
  if (line.item !== scope.item) return false;
  switch (scope.kind) {
    case 'window': {
      const day = line.soldAt.slice(0, 10);
      return scope.from <= day && day <= scope.to;
    }
    case 'lots':
      return line.lot !== null && scope.lots.includes(line.lot);
    case 'serials': {
      const { serial } = line;
      return serial !== null && scope.ranges.some((range) => inRange(range, serial));
    }
    default:
      return scope satisfies never;
  }
}

/** What is wrong with a scope that somebody asks for, in a sentence without its full stop; null where nothing is. */
export function wrongScope(scope: NewScope): string | null {
  switch (scope.kind) {
    case 'window':
      return scope.from > scope.to ? 'the window ends before it begins' : null;
    case 'lots': {
      if (scope.lots.length === 0) return 'no lot is given';
      const twice = scope.lots.find((lot, index) => scope.lots.indexOf(lot) !== index);
      return twice === undefined ? null : `lot ${twice} is given twice`;
    }
    case 'serials':
      if (scope.ranges.length === 0) return 'no serial number is given';
      return scope.ranges.map(wrongRange).find((wrong) => wrong !== null) ?? null;
    default:
      return scope satisfies never;
  }
}

/** Printable ASCII without a space at either end: what serial numbers are made of, and what every machine sorts alike. */
const PLAIN = /^[!-~]([ -~]*[!-~])?$/;

function wrongRange({ from, to }: SerialRange): string | null {
  if (from === '' || to === '') return 'a range of serial numbers lacks an end';
  const odd = [from, to].find((serial) => !PLAIN.test(serial));
  if (odd !== undefined)
    return `serial number ${JSON.stringify(odd)} has other characters than letters, digits and signs`;
  const [first, last] = [serialParts(from), serialParts(to)];
  if (from.length !== to.length || (first.number === '') !== (last.number === ''))
    return `serial numbers ${from} and ${to} are not written alike: each width needs a range of its own, such as 7 to 9 and 10 to 12`;
  if (first.number !== '' && first.prefix !== last.prefix)
    return `serial numbers ${from} and ${to} do not begin alike: what stands before the number must be the same`;
  return from > to ? `the range of serial numbers ${from} to ${to} ends before it begins` : null;
}

/** A serial number as what it begins with and the number that it ends in; `number` is empty where it ends in none. */
export function serialParts(serial: string): { prefix: string; number: string } {
  const start = endRun(serial, '0123456789');
  return { prefix: serial.slice(0, start), number: serial.slice(start) };
}

/**
 * A range holds what is written as its ends are: as wide, with the same beginning and then digits only. Leading zeros
 * count, so A100 to A250 does not hold A0100, and numbers of one width sort as text does. Ends without a number hold what
 * lies between them bytewise.
 */
function inRange({ from, to }: SerialRange, serial: string): boolean {
  if (Array.from(serial).length !== from.length || serial < from || serial > to) return false;
  const { prefix, number } = serialParts(from);
  return number === '' || /^[0-9]+$/.test(serial.slice(prefix.length));
}
