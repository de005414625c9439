import { z } from 'zod';
import { RecallError } from '../../engine/errors.js';
import { readDocument } from './document.js';

const name = z.string().min(1);
const wholeNumber = (form: RegExp, expected: string) => z.string().regex(form, expected).transform(Number);
const mappingSchema = z.strictObject({
  mapping: name,
  version: wholeNumber(/^[1-9]\d{0,5}$/, 'expected a whole number from 1 on'),
  columns: z.strictObject({
    invoice: name,
    item: name,
    description: name,
    quantity: name,
    soldAt: name,
    unitPrice: name,
    customer: name,
    country: name,
    /** Columns that most exports lack: what they hold of a line narrows recalls. */
    lot: name.optional(),
    serial: name.optional(),
  }),
  /** A century or two either way. */
  shiftWeeks: wholeNumber(/^-?\d{1,4}$/, 'expected a whole number of weeks, of four digits at most'),
  creditPrefix: name,
  customerSuffix: z.string(),
  countries: z.record(name, z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 code, or ZZ')),
});

/** How the columns and values of a sales file become sale lines. */
export type SalesMapping = z.output<typeof mappingSchema>;

/** Reads a mapping document; throws `mapping-malformed` with file, line and column. */
export function parseMapping(text: string, fileName: string): SalesMapping {
  return readDocument(mappingSchema, text, fileName, malformed).data;
}

function malformed(message: string, where: string): RecallError {
  const expected = 'a mapping document such as samples/online-retail/mapping.yaml';
  return new RecallError({
    code: 'mapping-malformed',
    message,
    where,
    expected,
    remedy: 'correct the document; nothing was imported',
  });
}
