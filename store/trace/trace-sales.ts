import type { RecallError } from '../../engine/errors.js';
import { markOf, type NewScope, type Scope, type Unmarked } from '../../engine/scope.js';
import { nobodyBought, type TraceResult } from '../../engine/trace.js';
import type { RecallId } from '../../engine/words.js';
import type { Client, Queryable } from '../db.js';
import { ARRIVED, type Arrived } from '../late-sales.js';
import { scopePredicate } from './scope-predicate.js';

/**
 * Who received units, of the lines called `in_scope`. A credit is matched to what the customer bought before it and has not
 * been credited yet. `ahead` is by how much the credits up to a line exceed the purchases up to it; its maximum is what no
 * purchase in the scope explains.
 */
export const CONSIGNEES = `
  select customer as code, array_agg(distinct market order by market) filter (where kind = 'sale') as markets,
         sum(quantity) filter (where kind = 'sale')::integer as units, count(*) filter (where kind = 'sale')::integer as lines,
         (coalesce(-sum(quantity) filter (where kind = 'credit'), 0) - greatest(0, max(ahead)))::integer as "unitsCredited"
    from (select *, sum(-quantity) over (partition by customer order by sold_at, kind = 'credit' rows unbounded preceding) as ahead
            from in_scope where customer is not null and kind in ('sale', 'credit')) moved
   group by customer having bool_or(kind = 'sale')`;

/** What a trace found, and which imports that counts. */
type Found = TraceResult & { arrived: Arrived };

/** The affected units of a scope, from the imported sales. Throws `nobody-bought`. */
export async function traceSales(db: Queryable, scope: NewScope): Promise<TraceResult> {
  const { arrived: _arrived, ...result } = await find(db, scope, [], (consignees) => consignees);
  return result;
}

/**
 * Traces a scope and keeps who received units of it, in the place of whom a trace before had found: all in one statement, so
 * that nobody holds them all, and of one instant. What is committed meanwhile is in none of the numbers. Throws `nobody-bought`.
 */
export async function keepTraced(client: Client, recallId: RecallId, scope: Scope): Promise<Found> {
  await client.query('delete from traced_consignee where recall_id = $1 and scope_version = $2', [
    recallId,
    scope.version,
  ]);
  return find(
    client,
    scope,
    [recallId, scope.version],
    (consignees) => `
      insert into traced_consignee (recall_id, scope_version, code, markets, units, units_credited, lines)
      select $1, $2, code, markets, units, "unitsCredited", lines from (${consignees}) consignee order by code
      returning units_credited as "unitsCredited"`,
  );
}

async function find(
  db: Queryable,
  scope: NewScope,
  values: unknown[],
  found: (consignees: string) => string,
): Promise<Found> {
  const inScope = scopePredicate(scope, values);
  const { text: unmarked, values: all } = unmarkedQuery(scope, values);
  const { rows } = await db.query<Found>(
    `with in_scope as (select customer, market, kind, quantity, sold_at from sale_line where ${inScope}),
          found as (${found(CONSIGNEES)})
     select total.*, matched.*, market.*, (${unmarked}) as unmarked, (select row_to_json(arrived) from (${ARRIVED}) arrived) as arrived
       from (select count(*) filter (where kind = 'sale')::integer as "saleLines",
                    coalesce(sum(quantity) filter (where kind = 'sale'), 0)::integer as "unitsSold",
                    count(*) filter (where kind = 'sale' and customer is null)::integer as "unidentifiedLines",
                    coalesce(sum(quantity) filter (where kind = 'sale' and customer is null), 0)::integer as "unidentifiedUnits",
                    count(*) filter (where kind = 'credit')::integer as "creditLines",
                    coalesce(-sum(quantity) filter (where kind = 'credit'), 0)::integer as "unitsCredited"
               from in_scope) total
      cross join (select count(*)::integer as consignees, coalesce(sum("unitsCredited"), 0)::integer as "unitsCreditedMatched" from found) matched
      cross join (select coalesce(json_agg(each order by market), '[]') as markets
                    from (select market, sum(quantity)::integer as units, count(distinct customer)::integer as consignees
                            from in_scope where kind = 'sale' group by market) each) market`,
    all,
  );
  const result = rows[0]!;
  if (result.saleLines === 0) throw await notSold(db, scope);
  return result;
}

/** Whether a scope holds a sale, without the work of a trace. Throws `nobody-bought` where it does not. */
export async function requireSold(db: Queryable, scope: NewScope): Promise<void> {
  const values: unknown[] = [];
  const predicate = scopePredicate(scope, values);
  const sold = await db.query(`select 1 from sale_line where kind = 'sale' and ${predicate} limit 1`, values);
  if (sold.rows.length === 0) throw await notSold(db, scope);
}

async function notSold(db: Queryable, scope: NewScope): Promise<RecallError> {
  const item = await db.query('select 1 from sale_line where item = $1 limit 1', [scope.item]);
  const { text, values } = unmarkedQuery(scope, []);
  const { rows } = await db.query<{ unmarked: Unmarked | null }>(`select (${text}) as unmarked`, values);
  return nobodyBought(scope, { itemExists: item.rows.length > 0, unmarked: rows[0]!.unmarked });
}

/** Sales of the item that do not say whether they lie in the scope. */
function unmarkedQuery(scope: NewScope, values: unknown[]): { text: string; values: unknown[] } {
  const lacks = markOf(scope);
  if (lacks === null) return { text: 'null', values };
  return {
    text: `select json_build_object('lacks', '${lacks}', 'lines', count(*), 'units', coalesce(sum(quantity), 0))
             from sale_line where item = $${values.length + 1} and kind = 'sale' and ${lacks} is null`,
    values: [...values, scope.item],
  };
}
