import { setImmediate as nextTurn } from 'node:timers/promises';
import { cut } from '../engine/text.js';
import type { Language, Market } from '../engine/words.js';
import { marketName } from '../regulations/market-name.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { compareLanguages, type ComparedNotice } from './compare-languages.js';
import { hasNoticeRules, lintLanguages, readyRules, type LintedNotice, type NoticeFinding } from './lint-notice.js';
import { checkCharacters, checkNotice } from './notice-check.js';
import { ownWords, renderNoticeText, type NoticeData } from './notices.js';

/** `language` is null where all of the notice's languages together are judged; `markets` are none where a rule holds in each. */
export type PreviewFinding = NoticeFinding & { language: Language | null; markets: Market[] };

/** What an approver reads before notices go out: the text in each language, and what the rules of the markets find in it. */
export type NoticePreview = {
  texts: { language: Language; subject: string; text: string }[];
  findings: PreviewFinding[];
  /** Markets whose rules were applied, and markets for which no rules are known. */
  judged: Market[];
  unjudged: Market[];
};

export type PreviewedNotice = {
  /** The templates of the notice, in every language that it is written in. */
  templates: Record<Language, string>;
  audience: LintedNotice['audience'];
  /** Which market gets which language. */
  audiences: { market: Market; language: Language }[];
  /** Languages that a notice to everybody is published in, whether or not a market asks for them. */
  published?: Language[];
  dataFor: (language: Language) => NoticeData;
};

const ENGLISH = 'en' as Language;
/** The language in which the ledger and reports to authorities have the case. */
const RECORDED = ENGLISH;

/**
 * Renders a notice in the languages it will be sent in, checks each against the rules of the markets it goes to, and each
 * against the others. Those that nobody gets today, though somebody may tomorrow, are compared too, and only warned of.
 *
 * All of it takes a second: between two texts whoever else is in the process has their turn.
 */
export async function previewNotice(
  rules: NoticeRules,
  { templates, audience, audiences, published = [], dataFor }: PreviewedNotice,
): Promise<NoticePreview> {
  const written = (Object.keys(templates) as Language[]).sort();
  const sent = [...new Set([...audiences.map(({ language }) => language), ...published])].sort();
  const texts: NoticePreview['texts'] = [];
  for (const language of sent) {
    texts.push({ language, ...renderNoticeText(templates[language]!, dataFor(language)) });
    await nextTurn();
  }
  const checked = (language: Language) => ({
    template: templates[language]!,
    language,
    audience,
    data: dataFor(language),
  });
  const markets = [...new Set(audiences.map(({ market }) => market))].sort();
  const { findings, add } = collector();
  for (const { text } of texts) await readyRules(rules, text);
  // Rules judge a text and ask for no market's name: what those of the same regimes find is found once.
  const judged = new Map<string, NoticeFinding[]>();
  for (const { market, language } of audiences) {
    const regimes = rules.regimes.filter((one) => one.markets.includes(market)).map(({ regime }) => regime);
    const key = [language, ...regimes].join(' ');
    if (!judged.has(key)) {
      judged.set(key, checkNotice(rules, checked(language), market));
      await nextTurn();
    }
    for (const finding of judged.get(key)!) add(finding, language, market);
  }
  for (const { finding, market } of lackingLanguages(rules, { languages: written, audience }, markets))
    add(finding, null, market);
  const compared: ComparedNotice[] = [];
  for (const language of sent) {
    for (const finding of checkCharacters(checked(language))) add(finding, language, null);
    await nextTurn();
  }
  for (const language of written) {
    const { template, data } = checked(language);
    const { text } = renderNoticeText(template, data);
    compared.push({ language, data, text, own: ownWords(template, data) });
    await nextTurn();
  }
  // What nobody reads stops nobody, nor does it say what those that are read should say; but for the English of the record.
  const isSent = ({ language }: { language: Language }): boolean => sent.includes(language);
  const read = compared.filter((one) => isSent(one) || one.language === RECORDED);
  for (const { language, ...finding } of compareLanguages(read).filter(isSent)) add(finding, language, null);
  await nextTurn();
  for (const { language, ...finding } of compareLanguages(compared).filter((one) => !isSent(one)))
    add({ ...finding, severity: 'warn', message: `${finding.message}; nobody gets it so far` }, language, null);
  return {
    texts,
    findings: [...findings.values()],
    judged: markets.filter((market) => hasNoticeRules(rules, market)),
    unjudged: markets.filter((market) => !hasNoticeRules(rules, market)),
  };
}

/** What is found, once for all markets in which it is. */
function collector() {
  const findings = new Map<string, PreviewFinding>();
  const add = (finding: NoticeFinding, language: Language | null, market: Market | null): void => {
    const key = `${language ?? ''} ${finding.rule} ${finding.message}`;
    const known = findings.get(key) ?? { ...finding, language, markets: [] };
    if (market !== null && !known.markets.includes(market)) known.markets.push(market);
    findings.set(key, known);
  };
  return { findings, add };
}

function lackingLanguages(
  rules: NoticeRules,
  written: { languages: Language[]; audience: LintedNotice['audience'] },
  markets: Market[],
): { finding: NoticeFinding; market: Market }[] {
  return markets.flatMap((market) => lintLanguages(rules, written, market).map((finding) => ({ finding, market })));
}

/** The errors of a notice to consumers for the languages that it lacks in these markets, which are known before it has any text. */
export function languageErrors(rules: NoticeRules, languages: Language[], markets: Market[]): NoticeError[] {
  const { findings, add } = collector();
  const sorted = [...new Set(markets)].sort();
  for (const { finding, market } of lackingLanguages(rules, { languages, audience: 'consumers' }, sorted))
    add(finding, null, market);
  return previewErrors({ findings: [...findings.values()] });
}

/** Of these languages those in which a market is written to: English, and others where its law knows of any. */
export function readersOf({ regimes }: NoticeRules, market: Market, languages: Language[]): Language[] {
  const speaksOthers = regimes.some(
    ({ markets, rules }) => markets.includes(market) && rules.some(({ check }) => check === 'languages'),
  );
  return languages.filter((language) => language === ENGLISH || speaksOthers);
}

/** A preview as lines of a page or a mail. */
export function previewLines(preview: NoticePreview): { name: string; value: string }[] {
  const { texts, unjudged } = preview;
  return [
    { name: "Checked against the markets' rules", value: verdict(preview) },
    {
      name: 'Markets that no rules judge',
      value: unjudged.length === 0 ? 'none' : `${unjudged.map(marketName).join(', ')}: no rules are known, ask counsel`,
    },
    ...texts.map(({ language, subject, text }) => ({ name: `Notice, ${language}`, value: `${subject}\n\n${text}` })),
  ];
}

function verdict({ findings, judged }: NoticePreview): string {
  const unchecked = 'not checked: no market has rules that are known';
  if (findings.length === 0)
    return judged.length === 0 ? unchecked : `nothing found for ${judged.map(marketName).join(', ')}`;
  return [...(judged.length === 0 ? [unchecked] : []), ...bySeverity(findings).map(findingWords)].join('\n');
}

/** The errors of one rule, with what they found: what an approver accepts by the rule's name. */
export type NoticeError = { rule: string; found: string };

/** As much of it as an ask shows beside the name of the rule; the rest stands in the preview. */
const FOUND_LENGTH_MAX = 600;

/** The errors among the findings, by rule. */
export function previewErrors({ findings }: Pick<NoticePreview, 'findings'>): NoticeError[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  return [...new Set(errors.map(({ rule }) => rule))].sort().map((rule) => {
    const found = errors
      .filter((one) => one.rule === rule)
      .map(({ language, markets, message }) => `${placeWords(language, markets)}: ${message}`);
    return { rule, found: cut(found.join('; '), FOUND_LENGTH_MAX) };
  });
}

function placeWords(language: Language | null, markets: Market[]): string {
  return [
    language ?? 'all languages',
    ...(markets.length > 0 ? [`for ${markets.map(marketName).join(', ')}`] : []),
  ].join(' ');
}

const SEVERITIES = ['error', 'warn', 'info'] as const;
const SEVERITY_WORDS = { error: 'ERROR', warn: 'warning', info: 'advice' } as const;

/** Findings as a person reads them, the worst first. */
export function bySeverity<Finding extends NoticeFinding>(findings: Finding[]): Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((one) => one.severity === severity));
}

/** One finding as a line: how bad, by which rule, where, what, and by whose right. */
export function findingWords({ rule, severity, language, markets, message, cite }: PreviewFinding): string {
  return `${SEVERITY_WORDS[severity]} ${rule}: ${placeWords(language, markets)}: ${message} (${cite})`;
}
