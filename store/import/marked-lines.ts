import type { SalesMapping } from '../../imports/mapping.js';
import type { Client } from '../db.js';

/** As many lines without lot and serial number go as come with them: the repeats first, so that the rest is numbered from 1. */
const MAKE_WAY = `
  with fresh as (
         select unmarked as content, count(*) as lines from incoming
          where unmarked is not null and not exists (
                select 1 from sale_line here
                 where here.content = incoming.content and here.occurrence = incoming.occurrence and here.source = $1)
          group by unmarked),
       here as (
         select content, occurrence, row_number() over (partition by content order by occurrence desc) <= lines as goes
           from sale_line join fresh using (content) where source = $1)
  delete from sale_line using here
   where sale_line.source = $1 and sale_line.content = here.content and sale_line.occurrence = here.occurrence and goes`;

/** What comes without lot and serial number, and is here with them, is here: as many lines as there are. */
const LEAVE_OUT = `
  delete from incoming
   where unmarked is null
     and exists (select 1 from sale_line here where here.source = $1 and here.unmarked = incoming.content)
     and not exists (select 1 from incoming other where other.unmarked = incoming.content)
     and occurrence <= (select count(*) from sale_line here
                         where here.source = $1 and (here.unmarked = incoming.content or here.content = incoming.content))`;

/**
 * The same sale may come once without its lot and serial number and once with them, in either order, and is one sale: the
 * line with them stays. Where there are such lines, `incoming` holds what of `numbered` is to be added; gives how many lines
 * made way for one with its marks. Where there are none, as most often, it gives null, and all of `numbered` is to be added.
 */
export async function replaceUnmarked(
  client: Client,
  { mapping, columns }: SalesMapping,
  numbered: string,
): Promise<number | null> {
  const hasMarks = columns.lot !== undefined || columns.serial !== undefined;
  const marked = await client.query('select from sale_line where unmarked is not null and source = $1 limit 1', [
    mapping,
  ]);
  const isMarked = marked.rows.length > 0;
  if (!hasMarks && !isMarked) return null;
  await client.query(`create temporary table incoming on commit drop as ${numbered}`);
  const gone = hasMarks ? await client.query(MAKE_WAY, [mapping]) : null;
  if (isMarked) await client.query(LEAVE_OUT, [mapping]);
  return gone?.rowCount ?? 0;
}
