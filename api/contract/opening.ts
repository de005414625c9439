import { z } from 'zod';
import { isGtin, OUR_ROLES, type Particulars } from '../../engine/particulars.js';
import { PRODUCT_DOMAINS } from '../../engine/product-domains.js';
import { PICTURE_FILE_BYTES_MAX } from '../../engine/picture.js';
import type { Mark } from '../../engine/scope.js';
import type { Market } from '../../engine/words.js';
import { scopeSchema } from './scope.js';
import { CLOCK_KINDS, givenInstant, RECALL_ACTIONS, RECALL_MODES, recallId, word } from './words.js';

const words = z.string().regex(/\S/, 'expected words');
const texts = z.record(z.string().regex(/^[a-z]{2}$/, 'expected a language such as en'), words);
const someTexts = texts.refine(
  (byLanguage) => Object.keys(byLanguage).length > 0,
  'expected a text in one language or more',
);

const country = z.string().regex(/^[A-Z]{2}$/, 'expected a country of ISO 3166-1 alpha-2 such as DE');
/** What authorities ask of the product and of us, beside what notices say. Whatever of it is missing is said before a report needs it. */
export const particularsSchema = z.strictObject({
  domain: z.enum(PRODUCT_DOMAINS, `expected one of ${PRODUCT_DOMAINS.join(', ')}`).optional(),
  roles: z
    .record(
      z.string().regex(/^([A-Z]{2}|others)$/, 'expected a market such as DE or XI, or others'),
      z.enum(OUR_ROLES, `expected one of ${OUR_ROLES.join(', ')}`),
    )
    .optional(),
  brand: words.optional(),
  model: words.optional(),
  gtin: z.string().refine(isGtin, 'expected a GTIN of 8, 12, 13 or 14 digits whose check digit is right').optional(),
  category: words.optional(),
  origin: country.optional(),
  pictures: z.array(words).max(20).optional(),
  suppliers: z.array(words).max(100).optional(),
}) satisfies z.ZodType<Particulars>;

const PICTURE_BASE64_MAX = Math.ceil(PICTURE_FILE_BYTES_MAX / 3) * 4;
/** A request with a case in it, and a picture in that. */
export const CASE_BYTES_MAX = PICTURE_BASE64_MAX + 1024 * 1024;

/** What the notices say of the case, by language; and who is spoken for. */
export const caseFileSchema = z.object({
  product: someTexts,
  hazard: someTexts,
  actions: someTexts,
  remedies: someTexts,
  identification: someTexts,
  /** What the product looks like: the file of a PNG or a JPEG, and what it shows. */
  picture: z
    .strictObject({
      base64: z
        .base64()
        .min(1, 'expected the file of a PNG or a JPEG')
        .max(PICTURE_BASE64_MAX, `expected a file of at most ${PICTURE_FILE_BYTES_MAX / 1024 / 1024} MB`),
      alt: someTexts,
    })
    .optional(),
  company: words,
  contact: words,
  /** Of samples and exercises. */
  disclaimer: texts.default({}),
  regulatory: particularsSchema.optional(),
});
export type GivenCaseFile = z.input<typeof caseFileSchema>;

export const openingSchema = z.object({
  playbook: z.string(),
  playbookFile: z.string().min(1),
  mode: z.enum(RECALL_MODES),
  action: z.enum(RECALL_ACTIONS).default('recall'),
  scope: scopeSchema,
  clock: z.enum(CLOCK_KINDS).default('real'),
  awareness: z
    .object({ firstSignal: givenInstant.nullable(), reportableInformation: givenInstant.nullable() })
    .default({ firstSignal: null, reportableInformation: null }),
  caseFile: caseFileSchema.nullable().default(null),
  openedAt: givenInstant.nullable().default(null),
  idempotencyKey: z.string().min(8).max(200),
});
/** An opening as it is sent, and as it is understood. */
export type GivenOpening = z.input<typeof openingSchema>;
export type Opening = z.output<typeof openingSchema>;
export const openedSchema = z.object({ recallId });

/** Units and customers of a market. */
export const marketUnitsSchema = z.object({ market: word<Market>(), units: z.int(), consignees: z.int() });
/** How much of the sales a scope affects. */
export const traceSchema = z.object({
  saleLines: z.int(),
  unitsSold: z.int(),
  consignees: z.int(),
  unidentifiedLines: z.int(),
  unidentifiedUnits: z.int(),
  creditLines: z.int(),
  unitsCredited: z.int(),
  unitsCreditedMatched: z.int(),
  markets: z.array(marketUnitsSchema),
  /** Sales of the item that do not say whether they lie in the scope; null where it goes by days, which every sale has. */
  unmarked: z.object({ lacks: word<Mark>(), lines: z.int(), units: z.int() }).nullable(),
});

const siblingSchema = z.object({ item: z.string(), lines: z.int(), units: z.int() });
/** Another spelling of the item's code under which something was sold. */
export type Sibling = z.output<typeof siblingSchema>;

export const previewRequestSchema = z.object({ scope: scopeSchema });
export const previewSchema = z.object({ scope: scopeSchema, trace: traceSchema, siblings: z.array(siblingSchema) });
