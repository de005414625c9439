import { z } from 'zod';
import type { Market, PersonId, RoleName, StepName } from '../../engine/words.js';
import { count, instant, recallId, word } from './words.js';

/** A file by its name, which errors point at, and its text. */
export const fileSchema = z.object({ file: z.string().min(1).max(300), text: z.string() });
/** What comes beside a file of sales: how its columns are read. */
export const salesUpload = z.object({ mapping: fileSchema });
/** The same beside a file of contacts that has not the product's own columns. */
export const contactsUpload = z.object({ mapping: fileSchema.exactOptional() });
/** A place in a file: the column by its name in the header, or counted from 1. */
const placeSchema = z.object({ line: z.int(), column: z.union([z.int(), z.string()]) });
export const foundWarningSchema = placeSchema.extend({ message: z.string() });
export const foundErrorSchema = placeSchema.extend({
  value: z.string(),
  expected: z.string(),
  message: z.string(),
});
/** Of what is taken and may not be meant, the first hundred. */
const warned = { warnings: z.array(foundWarningSchema), warningCount: count };

/** A file that is sent as it is, read while it goes out. */
export type SentFile = { name: string; content: Blob };

export const salesImportSchema = z.object({
  file: z.string(),
  rows: count,
  added: count,
  alreadyThere: count,
  marked: count,
  repeated: count,
  /** Invoices whose lines of an item say otherwise than a file before; `is` 0 where they are withdrawn. The first hundred. */
  corrected: count,
  corrections: z.array(
    z.object({ invoice: z.string(), item: z.string(), customer: z.string().nullable(), was: z.int(), is: z.int() }),
  ),
  sales: count,
  credits: count,
  adjustments: count,
  withoutCustomer: count,
  ...warned,
  /** Recalls that are not closed and whose scope holds sales which came after their trace, with all that has come since. */
  late: z.array(
    z.object({
      recallId,
      step: word<StepName>(),
      lines: count,
      units: z.int(),
      customers: count,
      newCustomers: count,
      replacedLines: count,
      replacedUnits: z.int(),
      since: instant,
    }),
  ),
});
export const contactsImportSchema = z.object({
  file: z.string(),
  rows: count,
  withoutEmail: count,
  critical: count,
  /** Of those whose address cannot be mailed, who are for the telephone, the first hundred. */
  setAside: z.array(foundErrorSchema),
  setAsideCount: count,
  ...warned,
});
export const rosterImportSchema = z.object({
  file: z.string(),
  people: count,
  roles: count,
  /** What was taken and may not be meant, with its place in the file. */
  warnings: z.array(z.object({ line: z.int(), column: z.int(), message: z.string() })),
  /** What it changes in recalls that have not ended: who leaves a role and who comes to it. */
  recalls: z.array(
    z.object({
      recallId,
      roles: z.array(
        z.object({ role: word<RoleName>(), goes: z.array(word<PersonId>()), comes: z.array(word<PersonId>()) }),
      ),
      /** What the recall lacks by it, such as a role that nobody holds now. */
      warnings: z.array(z.string()),
    }),
  ),
});

/** A customer of the sales of whom no contact is on file. */
export const customerSchema = z.object({ code: z.string(), market: word<Market>() });
