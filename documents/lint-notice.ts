import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Language, Market } from '../engine/words.js';
import type { NoticeField, NoticeRule, NoticeRules, Severity } from '../regulations/notice-rules.js';
import { invisibleIn, mixedWordsIn, normalText } from './normal-text.js';
import { REMEDIES, SPOKEN, spokenOf } from './spoken-of.js';

/** A notice as the linter reads it: its words, and which of the facts that a notice must give it gives. */
export type LintedNotice = {
  language: Language;
  subject: string;
  title: string;
  text: string;
  fields: Partial<Record<NoticeField, string>>;
  audience: 'consumers' | 'businesses';
};
export type NoticeFinding = { rule: string; severity: Severity; where: string; message: string; cite: string };

/** Whether any rules judge the notices of a market. */
export function hasNoticeRules({ regimes }: NoticeRules, market: Market): boolean {
  return regimes.some(({ markets }) => markets.includes(market));
}

/** What is wrong with a notice in a market, by the rules of its regimes; nothing where no rules are known for the market. */
export function lintNotice({ phrases, regimes }: NoticeRules, notice: LintedNotice, market: Market): NoticeFinding[] {
  return regimes
    .filter(({ markets }) => markets.includes(market))
    .flatMap(({ rules }) => rules.flatMap((rule) => findings(rule, notice.audience, problems(rule, phrases, notice))));
}

/** The words of a short text that the rules of a market forbid. What a notice must give stands in the whole notice that it leads to. */
export function lintWords(
  { phrases, regimes }: NoticeRules,
  { audience, ...text }: Pick<LintedNotice, 'language' | 'text' | 'audience'>,
  market: Market,
): NoticeFinding[] {
  const notice: LintedNotice = { ...text, audience, subject: '', title: '', fields: {} };
  return regimes
    .filter(({ markets }) => markets.includes(market))
    .flatMap(({ rules }) =>
      rules.flatMap((rule) => (rule.check === 'absent' ? findings(rule, audience, absent(rule, phrases, notice)) : [])),
    );
}

/** Which languages of a market a notice lacks that is written in these, by the rules of the market's regimes. */
export function lintLanguages(
  { regimes }: NoticeRules,
  { languages, audience }: { languages: Language[]; audience: LintedNotice['audience'] },
  market: Market,
): NoticeFinding[] {
  return regimes
    .filter(({ markets }) => markets.includes(market))
    .flatMap(({ rules }) =>
      rules.flatMap((rule) => {
        if (rule.check !== 'languages') return [];
        const wanted = rule.languages[market];
        const lacking = wanted?.filter((one) => !one.split('|').some((each) => languages.includes(each as Language)));
        if (lacking?.length === 0) return [];
        const message = lacking
          ? `the notice is not written in ${lacking.map((one) => one.replaceAll('|', ' or ')).join(', ')}`
          : 'not judged: the languages of this market are not known';
        return findings(rule, audience, [{ where: 'languages', message }]);
      }),
    );
}

/** What is wrong with a text whatever its market: what hides a word from its reader's search, and from every rule above. */
export function lintCharacters({ subject, text }: Pick<LintedNotice, 'subject' | 'text'>): NoticeFinding[] {
  const whole = `${subject}\n${text}`;
  const cite = 'a notice can be searched and read aloud';
  const finding = (rule: string, message: string): NoticeFinding => ({
    rule,
    severity: 'error',
    where: 'text',
    message,
    cite,
  });
  const hidden = invisibleIn(whole);
  return [
    ...(hidden.length > 0 ? [finding('TEXT-01', `invisible characters stand in the text: ${hidden.join(', ')}`)] : []),
    ...mixedWordsIn(whole).map((word) =>
      finding('TEXT-02', `the letters of ${JSON.stringify(word)} are of several scripts`),
    ),
  ];
}

type Problem = { where: string; message: string; severity?: Severity };

function findings(rule: NoticeRule, audience: LintedNotice['audience'], found: Problem[]): NoticeFinding[] {
  const { id, cite } = rule;
  const applied = audience === 'businesses' ? (rule.forBusinesses ?? rule.severity) : rule.severity;
  return found.map(({ where, message, severity = applied }) => ({ rule: id, severity, where, message, cite }));
}

function problems(rule: NoticeRule, phrases: NoticeRules['phrases'], notice: LintedNotice): Problem[] {
  switch (rule.check) {
    case 'title':
      return byWords(rule.patterns[notice.language], notice, notice.title, {
        where: 'title',
        message: `the title is ${JSON.stringify(notice.title)}`,
      });
    case 'unverifiedTitle':
      return rule.languages.includes(notice.language)
        ? [{ where: 'title', message: 'heading unverified: the official words in this language were not read' }]
        : [];
    case 'present':
      return byWords(rule.patterns[notice.language], notice, notice.text, {
        where: 'text',
        message: 'a sentence that the law asks for is missing',
      });
    case 'absent':
      return absent(rule, phrases, notice);
    case 'fields':
      return rule.fields
        .filter((name) => !notice.fields[name])
        .map((name) => ({ where: name, message: `${name} is not given` }));
    case 'anyField':
      return rule.fields.some((name) => notice.fields[name])
        ? []
        : [{ where: rule.fields.join(', '), message: `none of ${rule.fields.join(', ')} is given` }];
    case 'asText':
      return rule.fields
        .filter((name) => !normalText(notice.text).includes(normalText(notice.fields[name] ?? '')))
        .map((name) => ({ where: name, message: `${name} does not stand in the notice as text` }));
    case 'remedies': {
      if (!SPOKEN.has(notice.language)) return [notJudged(notice.language)];
      const offered = spokenOf(REMEDIES, notice.fields.remedies ?? '', notice.language);
      const choice = rule.of.filter((one) => offered.includes(one));
      const message = `the words of ${choice.length} of ${rule.of.join(', ')} were found, and ${rule.atLeast} are asked for`;
      return choice.length >= rule.atLeast ? [] : [{ where: 'remedies', message }];
    }
    // Of the languages of a notice together, and not of one text: see `lintLanguages`.
    case 'languages':
      return [];
    default:
      return rule satisfies never;
  }
}

function absent(
  rule: Extract<NoticeRule, { check: 'absent' }>,
  phrases: NoticeRules['phrases'],
  notice: LintedNotice,
): Problem[] {
  const lists = rule.phrases.map((name) => phrases[name]!);
  const text = normalText(`${notice.subject}\n${notice.text}`);
  // Every list is looked for in every text: a sentence of another language may have been left in it.
  const patterns = [...(rule.patterns ?? []), ...lists.flatMap((byLanguage) => Object.values(byLanguage).flat())];
  const found = patterns.flatMap((pattern) => firstOf(pattern, text) ?? []);
  return [
    ...[...new Set(found)].map((words) => ({
      where: 'text',
      message: `the words ${JSON.stringify(words)} stand in the notice`,
    })),
    ...(lists.length > 0 && !lists.some((byLanguage) => notice.language in byLanguage)
      ? [notJudged(notice.language)]
      : []),
  ];
}

/** A language for which a rule has no words is not judged by it, and that is no pass. */
function byWords(wanted: string[] | undefined, { language }: LintedNotice, text: string, problem: Problem): Problem[] {
  if (wanted === undefined) return [notJudged(language)];
  const normal = normalText(text);
  return wanted.some((pattern) => firstOf(pattern, normal) !== null) ? [] : [problem];
}

function notJudged(language: Language): Problem {
  return { where: 'text', severity: 'warn', message: `not judged: this rule has no words in ${language}` };
}

const COMPILED_AT_ONCE = 10;

/**
 * Looks for all that rules look for in a text, a few patterns at a time: an expression is compiled when it is first used, which
 * for all of them would hold everybody else up.
 */
export async function readyRules({ phrases, regimes }: NoticeRules, text: string): Promise<void> {
  const rules = regimes.flatMap((one) => one.rules);
  const own = rules.flatMap((rule) => (rule.check === 'absent' ? (rule.patterns ?? []) : []));
  const patterns = [...own, ...Object.values(phrases).flatMap((byLanguage) => Object.values(byLanguage).flat())];
  for (let from = 0; from < patterns.length; from += COMPILED_AT_ONCE) {
    for (const pattern of patterns.slice(from, from + COMPILED_AT_ONCE)) firstOf(pattern, text);
    await nextTurn();
  }
}

/** The first words of a text that a pattern matches, null where there are none. */
function firstOf(pattern: string, text: string): string | null {
  const { wide, exact } = expressionsOf(pattern);
  return wide.test(text) ? (exact().exec(text)?.[0] ?? null) : null;
}

type Expressions = { wide: RegExp; exact: () => RegExp };

/** By their pattern: a notice is judged for each of its markets, by the same rules. */
const EXPRESSIONS = new Map<string, Expressions>();
const LETTER = '[\\p{L}\\p{N}_]';
const EDGE = `(?:(?<=${LETTER})(?!${LETTER})|(?<!${LETTER})(?=${LETTER}))`;
/** What a pattern denies matches less where the rest of it matches more. */
const DENIES = /\(\?<?!|\[\^|\\[BWS]/;

/**
 * `\b` and `\w` know ASCII only; here `à` and `ü` are letters too. To look for letters of all scripts, and their edges, takes
 * a thousand times as long as to look for words: first is asked whether the words are there at all, which they mostly are not.
 */
function expressionsOf(pattern: string): Expressions {
  const known = EXPRESSIONS.get(pattern);
  if (known) return known;
  const written = pattern.replaceAll('\\b', EDGE).replaceAll('\\w', LETTER);
  const wider = DENIES.test(pattern) ? written : pattern.replaceAll('\\b', '').replaceAll('\\w', '\\S');
  const compiled = (source: string): RegExp => new RegExp(source, 'iu');
  let exact: RegExp | null = null;
  const made: Expressions = { wide: compiled(wider), exact: () => (exact ??= compiled(written)) };
  EXPRESSIONS.set(pattern, made);
  return made;
}
