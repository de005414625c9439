import { namedId } from '../engine/cascade.js';
import type { RecallId, RecallMode, RecipientId } from '../engine/words.js';
import { recipientOfContact, type ContactPlace } from '../engine/contact-roles.js';
import { recipientIdOf } from './campaigns.js';
import type { Queryable } from './db.js';
import type { Post } from './post.js';

/** Where a mail belongs. */
export type PostPlace = { recallId: RecallId } & Pick<Post, 'about'>;

/** As many customers as one address may stand for; who has more is everybody's address. */
const CUSTOMERS_MAX = 50;

/** The recall that a mail names by our reference, with the recipient where it names one of that recall. */
export async function placeOfReference(
  db: Queryable,
  references: { recall: string; recipient: string | null }[],
): Promise<PostPlace | null> {
  const { rows } = await db.query<{ recallId: RecallId; recipient: RecipientId | null }>(
    `select recall.id as "recallId",
            (select recipient from campaign join recipient using (recall_id, step, revision)
              where recall_id = recall.id and recipient = named.recipient limit 1) as recipient
       from unnest($1::text[], $2::text[]) with ordinality as named(recall, recipient, place)
       join recall on recall.id = named.recall
      order by recipient is null, place limit 1`,
    [references.map(({ recall }) => recall), references.map(({ recipient }) => recipient)],
  );
  return rows[0] ? placeOf(rows[0].recallId, rows[0].recipient) : null;
}

/**
 * The recall that is not over and that whoever has this address is a recipient of, or an authority that was told. Of several the
 * one that is no drill: what people write by themselves is about what concerns them. Null where that leaves none or several.
 */
export async function placeOfAddress(db: Queryable, address: string): Promise<PostPlace | null> {
  const { rows: customers } = await db.query<{ code: string } & ContactPlace>(
    'select code, role, number from contact where lower(email) = $1 limit $2',
    [address, CUSTOMERS_MAX],
  );
  const { rows: recalls } = await db.query<{ recallId: RecallId; salt: string; mode: RecallMode }>(
    `select id as "recallId", salt, mode from recall where phase <> 'ended'`,
  );
  const pairs = recalls.flatMap(({ recallId, salt }) =>
    customers.map(({ code, role, number }) => {
      const customer = recipientIdOf(code, salt);
      return { recallId, customer, own: recipientOfContact(customer, { role, number }, false) };
    }),
  );
  const { rows: known } = await db.query<{ recallId: RecallId; recipient: RecipientId | null }>(
    // Who was not told themselves writes for their customer.
    `(select distinct on (recall_id, customer) recall_id as "recallId", recipient.recipient
        from unnest($1::text[], $2::text[], $3::text[]) as known(recall_id, customer, own)
        join campaign using (recall_id) join recipient using (recall_id, step, revision)
       where recipient.recipient = any (array[customer, own])
       order by recall_id, customer, recipient.recipient = own desc)
      union
     select recall_id, null from filing join recall on recall.id = recall_id
      where lower(sent_to) = $4 and phase <> 'ended'`,
    [
      pairs.map(({ recallId }) => recallId),
      pairs.map(({ customer }) => customer),
      pairs.map(({ own }) => own),
      address,
    ],
  );
  const { rows: named } = await db.query<{ recallId: RecallId; by: RecipientId; n: number }>(
    `select recall_id as "recallId", named_by as by, n from named_customer
      where recall_id = any ($1) and state = 'told' and lower(email) = $2 limit $3`,
    [recalls.map(({ recallId }) => recallId), address, CUSTOMERS_MAX],
  );
  const rows = [...known, ...named.map(({ recallId, by, n }) => ({ recallId, recipient: namedId(by, n) }))];
  const places = recalls.filter(({ recallId }) => rows.some((row) => row.recallId === recallId));
  const [place, ...others] = places.length > 1 ? places.filter(({ mode }) => mode === 'recall') : places;
  if (place === undefined || others.length > 0) return null;
  const recipients = rows.flatMap(({ recallId, recipient }) => (recallId === place.recallId ? (recipient ?? []) : []));
  return placeOf(place.recallId, recipients.length === 1 ? recipients[0]! : null);
}

function placeOf(recallId: RecallId, recipient: RecipientId | null): PostPlace {
  return { recallId, about: recipient === null ? null : { kind: 'notice', id: recipient } };
}
