import { z } from 'zod';
import type { Market } from '../engine/words.js';
import { lawFiles, lawFilesOf, PHRASES_FILE, readLawFile, type LawFile } from './law-files.js';
import { market, regimesOf } from './regimes.js';

/** What a notice can give that a rule can ask for. */
const NOTICE_FIELDS = [
  'product',
  'picture',
  'identification',
  /** A picture of where on the product to find what identifies it. */
  'identifierPicture',
  'soldWhen',
  'hazard',
  'actions',
  'remedies',
  'contact',
  'responseUrl',
  /** A telephone number that costs nothing to call. */
  'freePhone',
  /** A page in the language of the notice on which one can answer or ask; its address stands in the text. */
  'onlineService',
  'qrCode',
] as const;
export type NoticeField = (typeof NOTICE_FIELDS)[number];

const field = z.enum(NOTICE_FIELDS);
/** `error`: the law asks for it or forbids it; `warn`: strong practice; `info`: advice. */
const severity = z.enum(['error', 'warn', 'info']);
export type Severity = z.output<typeof severity>;
const patterns = z.array(z.string()).min(1);
const common = { id: z.string(), severity, forBusinesses: severity.optional(), cite: z.string() };
const ruleSchema = z.discriminatedUnion('check', [
  z.strictObject({ ...common, check: z.literal('title'), patterns: z.record(z.string(), patterns) }),
  z.strictObject({ ...common, check: z.literal('unverifiedTitle'), languages: z.array(z.string()) }),
  z.strictObject({ ...common, check: z.literal('present'), patterns: z.record(z.string(), patterns) }),
  z.strictObject({
    ...common,
    check: z.literal('absent'),
    phrases: z.array(z.string()).default([]),
    patterns: patterns.optional(),
  }),
  z.strictObject({ ...common, check: z.literal('fields'), fields: z.array(field) }),
  z.strictObject({ ...common, check: z.literal('anyField'), fields: z.array(field) }),
  /** These are given in the text itself, and not in a picture or behind a link alone. */
  z.strictObject({ ...common, check: z.literal('asText'), fields: z.array(field) }),
  /** So many of these remedies are offered at least. */
  z.strictObject({
    ...common,
    check: z.literal('remedies'),
    of: z.array(z.enum(['repair', 'replacement', 'refund'])).min(1),
    atLeast: z.number().int().positive(),
  }),
  /** The languages of each market, all of which the notice is written in; of `fr|de` one suffices. */
  z.strictObject({ ...common, check: z.literal('languages'), languages: z.record(z.string(), z.array(z.string())) }),
]);
const phrasesSchema = z.record(z.string(), z.record(z.string(), patterns));
const rulesSchema = z.strictObject({
  regime: z.string(),
  citation: z.string(),
  /** Markets of other regimes in which the same law judges notices. */
  alsoIn: z.array(market).default([]),
  rules: z.array(ruleSchema),
});

export type NoticeRule = z.output<typeof ruleSchema>;
/** Lists of phrases by name and language, and the rules of each regime that has some, which hold in all of its markets. */
export type NoticeRules = {
  phrases: Record<string, Record<string, string[]>>;
  regimes: (Omit<z.output<typeof rulesSchema>, 'alsoIn'> & { markets: Market[] })[];
};

/** The bundled rules for notices. */
export function loadNoticeRules(): NoticeRules {
  return noticeRulesOf(lawFiles());
}

/** The rules for notices among these documents. Throws `law-malformed` with file, line and column. */
export function noticeRulesOf(files: LawFile[]): NoticeRules {
  const regimes = regimesOf(files);
  const phrases = readLawFile(
    phrasesSchema,
    files.find(({ name }) => name === PHRASES_FILE)!,
  ).data;
  const rules = lawFilesOf(files, 'notice-rules').map(({ file, regime: folder }) => {
    const { data, refuse } = readLawFile(rulesSchema, file);
    const regime = regimes.find((one) => one.regime === folder);
    if (!regime) throw refuse(['regime'], 'there is no such regime', 'a regime.yaml in the same folder');
    if (data.regime !== folder) throw refuse(['regime'], 'not the regime beside it', folder);
    data.rules.forEach((rule, index) => {
      if (rule.check !== 'absent') return;
      const unknown = rule.phrases.findIndex((name) => !Object.hasOwn(phrases, name));
      if (unknown < 0) return;
      const path = ['rules', index, 'phrases', unknown];
      throw refuse(path, 'there are no phrases of this name', Object.keys(phrases).join(', '));
    });
    const { alsoIn, ...kept } = data;
    return { ...kept, markets: [...regime.markets, ...alsoIn] };
  });
  return { phrases, regimes: rules };
}
