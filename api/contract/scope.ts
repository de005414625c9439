import { z } from 'zod';
import { wrongScope, type NewScope, type ScopeKind } from '../../engine/scope.js';
import { isoDate } from './words.js';

/** As many lots or ranges as a request may name; the words of a scope stand in mails and reports. */
const NAMED_MAX = 1_000;

const item = z.string().min(1);
const lot = z
  .string()
  .max(200)
  .regex(/^\P{Cc}+$/u, 'expected a lot, without control characters');
const serial = z.string().max(200);

const windowSchema = z.strictObject({ kind: z.literal('window').default('window'), item, from: isoDate, to: isoDate });
const lotsSchema = z.strictObject({ kind: z.literal('lots'), item, lots: z.array(lot).max(NAMED_MAX) });
const serialsSchema = z.strictObject({
  kind: z.literal('serials'),
  item,
  ranges: z.array(z.strictObject({ from: serial, to: serial })).max(NAMED_MAX),
});

/** Where a request says what `wrongScope` finds wrong. */
const FIELDS = { window: 'to', lots: 'lots', serials: 'ranges' } as const satisfies Record<ScopeKind, string>;

/** What is to be recalled, as a request says it; one without a kind is a window of sale. */
export const scopeSchema = z
  .discriminatedUnion('kind', [windowSchema, lotsSchema, serialsSchema], {
    error: ({ code }) => (code === 'invalid_union' ? `expected ${Object.keys(FIELDS).join(', ')}` : undefined),
  })
  .superRefine((scope: NewScope, context) => {
    const message = wrongScope(scope);
    if (message !== null) context.addIssue({ code: 'custom', path: [FIELDS[scope.kind]], message });
  });

const version = z.int();
/** What is recalled, as an answer says it. */
export const keptScopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('window'), version, item, from: isoDate, to: isoDate }),
  z.object({ kind: z.literal('lots'), version, item, lots: z.array(z.string()) }),
  z.object({
    kind: z.literal('serials'),
    version,
    item,
    ranges: z.array(z.object({ from: z.string(), to: z.string() })),
  }),
]);
