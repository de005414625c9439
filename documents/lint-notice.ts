import type { Language, Market } from '../engine/words.js';
import type { NoticeField, NoticeRule, NoticeRules } from '../regulations/notice-rules.js';

/** A notice as the linter reads it: its words, and which of the facts that a notice must give it gives. */
export type LintedNotice = {
  language: Language;
  title: string;
  text: string;
  fields: Partial<Record<NoticeField, string>>;
  audience: 'consumers' | 'businesses';
};
export type NoticeFinding = { rule: string; severity: 'error' | 'warn'; where: string; message: string; cite: string };

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

function lintRule(rule: NoticeRule, phrases: NoticeRules['phrases'], notice: LintedNotice): NoticeFinding[] {
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
  rule: NoticeRule,
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
