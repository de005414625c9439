import { parse } from 'yaml';
import { z } from 'zod';
import type { Language, Market } from '../engine/words.js';
import { fileText } from './templates.js';

const FIELDS = [
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
const FILES = ['eu-gpsr', 'uk-gpsr', 'au-acl'] as const;

const field = z.enum(FIELDS);
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
const documentSchema = z.strictObject({
  regime: z.string(),
  markets: z.array(z.string().transform((text) => text as Market)),
  citation: z.string(),
  rules: z.array(ruleSchema),
});

type Rule = z.output<typeof ruleSchema>;
export type NoticeRules = { phrases: Record<string, string[]>; regimes: z.output<typeof documentSchema>[] };

/** A notice as the linter reads it: its words, and which of the facts that a notice must give it gives. */
export type LintedNotice = {
  language: Language;
  title: string;
  text: string;
  fields: Partial<Record<(typeof FIELDS)[number], string>>;
  audience: 'consumers' | 'businesses';
};
export type NoticeFinding = { rule: string; severity: 'error' | 'warn'; where: string; message: string; cite: string };

/** Reads the rules of all regimes. */
export function loadNoticeRules(): NoticeRules {
  const read = (name: string): unknown => parse(fileText(`./notice-rules/${name}.yaml`));
  const phrases = z.record(z.string(), patterns).parse(read('shared-phrases'));
  return { phrases, regimes: FILES.map((name) => documentSchema.parse(read(name))) };
}

/** Whether any rules judge the notices of a market. */
export function hasNoticeRules({ regimes }: NoticeRules, market: Market): boolean {
  return regimes.some(({ markets }) => markets.includes(market));
}

/** What is wrong with a notice in a market, by the rules of its regimes; nothing where no rules are known for the market. */
export function lintNotice({ phrases, regimes }: NoticeRules, notice: LintedNotice, market: Market): NoticeFinding[] {
  return regimes
    .filter(({ markets }) => markets.includes(market))
    .flatMap(({ rules }) => rules.flatMap((rule) => lintRule(rule, phrases, notice)));
}

function lintRule(rule: Rule, phrases: NoticeRules['phrases'], notice: LintedNotice): NoticeFinding[] {
  const { id, cite } = rule;
  const applied = notice.audience === 'businesses' ? (rule.forBusinesses ?? rule.severity) : rule.severity;
  return problems(rule, phrases, notice).map(({ where, message }) => ({
    rule: id,
    severity: applied,
    where,
    message,
    cite,
  }));
}

function problems(
  rule: Rule,
  phrases: NoticeRules['phrases'],
  notice: LintedNotice,
): { where: string; message: string }[] {
  switch (rule.check) {
    case 'title':
      return matches(rule.patterns[notice.language], notice.title)
        ? []
        : [{ where: 'title', message: `the title is ${JSON.stringify(notice.title)}` }];
    case 'unverifiedTitle':
      return rule.languages.includes(notice.language)
        ? [{ where: 'title', message: 'heading unverified: the official words in this language were not read' }]
        : [];
    case 'present':
      return matches(rule.patterns[notice.language], notice.text)
        ? []
        : [{ where: 'text', message: 'a sentence that the law asks for is missing' }];
    case 'absent':
      return [...(rule.patterns ?? []), ...rule.phrases.flatMap((name) => phrases[name] ?? [])].flatMap((pattern) => {
        const found = expression(pattern).exec(normal(`${notice.title}\n${notice.text}`));
        return found ? [{ where: 'text', message: `the words ${JSON.stringify(found[0])} stand in the notice` }] : [];
      });
    case 'fields':
      return rule.fields
        .filter((name) => !notice.fields[name])
        .map((name) => ({ where: name, message: `${name} is not given` }));
    case 'anyField':
      return rule.fields.some((name) => notice.fields[name])
        ? []
        : [{ where: rule.fields.join(', '), message: 'none of these is given' }];
    default:
      return rule satisfies never;
  }
}

/** A language for which a rule has no words is not judged by it; the approver is told of languages elsewhere. */
function matches(wanted: string[] | undefined, text: string): boolean {
  return wanted === undefined || wanted.some((pattern) => expression(pattern).test(normal(text)));
}

function normal(text: string): string {
  return text.normalize('NFKC').replace(/’/g, "'").replace(/\s+/g, ' ').trim();
}

const LETTER = '[\\p{L}\\p{N}_]';
const EDGE = `(?:(?<=${LETTER})(?!${LETTER})|(?<!${LETTER})(?=${LETTER}))`;

/** `\b` and `\w` know ASCII only; here `à` and `ü` are letters too. */
function expression(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll('\\b', EDGE).replaceAll('\\w', LETTER), 'iu');
}
