import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Channel } from '../../engine/channels.js';
import { RecallError } from '../../engine/errors.js';
import type { Client, Pool } from '../db.js';
import { columnsOf, createCsvReader, type CsvReader } from './csv.js';
import { importStaged } from './staging.js';

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
type Contact = z.output<typeof contactSchema>;

const REQUIRED = ['code', 'name', 'customerType', 'language', 'email', 'phone'];
const EXPECTED = 'code, name, customerType, language, email, phone, and webhook where there is one';
const STAGED = {
  line: 'bigint',
  code: 'text',
  name: 'text',
  customer_type: 'text',
  language: 'text',
  email: 'text',
  phone: 'text',
  webhook: 'text',
};
const KEPT = Object.keys(STAGED).filter((column) => column !== 'line');

/** Imports contacts from CSV (code, name, customerType, language, email, phone, and webhook where there is one); a known code is replaced. All or nothing. */
export async function importContacts(
  pool: Pool,
  file: string,
  source: Readable,
): Promise<{ file: string; rows: number; withoutEmail: number }> {
  const counts = { rows: 0, withoutEmail: 0 };
  await importStaged(pool, {
    file,
    source,
    columns: STAGED,
    reader: (give) =>
      createContactsReader(file, (contact, line) => {
        const { code, name, customerType, language, email, phone, webhook } = contact;
        counts.rows += 1;
        if (email === null) counts.withoutEmail += 1;
        give([line, code, name, customerType, language, email, phone, webhook]);
      }),
    merge: (client) => mergeContacts(client, file),
  });
  return { file, ...counts };
}

function createContactsReader(fileName: string, onContact: (contact: Contact, line: number) => void): CsvReader {
  return createCsvReader(fileName, (header) => {
    columnsOf(fileName, header, REQUIRED);
    return (cells, line) => {
      const record = Object.fromEntries(header.map((column, index) => [column, cells[index]!]));
      const parsed = contactSchema.safeParse(record);
      if (parsed.success) return onContact(parsed.data, line);
      const { message, path } = parsed.error.issues[0]!;
      throw broken(message, `${fileName}:${line}, column ${path.join('.')}`);
    };
  });
}

async function mergeContacts(client: Client, fileName: string): Promise<void> {
  const twice = await client.query<{ code: string; line: string }>(
    'select code, max(line) as line from staged group by code having count(*) > 1 order by line limit 1',
  );
  if (twice.rows[0]) {
    const { code, line } = twice.rows[0];
    throw broken(`the code ${code} stands twice`, `${fileName}:${line}, column code`);
  }
  const columns = KEPT.join(', ');
  const changes = KEPT.map((column) => `${column} = excluded.${column}`).join(', ');
  await client.query(
    // In one order always, or two files that are imported at once would wait for each other's contacts.
    `insert into contact (${columns}) select ${columns} from staged order by code
         on conflict (code) do update set ${changes}`,
  );
}

function broken(message: string, where: string): RecallError {
  const remedy = 'correct the line; nothing was imported';
  return new RecallError({ code: 'csv-malformed', message, where, expected: EXPECTED, remedy });
}
