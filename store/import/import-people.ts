import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Channel } from '../../engine/channels.js';
import { RecallError } from '../../engine/errors.js';
import { withTransaction, type Pool } from '../db.js';

const none = z.literal('').transform(() => null);
const addresses = {
  email: z.union([none, z.email()]),
  /** Of those whose own system takes notices; the column may be missing. */
  webhook: z.union([none, z.url({ protocol: /^https?$/ })]).default(null),
} satisfies Record<Channel, z.ZodType<string | null>>;
const contactSchema = z.strictObject({
  code: z.string().min(1),
  name: z.string().min(1),
  customerType: z.string(),
  language: z.string().regex(/^[a-z]{2}$/, 'expected a language code of two letters'),
  ...addresses,
  phone: z.string().transform((text) => (text === '' ? null : text)),
});

/** Imports contacts from CSV (code, name, customerType, language, email, phone, and webhook where there is one); a known code is replaced. All or nothing. */
export async function importContacts(
  pool: Pool,
  fileName: string,
  text: string,
): Promise<{ file: string; rows: number; withoutEmail: number }> {
  let records: unknown[];
  try {
    records = parse(text, { columns: true, bom: true });
  } catch (failed) {
    throw new RecallError({
      code: 'csv-malformed',
      message: failed instanceof Error ? failed.message : String(failed),
      where: fileName,
      remedy: 'correct the file; nothing was imported',
    });
  }
  const contacts = records.map((record, index) => {
    const parsed = contactSchema.safeParse(record);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const where = `${fileName}:${index + 2}, column ${issue.path.join('.')}`;
    throw new RecallError({
      code: 'csv-malformed',
      message: issue.message,
      where,
      expected: 'code, name, customerType, language, email, phone, and webhook where there is one',
      remedy: 'correct the line; nothing was imported',
    });
  });
  await withTransaction(pool, (client) =>
    client.query(
      `insert into contact (code, name, customer_type, language, email, phone, webhook)
       select c->>'code', c->>'name', c->>'customerType', c->>'language', c->>'email', c->>'phone', c->>'webhook' from jsonb_array_elements($1::jsonb) c
       on conflict (code) do update set name = excluded.name, customer_type = excluded.customer_type, language = excluded.language,
         email = excluded.email, phone = excluded.phone, webhook = excluded.webhook`,
      [JSON.stringify(contacts)],
    ),
  );
  return { file: fileName, rows: contacts.length, withoutEmail: contacts.filter(({ email }) => email === null).length };
}
