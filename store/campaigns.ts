import { CHANNELS, type Channel, type ContactRung, type NoticeForm } from '../engine/channels.js';
import { channelsFor } from '../engine/contact.js';
import { contactsToTell, recipientOfContact, type ContactPlace, type ContactRole } from '../engine/contact-roles.js';
import { readDoNotContact, type DoNotContact } from '../engine/do-not-contact.js';
import type { Criticality } from '../engine/exposure.js';
import type { RecipientRow } from '../engine/facts.js';
import { mailboxOf } from '../engine/persons.js';
import { newWave, type Waves } from '../engine/waves.js';
import type { IsoInstant, Language, Market, RecallId, RecipientId, StepName } from '../engine/words.js';
import { sha256Hex } from '../trust/canonical.js';
import { pagesOf, type Client, type Queryable } from './db.js';

export type CampaignKey = { recallId: RecallId; step: StepName; revision: number };
export type FrozenRecipient = RecipientRow & {
  code: string;
  /** Which of the customer's contacts they are; absent of the main one. */
  place?: ContactPlace;
  name: string;
  /** On the channels that their ladder uses, and on no other: what nobody will be sent is not kept. */
  addresses: Partial<Record<Channel, string>>;
};

/** Who would be told, as the contacts know them before anything is frozen. */
export type TracedContact = Omit<FrozenRecipient, 'noticeLanguage' | 'wave' | 'wish' | 'person'> & {
  doNotContact: DoNotContact;
  /** By which several of them are one person; of no use where nobody shares it. */
  mailbox: string | null;
};

/** A notice as it was approved: its templates by form and language, and what its mails look like, to be filled in. */
export type FrozenNotice = {
  texts: Partial<Record<NoticeForm, Record<Language, string>>>;
  mails: {
    html: Record<Language, string>;
    pictures: { cid: string; mediaType: string; base64: string }[];
  };
};

/** The columns of a contact with its address on each channel. */
export const ADDRESS_COLUMNS = {
  email: 'email',
  sms: 'sms',
  voice: 'voice',
  letter: 'letter',
  call: 'phone',
  webhook: 'webhook',
} as const satisfies Record<Channel, string>;
type AddressRow = Record<(typeof ADDRESS_COLUMNS)[Channel], string | null>;

/** Which of the businesses that a trace found, and so many of their contacts at a time. */
export type TracedPages = {
  recallId: RecallId;
  scopeVersion: number;
  ladder: ContactRung[];
  roles: readonly ContactRole[];
  size: number;
};

/** A contact of a business that the trace found; one without a name where none is known. */
type TracedRow = {
  code: string;
  role: ContactRole | null;
  number: number | null;
  markets: Market[];
  units: number;
  name: string | null;
  language: Language | null;
  criticality: Criticality | null;
  doNotContact: string | null;
  salt: string;
} & AddressRow;

/**
 * Who would be told: of the businesses that the trace found, in order of their code, the contacts with the roles that the
 * campaign tells, in pages. One of which no contact is known is there too.
 *
 * Contacts are joined once for all pages. Asked for page by page they would be read as a whole for each wherever the planner
 * does not know yet how many they are, as after an import.
 */
export async function* tracedContacts(
  client: Client,
  { recallId, scopeVersion, ladder, roles, size }: TracedPages,
): AsyncGenerator<TracedContact[]> {
  const pages = pagesOf<TracedRow>(
    client,
    `select traced.code, contact.role, contact.number, (select salt from recall where id = $1) as salt, traced.markets, traced.units - traced.units_credited as units, contact.name, contact.language, contact.criticality, contact.do_not_contact as "doNotContact",
            ${Object.values(ADDRESS_COLUMNS)
              .map((column) => `contact.${column}`)
              .join(', ')}
       from traced_consignee traced
       left join contact on contact.code = traced.code collate "default"
      where traced.recall_id = $1 and traced.scope_version = $2
      order by traced.code, contact.role, contact.number`,
    size,
    [recallId, scopeVersion],
  );
  let open: TracedRow[] = [];
  for await (const rows of pages) {
    const known = [...open, ...rows];
    // More contacts of the last business may stand on the next page.
    const { code } = known.at(-1)!;
    const from = known.findIndex((row) => row.code === code);
    open = known.slice(from);
    if (from > 0) yield toldOf(known.slice(0, from), ladder, roles);
  }
  if (open.length > 0) yield toldOf(open, ladder, roles);
}

/** Of businesses, whose contacts stand one after the other, those who are told. */
function toldOf(rows: TracedRow[], ladder: ContactRung[], roles: readonly ContactRole[]): TracedContact[] {
  const traced: TracedContact[] = [];
  for (let from = 0, end = 0; from < rows.length; from = end) {
    while (end < rows.length && rows[end]!.code === rows[from]!.code) end += 1;
    const contacts = rows.slice(from, end).map(({ role, number, ...row }) => {
      return { ...row, role: role ?? ('main' as const), number: number ?? 1 };
    });
    traced.push(...contactsToTell(contacts, roles).map((one, index) => tracedContact(ladder, one, index === 0)));
  }
  return traced;
}

function tracedContact(
  ladder: ContactRung[],
  {
    code,
    role,
    number,
    markets,
    units,
    name,
    language,
    criticality,
    doNotContact,
    salt,
    ...row
  }: TracedRow & ContactPlace,
  isFirst: boolean,
): TracedContact {
  const known = addressesOf(row);
  const channels = channelsFor(ladder, Object.keys(known) as Channel[]);
  const place = { role, number };
  return {
    recipient: recipientOfContact(recipientIdOf(code, salt), place, isFirst),
    code,
    ...((role !== 'main' || number > 1) && { place }),
    name: name ?? `Customer ${code}`,
    markets,
    language: language ?? ('en' as Language),
    units,
    criticality,
    // What was imported has been read once already.
    doNotContact: readDoNotContact(doNotContact ?? '')!,
    channels,
    mailbox: mailboxOf(row.email),
    addresses: Object.fromEntries(channels.map((channel) => [channel, known[channel]])),
  };
}

/** A customer number as companies give them; what is longer or holds more, as a mail address does, may name a person. */
const PLAIN_CODE = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$/;

/** By what a recipient is known in the ledger, which is never erased: their number, or of one that may name them a salted digest. */
export function recipientIdOf(code: string, salt: string): RecipientId {
  return (PLAIN_CODE.test(code) ? `c${code}` : `x${sha256Hex(`${salt}${code}`).slice(0, 32)}`) as RecipientId;
}

function addressesOf(row: AddressRow): FrozenRecipient['addresses'] {
  const known = CHANNELS.map((channel) => [channel, row[ADDRESS_COLUMNS[channel]]] as const);
  return Object.fromEntries(known.filter(([, address]) => address !== null));
}

/** Freezes a campaign; its recipients are kept with it (store/freezing.ts). */
export async function insertCampaign(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  /** What is approved is what goes out, whatever the files become. */
  campaign: FrozenNotice & {
    notice: string;
    languages: Language[];
    ladder: ContactRung[];
    hash: string;
    waves: Waves | null;
    /** So many in each wave. */
    sizes: number[];
    /** Customers whose contacts are told, and people among them. */
    customers: number;
    persons: number;
  },
): Promise<void> {
  await client.query(
    'insert into campaign (recall_id, step, revision, notice, languages, ladder, hash, texts, mails, stop, customers, persons) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
    [
      recallId,
      step,
      revision,
      campaign.notice,
      JSON.stringify(campaign.languages),
      JSON.stringify(campaign.ladder),
      campaign.hash,
      JSON.stringify(campaign.texts),
      JSON.stringify(campaign.mails),
      campaign.waves?.stop ? JSON.stringify(campaign.waves.stop) : null,
      campaign.customers,
      campaign.persons,
    ],
  );
  // Whoever is named later is in the first wave, so that there is always one.
  const kept = campaign.sizes.length > 0 ? campaign.sizes : [0];
  await client.query(
    `insert into campaign_wave (recall_id, step, revision, wave, recipients, bounced, complaints, reasons)
     select $1, $2, $3, (w->>'wave')::integer, (w->>'recipients')::integer, (w->>'bounced')::integer, (w->>'complaints')::integer, w->'reasons'
       from jsonb_array_elements($4::jsonb) w`,
    [recallId, step, revision, JSON.stringify(kept.map((size, wave) => newWave(wave, size)))],
  );
}

/** A recipient with their place in the order of exposure and what is due first. */
type PlacedRecipient = FrozenRecipient & {
  exposure: number;
  nextRung: number | null;
  nextDue: IsoInstant | null;
  /** Of somebody who was named: by whom, and the customer of ours from whom the product came to them. */
  suppliedBy?: string;
  supplier?: string;
};

/** Adds recipients to a campaign that was frozen without them. Each is one customer and one person: whom a notice tells already is not among them. */
export async function addToCampaign(client: Client, key: CampaignKey, recipients: PlacedRecipient[]): Promise<void> {
  await insertRecipients(client, key, recipients);
  await client.query(
    `update campaign set customers = customers + $4, persons = persons + $4 where recall_id = $1 and step = $2 and revision = $3`,
    [key.recallId, key.step, key.revision, recipients.length],
  );
}

async function insertRecipients(
  client: Client,
  { recallId, step, revision }: CampaignKey,
  recipients: PlacedRecipient[],
): Promise<void> {
  await client.query(
    `insert into recipient (recall_id, step, revision, recipient, code, role, number, name, markets, language, notice_language, addresses, units, exposure, wave, person, wished, next_rung, next_due, supplied_by, supplier)
     select $1, $2, $3, r->>'recipient', r->>'code', coalesce(r->'place'->>'role', 'main'), coalesce((r->'place'->>'number')::integer, 1), r->>'name', array(select jsonb_array_elements_text(r->'markets')), r->>'language', r->>'noticeLanguage',
            r->'addresses', (r->>'units')::integer, (r->>'exposure')::integer, (r->>'wave')::integer, r->>'person', array(select jsonb_array_elements_text(coalesce(r->'wish'->'honoured', '[]'))), (r->>'nextRung')::integer, r->>'nextDue',
            r->>'suppliedBy', r->>'supplier'
       from jsonb_array_elements($4::jsonb) r`,
    [recallId, step, revision, JSON.stringify(recipients)],
  );
}

/** How many recipients a campaign has now. */
export async function recipientCount(db: Queryable, { recallId, step, revision }: CampaignKey): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*)::integer as count from recipient where recall_id = $1 and step = $2 and revision = $3',
    [recallId, step, revision],
  );
  return rows[0]!.count;
}

/** Keeps until when recipients are asked to answer, as it is when the first notices go out. */
export async function setAnswerBy(client: Client, key: CampaignKey, answerBy: IsoInstant | null): Promise<void> {
  await client.query(
    `update campaign set answer_by = $4 where recall_id = $1 and step = $2 and revision = $3 and runs = 0`,
    [key.recallId, key.step, key.revision, answerBy],
  );
}

/** The notice that a campaign sends. */
export async function frozenNotice(db: Queryable, { recallId, step, revision }: CampaignKey): Promise<FrozenNotice> {
  const { rows } = await db.query<FrozenNotice>(
    'select texts, mails from campaign where recall_id = $1 and step = $2 and revision = $3',
    [recallId, step, revision],
  );
  return rows[0]!;
}
