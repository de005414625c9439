import type { Readable } from 'node:stream';
import type { ContactRole } from '../../engine/contact-roles.js';
import type { FoundError, FoundWarning } from '../../engine/errors.js';
import { doNotContactText } from '../../engine/do-not-contact.js';
import { addError, newFindings, requireFaultless, withFindings, type Findings } from '../../imports/findings.js';
import type { ContactsMapping } from '../../imports/mapping.js';
import { contactKey, contactTwice, createContactsReader } from '../../imports/read-contacts.js';
import type { Client, Pool } from '../db.js';
import { importStaged } from './staging.js';

const STAGED = {
  line: 'bigint',
  code: 'text',
  role: 'text',
  // By what two lines would be one contact, beside code and role.
  own_address: 'text',
  name: 'text',
  customer_type: 'text',
  criticality: 'text',
  do_not_contact: 'text',
  language: 'text',
  email: 'text',
  phone: 'text',
  sms: 'text',
  voice: 'text',
  webhook: 'text',
  letter: 'text',
};
const KEPT = Object.keys(STAGED).filter((column) => column !== 'line' && column !== 'own_address');

export type ContactsReport = {
  file: string;
  rows: number;
  withoutEmail: number;
  /** Customers that are critical places, who are told before others. */
  critical: number;
  /** Those that are for the telephone, because their address cannot be mailed: the first hundred, and how many there are. */
  setAside: FoundError[];
  setAsideCount: number;
  warnings: FoundWarning[];
  warningCount: number;
};

/**
 * Imports contacts from CSV as the mapping document says. All or nothing. Of a customer that is known the contacts with the
 * roles that the file has for it are replaced, and those with other roles stay.
 */
export async function importContacts(
  pool: Pool,
  mapping: ContactsMapping,
  file: string,
  source: Readable,
): Promise<ContactsReport> {
  const counts = { rows: 0, withoutEmail: 0, critical: 0 };
  const findings = newFindings();
  await importStaged(pool, {
    file,
    source,
    columns: STAGED,
    reader: (give) =>
      withFindings(
        file,
        findings,
        createContactsReader(mapping, file, {
          findings,
          onContact(contact, line) {
            const { code, role, name, customerType, criticality, doNotContact, language } = contact;
            const { email, phone, sms, voice, webhook, letter } = contact;
            counts.rows += 1;
            if (email === null) counts.withoutEmail += 1;
            if (criticality !== null) counts.critical += 1;
            give([
              line,
              code,
              role,
              contactKey(contact).address,
              name,
              customerType,
              criticality,
              doNotContactText(doNotContact),
              language,
              email,
              phone,
              sms,
              voice,
              webhook,
              letter,
            ]);
          },
        }),
      ),
    merge: (client) => mergeContacts(client, file, findings),
  });
  const { setAside, setAsideCount, warnings, warningCount } = findings;
  return { file, ...counts, setAside, setAsideCount, warnings, warningCount };
}

async function mergeContacts(client: Client, fileName: string, findings: Findings): Promise<void> {
  const twice = await client.query<{ code: string; role: ContactRole; address: string; line: string; other: string }>(
    `select code, role, own_address as address, line, case when line = first then second else first end as other
       from (select code, role, own_address, line, min(line) over same as first, nth_value(line, 2) over same as second
               from staged
             window same as (partition by code, role, own_address order by line rows between unbounded preceding and unbounded following)) each
      where second is not null order by line`,
  );
  for (const { line, other, ...key } of twice.rows)
    addError(findings, contactTwice(key, { line: Number(line), other: Number(other) }));
  requireFaultless(fileName, findings);
  const columns = KEPT.join(', ');
  const changes = KEPT.map((column) => `${column} = excluded.${column}`).join(', ');
  await client.query(
    // In one order always, or two files that are imported at once would wait for each other's contacts.
    `insert into contact (${columns}, number)
     select ${columns}, row_number() over (partition by code, role order by line) from staged order by code, role, line
         on conflict (code, role, number) do update set ${changes}`,
  );
  await client.query(
    `delete from contact using (select code, role, count(*) as kept from staged group by code, role) named
      where (contact.code, contact.role) = (named.code, named.role) and contact.number > named.kept`,
  );
}
