import { z } from 'zod';
import { RecallError } from '../engine/errors.js';
import { CONTACT_ROLES } from '../engine/contact-roles.js';
import { CRITICALITIES } from '../engine/exposure.js';
import { DELIMITERS, type Delimiter } from './csv.js';
import { isEncoding } from './decode.js';
import { readDocument } from './document.js';
import { dateForm } from './values.js';

const name = z.string().min(1);
const wholeNumber = (form: RegExp, expected: string) => z.string().regex(form, expected).transform(Number);
/** Of a form that can be read; null where nobody says. */
const date = z
  .string()
  .transform((text) => dateForm(text))
  .refine((form) => form !== null, 'expected yyyy-MM-dd, dd.MM.yyyy, MM/dd/yyyy or the like, or excel-serial')
  .nullable()
  .default(null);
const DELIMITER_NAMES: Record<string, Delimiter> = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };
const delimiter = z
  .string()
  .transform((text) => DELIMITER_NAMES[text] ?? text)
  .pipe(z.enum(DELIMITERS, 'expected comma, semicolon, tab or pipe'));
const encoding = z.string().refine(isEncoding, 'expected the name of an encoding such as utf-8 or windows-1252');
const zone = z.string().refine(isZone, 'expected a zone of the IANA database such as Europe/Berlin');
const version = wholeNumber(/^[1-9]\d{0,5}$/, 'expected a whole number from 1 on').default(1);
const market = z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 code, or ZZ');

/** How a line says that it takes back what another sold. */
const credits = z.union(
  [
    z.strictObject({ prefix: name }),
    z.strictObject({ sign: z.literal('negative') }),
    z.strictObject({ column: name, values: z.array(name).min(1) }),
  ],
  'expected prefix, or sign: negative, or column and values',
);

const columns = z
  .strictObject({
    /** What a line belongs to: an invoice, or an order where there are none. */
    invoice: name.optional(),
    order: name.optional(),
    item: name,
    quantity: name,
    soldAt: name,
    customer: name,
    description: name.optional(),
    unitPrice: name.optional(),
    country: name.optional(),
    /** Where it was delivered: those of Northern Ireland (BT) are of its own market. */
    postcode: name.optional(),
    /** What these hold of a line narrows recalls. */
    lot: name.optional(),
    serial: name.optional(),
    /** How many units one of the line's quantity is. */
    pack: name.optional(),
    /** What the quantity counts, by a name that `units` knows. */
    unit: name.optional(),
  })
  .refine(
    ({ invoice, order }) => invoice !== undefined || order !== undefined,
    'expected the column of invoice, or of order',
  )
  .transform(({ invoice, order, ...others }) =>
    invoice === undefined
      ? { ...others, invoice: order! }
      : order === undefined
        ? { ...others, invoice }
        : { ...others, invoice, order },
  );
const pack = wholeNumber(/^[1-9]\d{0,5}$/, 'expected a whole number from 1 on, of six digits at most');

const salesSchema = z
  .strictObject({
    mapping: name,
    version,
    kind: z.literal('sales').default('sales'),
    encoding: encoding.optional(),
    delimiter: delimiter.optional(),
    decimal: z.enum(['.', ',']).nullable().default(null),
    thousands: z.enum(['.', ',', ' ', "'"]).nullable().default(null),
    dates: date,
    /** In which what has an offset is counted; what has none is taken as it stands. */
    zone: zone.nullable().default(null),
    columns,
    /** For all lines of files that have no such column. */
    constants: z.strictObject({ country: name.optional(), pack: pack.optional(), unit: name.optional() }).default({}),
    /** How many units one of each is: of what is weighed, the smallest weight counts as a unit (kg: 1000 counts grams). */
    units: z.record(name, pack).default({}),
    credits: credits.optional(),
    /** Older than `credits`, and the same as its prefix. */
    creditPrefix: name.optional(),
    /** A century or two either way. */
    shiftWeeks: wholeNumber(/^-?\d{1,4}$/, 'expected a whole number of weeks, of four digits at most').default(0),
    customerSuffix: z.string().default(''),
    countries: z.record(name, market).default({}),
  })
  .refine(({ credits: told, creditPrefix }) => told === undefined || creditPrefix === undefined, {
    path: ['creditPrefix'],
    error: 'credits says the same: one of them is enough',
  })
  .refine(({ decimal, thousands }) => decimal === null || decimal !== thousands, {
    path: ['thousands'],
    error: 'the mark of decimals cannot be that of thousands',
  })
  .refine(
    ({ columns: { unit }, constants, units }) => {
      if (constants.unit !== undefined) return units[constants.unit] !== undefined;
      return (unit !== undefined) === Object.keys(units).length > 0;
    },
    {
      path: ['units'],
      error: 'expected how many units each one is, by its name, and columns.unit or constants.unit for which it is',
    },
  )
  .transform(({ creditPrefix, ...mapping }) => ({
    ...mapping,
    credits: creditPrefix === undefined ? (mapping.credits ?? null) : { prefix: creditPrefix },
  }));

const contactsSchema = z.strictObject({
  mapping: name,
  version,
  kind: z.literal('contacts'),
  encoding: encoding.optional(),
  delimiter: delimiter.optional(),
  columns: z
    .strictObject({
      code: name,
      name: name,
      customerType: name,
      language: name,
      email: name,
      phone: name,
      webhook: name,
      country: name,
      /** Of the street, up to three of them. With town and country it is where letters go. */
      address: name,
      address2: name,
      address3: name,
      postcode: name,
      town: name,
      criticality: name,
      doNotContact: name,
      role: name,
    })
    .partial()
    .default({}),
  constants: z.strictObject({ customerType: name, language: name, country: name, role: name }).partial().default({}),
  countries: z.record(name, market).default({}),
  /** What the file's own words for kinds of customers mean: a critical place, or `none`. */
  criticalities: z.record(name, z.enum([...CRITICALITIES, 'none'])).default({}),
  /** And what its words for the roles of contacts mean. */
  roles: z.record(name, z.enum(CONTACT_ROLES)).default({}),
});

/** How the columns and values of a sales file become sale lines. */
export type SalesMapping = z.output<typeof salesSchema>;
/** How those of a file of contacts become contacts. */
export type ContactsMapping = z.output<typeof contactsSchema>;

/** What a file of contacts is read by that has the product's own columns. */
export const OWN_CONTACTS: ContactsMapping = contactsSchema.parse({ mapping: 'contacts', kind: 'contacts' });

/** Reads the mapping document of a sales file; throws `mapping-malformed` with file, line and column. */
export function parseMapping(text: string, fileName: string): SalesMapping {
  return readDocument(salesSchema, text, fileName, malformed).data;
}

/** Reads the mapping document of a file of contacts; throws the same. */
export function parseContactsMapping(text: string, fileName: string): ContactsMapping {
  return readDocument(contactsSchema, text, fileName, malformed).data;
}

function malformed(message: string, where: string): RecallError {
  const expected = 'a mapping document such as samples/online-retail/mapping.yaml, or as recall import map writes one';
  return new RecallError({
    code: 'mapping-malformed',
    message,
    where,
    expected,
    remedy: 'correct the document; nothing was imported',
  });
}

function isZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== '';
  } catch {
    return false;
  }
}
