import type { LateSales } from '../engine/late-sales.js';
import type { Scope } from '../engine/scope.js';
import type { IsoInstant, RecallId, StepName } from '../engine/words.js';
import { clock } from './clock.js';
import type { Client } from './db.js';
import { enqueue } from './outbox.js';
import { scopePredicate } from './trace/scope-predicate.js';

/** Which imports a snapshot of the database holds: all up to one, without those that were under way. */
export type Arrived = { upTo: string; without: string[] };
/** Sales of a recall that came after the last trace of one of its steps. */
export type LateOf = LateSales & { recallId: RecallId; step: StepName };

/** Numbers an import of sales, in its transaction; its lines carry the number. */
export async function numberImport(
  client: Client,
  { source, digest }: { source: string; digest: string },
): Promise<string> {
  const { rows } = await client.query<{ n: string }>(
    'insert into sales_import (source, digest) values ($1, $2) returning n',
    [source, digest],
  );
  return rows[0]!.n;
}

/** What has arrived, as whoever asks sees it. An import that fails leaves its number unused. */
export const ARRIVED = `
  select coalesce(max(n), 0)::text as "upTo",
         array(select missing::text from generate_series(1, (select coalesce(max(n), 0) from sales_import)) missing
                where not exists (select from sales_import where n = missing)) as without
    from sales_import`;

/** An import that commits, and a trace that does, go one after the other: each sees what the other has kept. */
const LOCK = "hashtext('sales that come after a trace')";

/** Keeps what a trace has counted, and tells the recall what came while it was counting. In the trace's last transaction. */
export async function keepArrived(
  client: Client,
  { recallId, step, scope, at }: { recallId: RecallId; step: StepName; scope: Scope; at: IsoInstant },
  { upTo, without }: Arrived,
): Promise<void> {
  await client.query(`select pg_advisory_xact_lock(${LOCK})`);
  await client.query(
    `insert into trace_mark (recall_id, step, scope, traces, traced_at, up_to, without) values ($1, $2, $3, 1, $4, $5, $6)
     on conflict (recall_id, step) do update set scope = excluded.scope, traces = trace_mark.traces + 1,
       traced_at = excluded.traced_at, up_to = excluded.up_to, without = excluded.without`,
    [recallId, step, JSON.stringify(scope), at, upTo, without],
  );
  const [mark] = (await marks(client)).filter((one) => one.recallId === recallId && one.step === step);
  if (mark !== undefined) await tell(client, mark, null);
}

/**
 * Tells every recall that is not closed, and whose scope holds a sale that this import brought, of all that has come since
 * its trace: by the outbox, in the import's transaction. Gives what was told.
 */
export async function tellLateSales(client: Client, imported: string): Promise<LateOf[]> {
  await client.query(`select pg_advisory_xact_lock_shared(${LOCK})`);
  const told: LateOf[] = [];
  for (const mark of await marks(client)) {
    const late = await tell(client, mark, imported);
    if (late !== null) told.push({ recallId: mark.recallId, step: mark.step, ...late });
  }
  return told;
}

type Mark = Arrived & { recallId: RecallId; step: StepName; scope: Scope; traces: number; since: IsoInstant };

async function marks(client: Client): Promise<Mark[]> {
  const { rows } = await client.query<Mark>(
    `select recall_id as "recallId", step, trace_mark.scope, traces, traced_at as since, up_to::text as "upTo", without::text[] as without
       from trace_mark join recall on recall.id = recall_id where phase in ('open', 'closing') order by recall_id, step`,
  );
  return rows;
}

/** Null where nothing has come, or nothing with this import. */
async function tell(client: Client, mark: Mark, imported: string | null): Promise<LateSales | null> {
  const { recallId, step, traces } = mark;
  const { isNews, ...late } = await lateSince(client, mark, imported);
  if (!isNews || (late.lines === 0 && late.replacedLines === 0)) return null;
  const id = `${recallId}/late/${step}/${traces}/${imported ?? 'meanwhile'}`;
  const at = await clock(client, recallId).now();
  await enqueue(client, recallId, { id, at, input: { type: 'sales came late', step, trace: traces, late } });
  return late;
}

async function lateSince(
  client: Client,
  { recallId, scope, since, upTo, without }: Mark,
  imported: string | null,
): Promise<LateSales & { isNews: boolean }> {
  const values: unknown[] = [upTo, without, imported];
  const isAfter = (column: string): string => `(${column} > $1::bigint or ${column} = any($2::bigint[]))`;
  const inScope = scopePredicate(scope, values);
  const newsOf = (column: string): string =>
    `coalesce(bool_or($3::bigint is null or ${column} = $3::bigint), false) as "isNews"`;
  const come = await client.query<
    Pick<LateSales, 'lines' | 'units' | 'customers' | 'newCustomers'> & { isNews: boolean }
  >(
    `select count(*)::integer as lines, coalesce(sum(quantity), 0)::integer as units, count(distinct customer)::integer as customers,
            count(distinct customer) filter (where not exists (
              select from traced_consignee traced
               where traced.recall_id = $${values.length + 1} and traced.scope_version = $${values.length + 2} and traced.code = customer))::integer as "newCustomers",
            ${newsOf('arrived')}
       from sale_line where kind = 'sale' and ${isAfter('arrived')} and ${inScope}`,
    [...values, recallId, scope.version],
  );
  const gone = await client.query<Pick<LateSales, 'replacedLines' | 'replacedUnits'> & { isNews: boolean }>(
    `select count(*)::integer as "replacedLines", coalesce(sum(quantity), 0)::integer as "replacedUnits", ${newsOf('superseded')}
       from sale_line_superseded
      where kind = 'sale' and ${isAfter('superseded')} and not ${isAfter('arrived')} and ${inScope}`,
    values,
  );
  const [arrived, replaced] = [come.rows[0]!, gone.rows[0]!];
  return { ...arrived, ...replaced, isNews: arrived.isNews || replaced.isNews, since };
}
