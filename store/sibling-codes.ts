import type { NewScope } from '../engine/scope.js';
import { endRun } from '../engine/text.js';
import type { Queryable } from './db.js';
import { withinItem } from './trace/scope-predicate.js';

/** Another spelling of what a scope names, and how much was sold under it. `item` is the scope's own where a lot or a serial number is written otherwise. */
export type SiblingCode = { item: string; lines: number; units: number };

/**
 * Sales that the scope would hold if letter case and surrounding spaces of item, lot and serial number said nothing. They
 * are most often the same product, typed by another hand, and no part of the scope.
 */
export async function siblingCodes(db: Queryable, scope: NewScope): Promise<SiblingCode[]> {
  const plain = inCapitals(scope);
  const values: unknown[] = [scope.item, plain.item];
  const isHeld = `item = $1 and ${withinItem(scope, values)}`;
  const isAlike = withinItem(plain, values, { lot: 'upper(btrim(lot))', serial: 'upper(btrim(serial))' });
  const { rows } = await db.query<SiblingCode>(
    `with alike as (
            select * from sale_line where item = $2 and kind = 'sale' and ${isAlike}
            union all
            select * from sale_line
             where item <> upper(btrim(item)) and upper(btrim(item)) = $2 and kind = 'sale' and ${isAlike})
     select item, count(*)::integer as lines, sum(quantity)::integer as units
       from alike where not (${isHeld}) group by item order by item`,
    values,
  );
  return rows;
}

function inCapitals(scope: NewScope): NewScope {
  const item = capitals(scope.item);
  switch (scope.kind) {
    case 'window':
      return { ...scope, item };
    case 'lots':
      return { ...scope, item, lots: scope.lots.map(capitals) };
    case 'serials':
      return {
        ...scope,
        item,
        ranges: scope.ranges.map(({ from, to }) => ({ from: capitals(from), to: capitals(to) })),
      };
    default:
      return scope satisfies never;
  }
}

/** As the database does it in an index of bytes: letters beyond ASCII stay. */
function capitals(text: string): string {
  return text
    .slice(0, endRun(text, ' '))
    .replace(/^ +/, '')
    .replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
