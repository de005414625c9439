import type { Client } from '../db.js';

/** What an import says otherwise of an invoice's lines of one item: their units as they were counted, and as they are now. */
export type Correction = { invoice: string; item: string; customer: string | null; was: number; is: number };
export type Corrected = {
  /** How many invoices' lines of an item were corrected; those of which nothing is left are withdrawn. */
  corrected: number;
  /** The first hundred of them. */
  corrections: Correction[];
  /** Lines that a later file had replaced and that come again as they were: this file may be older than what is here. */
  cameBack: number;
};

export const NOTHING_CORRECTED: Corrected = { corrected: 0, corrections: [], cameBack: 0 };
const SHOWN_MAX = 100;

/**
 * Whether a line that comes and one that is held are of one sale, whatever their quantity. The day is part of it, because
 * numbers of invoices come again in other years. A line that was held without lot or serial number may come with them, and
 * be several then; who comes without them says nothing of lines that have them. A line of no units withdraws, whatever kind
 * its line was of.
 */
const SPEAKS_OF = `held.invoice = fresh.invoice and held.item = fresh.item and left(held.sold_at, 10) = left(fresh.sold_at, 10)
   and held.customer is not distinct from fresh.customer
   and (held.lot is null or held.lot is not distinct from fresh.lot)
   and (held.serial is null or held.serial is not distinct from fresh.serial)
   and (held.kind = fresh.kind or fresh.quantity = 0)`;

/**
 * Of one sale the file holds a line that is new, and lacks one that is held: it says otherwise now. What it repeats stays,
 * and a file that holds all that is held and more has added to it.
 */
const FIND_REPLACED = `
  create temporary table replaced on commit drop as
  with spoken_of as (select distinct held.* from sale_line held join fresh on ${SPEAKS_OF} where held.source = $1 and held.quantity <> 0),
       here as (select content, count(*) as lines from staged where content in (select content from spoken_of) group by content)
  select spoken_of.* from spoken_of left join here using (content) where occurrence > coalesce(here.lines, 0)`;

/**
 * Moves to `sale_line_superseded` what the import `imported` replaces. `staged` holds the lines of its file, `fresh`
 * those of them that are not held.
 */
export async function supersede(client: Client, source: string, imported: string): Promise<Corrected> {
  const back = await client.query<{ lines: number }>(
    `select count(*)::integer as lines from fresh
      where exists (select from sale_line_superseded known
                     where known.source = $1 and known.content = fresh.content and known.occurrence = fresh.occurrence)`,
    [source],
  );
  const cameBack = back.rows[0]!.lines;
  const { rowCount } = await client.query(FIND_REPLACED.replace('$1', client.escapeLiteral(source)));
  if (rowCount === 0) return { ...NOTHING_CORRECTED, cameBack };
  await client.query(
    `delete from sale_line using replaced
      where sale_line.source = replaced.source and sale_line.content = replaced.content and sale_line.occurrence = replaced.occurrence`,
  );
  await client.query('insert into sale_line_superseded select *, $1 from replaced', [imported]);
  const { rows } = await client.query<Correction & { all: number }>(
    `select invoice, item, customer, sum(was)::integer as was, sum(said)::integer as is, count(*) over ()::integer as all
       from (select invoice, item, customer, left(sold_at, 10) as day, quantity as was, 0 as said from replaced
             union all
             select invoice, item, customer, left(sold_at, 10), 0, quantity from fresh
              where exists (select from replaced held where ${SPEAKS_OF})) each
      group by invoice, item, customer, day order by invoice, item limit ${SHOWN_MAX}`,
  );
  return { corrected: rows[0]?.all ?? 0, corrections: rows.map(({ all: _all, ...one }) => one), cameBack };
}
