import { stringify } from 'yaml';
import { countryCode } from './countries.js';
import { fieldsByName, type SalesField } from './column-names.js';
import { plainNumber, writtenTime, dateForm, type NumberMarks } from './values.js';

/** The beginning of a file: its header, some of its rows, and how it is written. */
export type Sample = {
  header: string[];
  rows: string[][];
  delimiter: string | null;
  /** Null where it is UTF-8 or a mark says it. */
  encoding: string | null;
};
/** A first mapping document, and for what it is. */
export type Guess = { kind: 'sales' | 'contacts'; text: string; open: string[] };

/** A field that no column is by its name; what stands there is no column of any file. */
const UNKNOWN = '?';
const DELIMITERS: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };
const REQUIRED: SalesField[] = ['invoice', 'item', 'quantity', 'soldAt', 'customer'];
const OPTIONAL: SalesField[] = [
  'order',
  'description',
  'unitPrice',
  'country',
  'postcode',
  'lot',
  'serial',
  'pack',
  'unit',
];
const CREDIT_TYPE =
  /^(?:credit|credit[ -]?(?:note|memo)|return|refund|gutschrift|retoure|storno|avoir|abono|nota di credito|cr|cn|gs|rt)$/i;
const FORMS = ['dd.MM.yyyy', 'MM/dd/yyyy', 'dd/MM/yyyy', 'yyyy/MM/dd', 'dd-MM-yyyy', 'MM-dd-yyyy'];
/** Values that a person looks through. */
const NAMED_MAX = 40;

/**
 * Writes a first mapping document from the beginning of a file, with comments on what it was told by and what a person has
 * to look at; `open` says what nobody could tell. It is a proposal: `recall import check` shows what comes of it.
 */
export function guessMapping(name: string, sample: Sample, kind: 'sales' | 'contacts' | null = null): Guess {
  const contacts = fieldsByName(sample.header, 'contacts');
  const isContacts = contacts.email !== undefined || contacts.phone !== undefined;
  return (kind ?? (isContacts ? 'contacts' : 'sales')) === 'contacts'
    ? contactsGuess(name, sample)
    : salesGuess(name, sample);
}

type Writing = { lines: string[]; open: string[] };

function begun(kind: Guess['kind'], name: string, { delimiter, encoding }: Sample): Writing {
  const lines = [
    `# A first mapping of ${name}, written by looking at the beginning of the file: read it before it is used.`,
    `mapping: ${scalar(name.replace(/\.(?:csv|tsv|txt|xlsx)(?:\.gz)?$/i, ''))} # the name of the source: files of one source make one whole`,
    `kind: ${kind}`,
  ];
  if (encoding !== null) lines.push(`encoding: ${encoding} # the file is not UTF-8; look at letters such as ä and é`);
  if (delimiter !== null) lines.push(`delimiter: ${DELIMITERS[delimiter] ?? 'comma'} # as found in the header`);
  return { lines, open: [] };
}

function salesGuess(name: string, sample: Sample): Guess {
  const writing = begun('sales', name, sample);
  const { lines, open } = writing;
  const fields = fieldsByName(sample.header, 'sales');
  if (fields.invoice === undefined && fields.order !== undefined) {
    fields.invoice = fields.order;
    delete fields.order;
  }
  const values = (field: SalesField): string[] =>
    fields[field] === undefined
      ? []
      : sample.rows.map((row) => (row[fields[field]!] ?? '').trim()).filter((text) => text !== '');
  columnLines(writing, sample, fields, REQUIRED, unitsOf(values('unit')) === null ? OPTIONAL.slice(0, -1) : OPTIONAL);
  if (fields.country === undefined) {
    lines.push(
      '# The file does not say to which country a line went. Where all went to one, name it, or no law is applied:',
    );
    lines.push('# constants: { country: Germany }');
    open.push('the country of the lines');
  }
  datesLine(writing, values('soldAt'));
  numbersLine(writing, [...values('quantity'), ...values('unitPrice')]);
  const units = unitsOf(values('unit'));
  if (units !== null) {
    lines.push(
      '# How many units one of each is. Of what is weighed, the smallest weight is the unit: kg: 1000 counts grams.',
      'units:',
    );
    for (const unit of units) lines.push(`  ${scalar(unit)}: 1`);
    if (units.length > 1) open.push('how many units one of each unit is (units)');
  }
  creditLines(writing, sample, fields);
  const customers = values('customer');
  if (customers.length > 0 && customers.every((customer) => customer.endsWith('.0')))
    lines.push("customerSuffix: '.0' # customer numbers were written as decimals");
  countryLines(writing, values('country'));
  return { kind: 'sales', text: `${lines.join('\n')}\n`, open };
}

function contactsGuess(name: string, sample: Sample): Guess {
  const writing = begun('contacts', name, sample);
  const { lines, open } = writing;
  const fields = fieldsByName(sample.header, 'contacts');
  columnLines(
    writing,
    sample,
    fields,
    ['code', 'name'],
    [
      ...([
        'customerType',
        'language',
        'email',
        'phone',
        'webhook',
        'country',
        'criticality',
        'doNotContact',
        'role',
      ] as const),
      ...(['address', 'address2', 'address3', 'postcode', 'town'] as const),
    ],
  );
  const constants: string[] = [];
  if (fields.customerType === undefined) constants.push('customerType: retail');
  if (fields.language === undefined) constants.push('language: en');
  if (constants.length > 0) {
    lines.push('# The same for all lines, because no column says it: correct it where that is not so.');
    lines.push('constants:', ...constants.map((line) => `  ${line}`));
    open.push(`whether these hold for all: ${constants.join(', ')}`);
  }
  if (fields.country === undefined && fields.phone !== undefined)
    lines.push(
      '# Telephone numbers without + are read by the country of their line, or of all: constants: { country: DE }',
    );
  if (fields.country !== undefined)
    countryLines(writing, sample.rows.map((row) => (row[fields.country!] ?? '').trim()).filter(Boolean));
  return { kind: 'contacts', text: `${lines.join('\n')}\n`, open };
}

function columnLines<Field extends string>(
  { lines, open }: Writing,
  { header }: Sample,
  fields: Partial<Record<Field, number>>,
  required: Field[],
  optional: Field[],
): void {
  lines.push('columns:');
  for (const field of required) {
    const at = fields[field];
    if (at !== undefined) lines.push(`  ${field}: ${scalar(header[at]!.trim())}`);
    else {
      lines.push(`  ${field}: '${UNKNOWN}' # no column is it by its name; name the one that is`);
      open.push(`which column is ${field}`);
    }
  }
  for (const field of optional) {
    const at = fields[field];
    if (at !== undefined) lines.push(`  ${field}: ${scalar(header[at]!.trim())}`);
  }
  const used = new Set(Object.values(fields));
  const others = header
    .filter((_, index) => !used.has(index))
    .map((one) => one.trim())
    .filter(Boolean);
  if (others.length > 0) lines.push(`  # not read: ${others.slice(0, NAMED_MAX).map(scalar).join(', ')}`);
}

function datesLine({ lines, open }: Writing, values: string[]): void {
  if (values.every((text) => writtenTime(text, null, null) !== null)) return;
  if (values.every((text) => /^\d{4,6}(?:[.,]\d{1,15})?$/.test(text))) {
    lines.push('dates: excel-serial # days as spreadsheets count them');
    return;
  }
  const fitting = FORMS.filter((form) => values.every((text) => isDay(writtenTime(text, dateForm(form), null)?.day)));
  if (fitting.length === 0) {
    lines.push("# dates: dd.MM.yyyy # name the form in which the file's dates are written");
    open.push('how dates are written (dates)');
    return;
  }
  const others = fitting.slice(1).map((form) => `${form} fits as well: look at it`);
  lines.push(`dates: ${fitting[0]}${others.length > 0 ? ` # ${others.join(', ')}` : ''}`);
  if (others.length > 0) open.push(`whether dates are ${fitting.join(' or ')}`);
}

function isDay(day: string | undefined): boolean {
  if (day === undefined) return false;
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

function numbersLine({ lines, open }: Writing, values: string[]): void {
  const numbers = values.filter((text) => /\d/.test(text));
  const reads = (marks: NumberMarks): boolean => numbers.every((text) => plainNumber(text, marks) !== null);
  const hasComma = numbers.some((text) => text.includes(','));
  if (!hasComma && reads({ decimal: null, thousands: null })) return;
  const marks = [
    { decimal: ',', thousands: null },
    { decimal: ',', thousands: '.' },
    { decimal: '.', thousands: ',' },
    { decimal: ',', thousands: ' ' },
    { decimal: '.', thousands: ' ' },
    { decimal: '.', thousands: "'" },
  ].find((one) => reads(one as NumberMarks));
  if (marks === undefined) {
    lines.push("# decimal: ',' # name the marks of numbers", "# thousands: '.'");
    open.push('the marks of numbers (decimal, thousands)');
    return;
  }
  lines.push(`decimal: '${marks.decimal}'`);
  if (marks.thousands !== null) lines.push(`thousands: "${marks.thousands}"`);
}

/** The names of units, null where there are none or all count pieces alike. */
function unitsOf(values: string[]): string[] | null {
  const names = [...new Set(values)];
  return names.length > 1 && names.length <= NAMED_MAX ? names.sort() : null;
}

function creditLines(
  { lines, open }: Writing,
  { header, rows }: Sample,
  fields: Partial<Record<SalesField, number>>,
): void {
  const cell = (row: string[], field: SalesField): string =>
    fields[field] === undefined ? '' : (row[fields[field]] ?? '').trim();
  const types = [...new Set(rows.map((row) => cell(row, 'creditType')).filter((type) => CREDIT_TYPE.test(type)))];
  if (types.length > 0) {
    lines.push(
      `credits: { column: ${scalar(header[fields.creditType!]!.trim())}, values: [${types.map(scalar).join(', ')}] }`,
    );
    return;
  }
  const isBelow = (row: string[]): boolean => /^[-−]|-$/.test(cell(row, 'quantity'));
  const lettersOf = (row: string[]): string => /^\p{L}+/u.exec(cell(row, 'invoice'))?.[0] ?? '';
  const below = rows.filter(isBelow);
  const prefix = below.length > 0 ? lettersOf(below[0]!) : '';
  if (prefix !== '' && rows.every((row) => (lettersOf(row) === prefix) === isBelow(row))) {
    lines.push(`credits: { prefix: ${scalar(prefix)} } # invoices that begin so are all below zero`);
    return;
  }
  if (below.length > 0) {
    lines.push('credits: { sign: negative } # lines below zero are returns');
    return;
  }
  lines.push(
    '# No returns were seen. How they are told: credits: { prefix: CR }, or { sign: negative }, or { column: Type, values: [Credit] }',
  );
  open.push('how returns are told (credits)');
}

function countryLines({ lines, open }: Writing, values: string[]): void {
  const unknown = [...new Set(values)].filter((name) => countryCode(name) === null).slice(0, NAMED_MAX);
  if (unknown.length === 0) return;
  lines.push('# No country is called so: name its code, or ZZ where none is meant.', 'countries:');
  for (const name of unknown) lines.push(`  ${scalar(name)}: ZZ`);
  open.push(`which countries are ${unknown.slice(0, 5).join(', ')}`);
}

function scalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
