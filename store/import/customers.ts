import type { Market } from '../../engine/words.js';
import type { Queryable } from '../db.js';

/** Customers that the sales name and the contacts do not, with the market of their first sale. */
export async function customersWithoutContact(db: Queryable): Promise<{ code: string; market: Market }[]> {
  const { rows } = await db.query<{ code: string; market: Market }>(
    `select customer as code, min(market) as market from sale_line
      where customer is not null and not exists (select 1 from contact where contact.code = sale_line.customer)
      group by customer order by customer`,
  );
  return rows;
}
