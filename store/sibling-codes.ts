import type { Scope } from '../engine/scope.js';
import type { Queryable } from './db.js';

/** Another spelling of an item's code, and how much was sold under it. */
export type SiblingCode = { item: string; lines: number; units: number };

/**
 * Sales of the window under codes that differ from the scope's in letter case or surrounding spaces only. They are most
 * often the same product, typed by another hand, and no part of the scope.
 */
export async function siblingCodes(db: Queryable, { item, from, to }: Omit<Scope, 'version'>): Promise<SiblingCode[]> {
  const sold = `kind = 'sale' and sold_at >= $2 and sold_at < ($3::date + 1)::text`;
  const { rows } = await db.query<SiblingCode>(
    `with wanted as (select upper(btrim($1::text collate "C")) as code),
          sibling as (
            select item, quantity from sale_line, wanted where item = wanted.code and ${sold}
            union all
            select item, quantity from sale_line, wanted
             where item <> upper(btrim(item)) and upper(btrim(item)) = wanted.code and ${sold})
     select item, count(*)::integer as lines, sum(quantity)::integer as units
       from sibling where item <> $1 group by item order by item`,
    [item, from, to],
  );
  return rows;
}
