import type { RecallError } from '../../engine/errors.js';
import { markOf, type NewScope, type Unmarked } from '../../engine/scope.js';
import { nobodyBought, type TracedConsignee, type TraceResult } from '../../engine/trace.js';
import type { RecallId } from '../../engine/words.js';
import type { Client, Queryable } from '../db.js';
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

/** The affected units of a scope and who received them, from the imported sales. Throws `nobody-bought`. */
export async function traceSales(
  db: Queryable,
  scope: NewScope,
): Promise<{ result: TraceResult; consignees: TracedConsignee[] }> {
  const values: unknown[] = [];
  const inScope = `in_scope as (select * from sale_line where ${scopePredicate(scope, values)})`;
  const totals = await db.query<Omit<TraceResult, 'consignees' | 'unitsCreditedMatched' | 'markets' | 'unmarked'>>(
    `with ${inScope}
     select count(*) filter (where kind = 'sale')::integer as "saleLines",
            coalesce(sum(quantity) filter (where kind = 'sale'), 0)::integer as "unitsSold",
            count(*) filter (where kind = 'sale' and customer is null)::integer as "unidentifiedLines",
            coalesce(sum(quantity) filter (where kind = 'sale' and customer is null), 0)::integer as "unidentifiedUnits",
            count(*) filter (where kind = 'credit')::integer as "creditLines",
            coalesce(-sum(quantity) filter (where kind = 'credit'), 0)::integer as "unitsCredited"
       from in_scope`,
    values,
  );
  const counts = totals.rows[0]!;
  if (counts.saleLines === 0) throw await notSold(db, scope);
  const consignees = await db.query<TracedConsignee>(`with ${inScope} ${CONSIGNEES} order by code`, values);
  const markets = await db.query<TraceResult['markets'][number]>(
    `with ${inScope}
     select market, sum(quantity)::integer as units, count(distinct customer)::integer as consignees
       from in_scope where kind = 'sale' group by market order by market`,
    values,
  );
  const unitsCreditedMatched = consignees.rows.reduce((total, { unitsCredited }) => total + unitsCredited, 0);
  const unmarked = await unmarkedOf(db, scope);
  return {
    result: { ...counts, consignees: consignees.rows.length, unitsCreditedMatched, markets: markets.rows, unmarked },
    consignees: consignees.rows,
  };
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
  return nobodyBought(scope, { itemExists: item.rows.length > 0, unmarked: await unmarkedOf(db, scope) });
}

/** Sales of the item that do not say whether they lie in the scope. */
async function unmarkedOf(db: Queryable, scope: NewScope): Promise<Unmarked | null> {
  const lacks = markOf(scope);
  if (lacks === null) return null;
  const { rows } = await db.query<Omit<Unmarked, 'lacks'>>(
    `select count(*)::integer as lines, coalesce(sum(quantity), 0)::integer as units
       from sale_line where item = $1 and kind = 'sale' and ${lacks} is null`,
    [scope.item],
  );
  return { lacks, ...rows[0]! };
}

/** Keeps who received units of a scope version, in the place of whom a trace before had found. */
export async function keepTraced(
  client: Client,
  recallId: RecallId,
  scopeVersion: number,
  consignees: TracedConsignee[],
): Promise<void> {
  await client.query('delete from traced_consignee where recall_id = $1 and scope_version = $2', [
    recallId,
    scopeVersion,
  ]);
  await client.query(
    `insert into traced_consignee (recall_id, scope_version, code, markets, units, units_credited, lines)
     select $1, $2, c->>'code', array(select jsonb_array_elements_text(c->'markets')), (c->>'units')::integer, (c->>'unitsCredited')::integer, (c->>'lines')::integer
       from jsonb_array_elements($3::jsonb) c`,
    [recallId, scopeVersion, JSON.stringify(consignees)],
  );
}
