import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { RecallError } from '../../engine/errors.js';

const name = z.string().min(1);
const mappingSchema = z.strictObject({
  mapping: name,
  version: z.coerce.number().int().positive(),
  columns: z.strictObject({
    invoice: name,
    item: name,
    description: name,
    quantity: name,
    soldAt: name,
    unitPrice: name,
    customer: name,
    country: name,
  }),
  shiftWeeks: z.coerce.number().int(),
  creditPrefix: name,
  customerSuffix: z.string(),
  countries: z.record(name, z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 alpha-2 code, or ZZ')),
});

/** How the columns and values of a sales file become sale lines. */
export type SalesMapping = z.output<typeof mappingSchema>;

/** Reads a mapping document; throws `mapping-malformed` with file, line and column. */
export function parseMapping(text: string, fileName: string): SalesMapping {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const broken = document.errors[0];
  if (broken) throw malformed(broken.message, at(broken.pos[0]));
  const parsed = mappingSchema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const node = document.getIn(issue.path as string[], true) as { range?: [number] } | undefined;
  throw malformed(`${issue.path.join('.')}: ${issue.message}`, at(node?.range?.[0] ?? 0));
}

function malformed(message: string, where: string): RecallError {
  const expected = 'a mapping document such as samples/online-retail/mapping.yaml';
  return new RecallError({ code: 'mapping-malformed', message, where, expected, remedy: 'correct the document; nothing was imported' });
}
