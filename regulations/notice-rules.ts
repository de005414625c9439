import { z } from 'zod';
import type { Market } from '../engine/words.js';
import { lawFiles, lawFilesOf, PHRASES_FILE, readLawFile, type LawFile } from './law-files.js';
import { regimesOf } from './regimes.js';

/** What a notice can give that a rule can ask for. */
const NOTICE_FIELDS = [
  'product',
  'picture',
  'identification',
  'soldWhen',
  'hazard',
  'actions',
  'remedies',
  'contact',
  'responseUrl',
] as const;
export type NoticeField = (typeof NOTICE_FIELDS)[number];

const field = z.enum(NOTICE_FIELDS);
const severity = z.enum(['error', 'warn']);
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
]);
const phrasesSchema = z.record(z.string(), patterns);
const rulesSchema = z.strictObject({ regime: z.string(), citation: z.string(), rules: z.array(ruleSchema) });

export type NoticeRule = z.output<typeof ruleSchema>;
/** Lists of phrases by name, and the rules of each regime that has some, which hold in all of its markets. */
export type NoticeRules = {
  phrases: Record<string, string[]>;
  regimes: (z.output<typeof rulesSchema> & { markets: Market[] })[];
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
    return { ...data, markets: regime.markets };
  });
  return { phrases, regimes: rules };
}
