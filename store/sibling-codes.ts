import type { NewScope } from '../engine/scope.js';
import { endRun } from '../engine/text.js';
import { siblingKey } from '../engine/sibling-key.js';
import type { Client, Queryable } from './db.js';
import { withinItem } from './trace/scope-predicate.js';

/** Another spelling of what a scope names, and how much was sold under it. `item` is the scope's own where a lot or a serial number is written otherwise. */
export type SiblingCode = { item: string; lines: number; units: number };

/** Keeps of each item what its spellings have in common, so that siblings are found however many lines were sold. */
export async function keepItemCodes(client: Client, items: ReadonlySet<string>): Promise<void> {
  const codes = [...items];
  await client.query(
    'insert into item_code (item, sibling) select * from unnest($1::text[], $2::text[]) on conflict do nothing',
    [codes, codes.map(siblingKey)],
  );
}

/**
 * Sales that the scope would hold if the spelling of its item and lots said nothing, as siblingKey says; of serial numbers
 * letter case and surrounding spaces. They are most often the same product, typed by another hand or read by another scanner,
 * and no part of the scope.
 */
export async function siblingCodes(db: Queryable, scope: NewScope): Promise<SiblingCode[]> {
  const known = await db.query<{ item: string }>('select item from item_code where sibling = $1', [
    siblingKey(scope.item),
  ]);
  const items = known.rows.map(({ item }) => item);
  if (items.length === 0) return [];
  const values: unknown[] = [items, scope.item];
  const isHeld = `item = $2 and ${withinItem(scope, values)}`;
  const { rows } = await db.query<SiblingCode>(
    `select item, count(*)::integer as lines, sum(quantity)::integer as units
       from sale_line
      where item = any($1::text[]) and kind = 'sale' and ${await alike(db, scope, { items, values })} and not (${isHeld})
      group by item order by item`,
    values,
  );
  return rows;
}

/** Which lines of these items the scope would hold, as a condition. */
async function alike(
  db: Queryable,
  scope: NewScope,
  { items, values }: { items: string[]; values: unknown[] },
): Promise<string> {
  switch (scope.kind) {
    case 'window':
      return withinItem(scope, values);
    case 'lots': {
      const { rows } = await db.query<{ lot: string }>(
        'select distinct lot from sale_line where item = any($1::text[]) and lot is not null',
        [items],
      );
      const keys = new Set(scope.lots.map(siblingKey));
      const lots = rows.map(({ lot }) => lot).filter((lot) => keys.has(siblingKey(lot)));
      return withinItem({ ...scope, lots }, values);
    }
    case 'serials': {
      // Each unit may have one of its own: too many to be looked at one by one.
      const ranges = scope.ranges.map(({ from, to }) => ({ from: capitals(from), to: capitals(to) }));
      return withinItem({ ...scope, ranges }, values, { lot: 'lot', serial: 'upper(btrim(serial))' });
    }
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
