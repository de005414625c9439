import type { NewScope } from '../engine/scope.js';
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
 * letter case, punctuation and what nobody sees. They are most often the same product, typed by another hand or read by
 * another scanner, and no part of the scope.
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
      const ranges = scope.ranges.map(({ from, to }) => ({ from: bareSerial(from), to: bareSerial(to) }));
      if (ranges.some(({ from, to }) => from === '' || to === '')) return withinItem(scope, values);
      return withinItem({ ...scope, ranges }, values, { lot: 'lot', serial: BARE_SERIAL });
    }
    default:
      return scope satisfies never;
  }
}

/**
 * A serial number without what siblingKey takes from a code, by the database: case, punctuation and what nobody sees. Leading
 * zeros and check digits stay, for 007 and 7 may be two units. Letters beyond ASCII stay as they are.
 */
const BARE_SERIAL = String.raw`upper(regexp_replace(normalize(serial, NFKC), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xad\u034f\u061c\u180e\u2000-\u206f\u3000-\u3003\ufe00-\ufe0f\ufeff]', '', 'g') collate "C")`;

/** The same of an end of a range, which is printable ASCII. */
function bareSerial(end: string): string {
  return end.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}
