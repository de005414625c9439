import type { Scope } from '../../engine/scope.js';
import { nobodyBought, type TracedConsignee, type TraceResult } from '../../engine/trace.js';
import type { RecallId } from '../../engine/words.js';
import type { Client, Queryable } from '../db.js';

const WINDOW = `select * from sale_line where item = $1 and sold_at >= $2 and sold_at < ($3::date + 1)::text`;
/**
 * A credit is matched to what the customer bought before it and has not been credited yet. `ahead` is by how much the
 * credits up to a line exceed the purchases up to it; its maximum is what no purchase in the window explains.
 */
const CONSIGNEES = `
  select customer as code, min(market) filter (where kind = 'sale') as market,
         sum(quantity) filter (where kind = 'sale')::integer as units, count(*) filter (where kind = 'sale')::integer as lines,
         (coalesce(-sum(quantity) filter (where kind = 'credit'), 0) - greatest(0, max(ahead)))::integer as "unitsCredited"
    from (select *, sum(-quantity) over (partition by customer order by sold_at, kind = 'credit' rows unbounded preceding) as ahead
            from in_window where customer is not null and kind in ('sale', 'credit')) moved
   group by customer having bool_or(kind = 'sale')`;

/** The affected units of a scope and who received them, from the imported sales. Throws `nobody-bought`. */
export async function traceSales(
  db: Queryable,
  scope: Scope,
): Promise<{ result: TraceResult; consignees: TracedConsignee[] }> {
  const values = [scope.item, scope.from, scope.to];
  const totals = await db.query<Omit<TraceResult, 'consignees' | 'unitsCreditedMatched' | 'markets'>>(
    `with in_window as (${WINDOW})
     select count(*) filter (where kind = 'sale')::integer as "saleLines",
            coalesce(sum(quantity) filter (where kind = 'sale'), 0)::integer as "unitsSold",
            count(*) filter (where kind = 'sale' and customer is null)::integer as "unidentifiedLines",
            coalesce(sum(quantity) filter (where kind = 'sale' and customer is null), 0)::integer as "unidentifiedUnits",
            count(*) filter (where kind = 'credit')::integer as "creditLines",
            coalesce(-sum(quantity) filter (where kind = 'credit'), 0)::integer as "unitsCredited"
       from in_window`,
    values,
  );
  const counts = totals.rows[0]!;
  if (counts.saleLines === 0) {
    const exists = await db.query('select 1 from sale_line where item = $1 limit 1', [scope.item]);
    throw nobodyBought(scope, exists.rows.length > 0);
  }
  const consignees = await db.query<TracedConsignee>(
    `with in_window as (${WINDOW}) ${CONSIGNEES} order by code`,
    values,
  );
  const markets = await db.query<TraceResult['markets'][number]>(
    `with in_window as (${WINDOW}), consignee as (${CONSIGNEES})
     select sale.market, sum(sale.quantity)::integer as units,
            (select count(*)::integer from consignee where consignee.market = sale.market) as consignees
       from in_window sale where sale.kind = 'sale' group by sale.market order by sale.market`,
    values,
  );
  const unitsCreditedMatched = consignees.rows.reduce((total, { unitsCredited }) => total + unitsCredited, 0);
  return {
    result: { ...counts, consignees: consignees.rows.length, unitsCreditedMatched, markets: markets.rows },
    consignees: consignees.rows,
  };
}

/** Keeps who received units of a scope version, which is never edited afterwards. */
export async function keepTraced(
  client: Client,
  recallId: RecallId,
  scopeVersion: number,
  consignees: TracedConsignee[],
): Promise<void> {
  await client.query(
    `insert into traced_consignee (recall_id, scope_version, code, market, units, units_credited, lines)
     select $1, $2, c->>'code', c->>'market', (c->>'units')::integer, (c->>'unitsCredited')::integer, (c->>'lines')::integer
       from jsonb_array_elements($3::jsonb) c on conflict do nothing`,
    [recallId, scopeVersion, JSON.stringify(consignees)],
  );
}
