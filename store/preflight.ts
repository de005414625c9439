import type { Channel } from '../engine/channels.js';
import type { NewScope } from '../engine/scope.js';
import type { Language, Market, RecallId, RecallMode } from '../engine/words.js';
import { ADDRESS_COLUMNS } from './campaigns.js';
import type { Queryable } from './db.js';
import { scopePredicate } from './trace/scope-predicate.js';
import { CONSIGNEES } from './trace/trace-sales.js';

/** As many of what is counted as an answer names. */
export const EXAMPLES_MAX = 5;

const LACKS = ['contact', 'address', 'language'] as const;
/** So many customers, and the codes of those with the most units, by what they lack. */
export type CustomersLacking = Record<(typeof LACKS)[number], { count: number; examples: string[] }>;

/** The sales that a scope holds, and all of them where there is none. */
function inScope(scope: NewScope | null, values: unknown[]): string {
  return `in_scope as (select * from sale_line where ${scope === null ? 'true' : scopePredicate(scope, values)})`;
}

/**
 * What the customers of a scope lack so that a notice in these languages reaches them by these channels. Who has been
 * credited for all they bought is told nothing, and lacks nothing.
 */
export async function customersLacking(
  db: Queryable,
  scope: NewScope | null,
  { languages, channels }: { languages: Language[]; channels: Channel[] },
): Promise<CustomersLacking> {
  const values: unknown[] = [languages];
  const lines = inScope(scope, values);
  const addresses = channels.map((channel) => `contact.${ADDRESS_COLUMNS[channel]}`).join(', ');
  const { rows } = await db.query<{ lacks: keyof CustomersLacking; count: number; examples: string[] }>(
    `with ${lines}, consignee as (${CONSIGNEES}),
          told as (select consignee.code, units - "unitsCredited" as units, language, known, reachable
                     from consignee cross join lateral (
                       select count(*) > 0 as known, coalesce(bool_or(coalesce(${addresses}) is not null), false) as reachable,
                              (array_agg(language order by role, number))[1] as language
                         from contact where contact.code = consignee.code) contact
                    where units > "unitsCredited"),
          lacking as (select code, units, 'contact' as lacks from told where not known
                      union all select code, units, 'address' from told where known and not reachable
                      union all select code, units, 'language' from told where known and language <> all ($1))
     select lacks, count(*)::integer as count, (array_agg(code order by units desc, code))[1:${EXAMPLES_MAX}] as examples
       from lacking group by lacks`,
    values,
  );
  const of = (what: keyof CustomersLacking): CustomersLacking['contact'] => {
    const { count = 0, examples = [] } = rows.find(({ lacks }) => lacks === what) ?? {};
    return { count, examples };
  };
  return { contact: of('contact'), address: of('address'), language: of('language') };
}

/** The markets in which a scope was sold. */
export async function marketsOf(db: Queryable, scope: NewScope | null): Promise<Market[]> {
  const values: unknown[] = [];
  const { rows } = await db.query<{ market: Market }>(
    `with ${inScope(scope, values)} select distinct market from in_scope where kind = 'sale' order by market`,
    values,
  );
  return rows.map(({ market }) => market);
}

type Shared = { recallId: RecallId; mode: RecallMode; lines: number; units: number };

/** Other recalls and drills that are not closed and hold sales that this scope holds too, with how many. */
export async function sameUnitsRecalled(db: Queryable, scope: NewScope): Promise<Shared[]> {
  const others = await db.query<{ recallId: RecallId; mode: RecallMode; scope: NewScope }>(
    `select id as "recallId", mode, scope from recall
      where phase in ('open', 'closing') and scope->>'item' = $1 order by id`,
    [scope.item],
  );
  if (others.rows.length === 0) return [];
  const values: unknown[] = [];
  const lines = inScope(scope, values);
  const counted = others.rows.map((other) => {
    values.push(other.recallId, other.mode);
    const named = `$${values.length - 1}::text as "recallId", $${values.length}::text as mode`;
    return `select ${named}, count(*)::integer as lines, coalesce(sum(quantity), 0)::integer as units
              from in_scope where kind = 'sale' and ${scopePredicate(other.scope, values)} having count(*) > 0`;
  });
  const { rows } = await db.query<Shared>(`with ${lines} ${counted.join(' union all ')} order by "recallId"`, values);
  return rows;
}
