import { serialParts, type NewScope } from '../../engine/scope.js';

/** Where a condition finds the lot and the serial number of a sale line: the columns, or what is made of them. */
type Marks = { lot: string; serial: string };
const AS_WRITTEN: Marks = { lot: 'lot', serial: 'serial' };

/**
 * Which lines of `sale_line` a scope holds, as a condition: what `inScope` of engine/scope.ts says of one line. What the
 * condition compares with is added to `values`, so that several can stand in one query.
 */
export function scopePredicate(scope: NewScope, values: unknown[]): string {
  return `item = ${bind(values, scope.item)} and ${withinItem(scope, values)}`;
}

/** Which of the lines of its item a scope holds, as a condition. */
export function withinItem(scope: NewScope, values: unknown[], { lot, serial }: Marks = AS_WRITTEN): string {
  switch (scope.kind) {
    case 'window':
      return `sold_at >= ${bind(values, scope.from)} and sold_at < (${bind(values, scope.to)}::date + 1)::text`;
    case 'lots':
      return `${lot} = any(${bind(values, scope.lots)}::text[])`;
    case 'serials': {
      const ranges = scope.ranges.map(({ from, to }) => {
        const first = `${bind(values, from)}::text`;
        const isAsWide = `length(${serial}) = length(${first})`;
        const isBetween = `${serial} >= ${first} and ${serial} <= ${bind(values, to)}::text`;
        const { prefix, number } = serialParts(from);
        const endsInDigits = number === '' ? 'true' : `substr(${serial}, ${prefix.length + 1}) !~ '[^0-9]'`;
        return `(${isBetween} and ${isAsWide} and ${endsInDigits})`;
      });
      return `(${ranges.join(' or ')})`;
    }
    default:
      return scope satisfies never;
  }
}

function bind(values: unknown[], value: unknown): string {
  values.push(value);
  return `$${values.length}`;
}
