import type { Language, Market } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { checkNotice } from './notice-check.js';
import { hasNoticeRules, type NoticeFinding } from './lint-notice.js';
import { renderNotice, type NoticeData } from './notices.js';

/** What an approver reads before notices go out: the text in each language, and what the rules of the markets find in it. */
export type NoticePreview = {
  texts: { language: Language; subject: string; text: string }[];
  findings: (NoticeFinding & { language: Language; markets: Market[] })[];
  /** Markets whose rules were applied, and markets for which no rules are known. */
  judged: Market[];
  unjudged: Market[];
};

/** Renders a notice in the languages it will be sent in, and checks each against the rules of the markets it goes to. */
export function previewNotice(
  rules: NoticeRules,
  {
    notice,
    audiences,
    dataFor,
  }: {
    notice: string;
    /** Which market gets which language. */
    audiences: { market: Market; language: Language }[];
    dataFor: (language: Language) => NoticeData;
  },
): NoticePreview {
  const languages = [...new Set(audiences.map(({ language }) => language))].sort();
  const texts = languages.map((language) => {
    const { subject, text } = renderNotice(notice, language, dataFor(language));
    return { language, subject, text };
  });
  const findings = new Map<string, NoticePreview['findings'][number]>();
  for (const { market, language } of audiences) {
    for (const finding of checkNotice(rules, { notice, language, market, data: dataFor(language) })) {
      const key = `${language} ${finding.rule} ${finding.message}`;
      const known = findings.get(key) ?? { ...finding, language, markets: [] };
      if (!known.markets.includes(market)) known.markets.push(market);
      findings.set(key, known);
    }
  }
  const markets = [...new Set(audiences.map(({ market }) => market))].sort();
  return {
    texts,
    findings: [...findings.values()],
    judged: markets.filter((market) => hasNoticeRules(rules, market)),
    unjudged: markets.filter((market) => !hasNoticeRules(rules, market)),
  };
}

/** A preview as lines of a page or a mail. */
export function previewLines(preview: NoticePreview): { name: string; value: string }[] {
  const { texts, unjudged } = preview;
  return [
    { name: "Checked against the markets' rules", value: verdict(preview) },
    {
      name: 'Markets that no rules judge',
      value: unjudged.length === 0 ? 'none' : `${unjudged.join(', ')}: no rules are known, ask counsel`,
    },
    ...texts.map(({ language, subject, text }) => ({ name: `Notice, ${language}`, value: `${subject}\n\n${text}` })),
  ];
}

function verdict({ findings, judged }: NoticePreview): string {
  if (judged.length === 0) return 'not checked: no market has rules that are known';
  if (findings.length === 0) return `nothing found for ${judged.join(', ')}`;
  return findings
    .map(({ severity, language, markets, message, cite }) => {
      const where = `${language} for ${markets.join(', ')}`;
      return `${severity === 'error' ? 'ERROR' : 'warning'}: ${where}: ${message} (${cite})`;
    })
    .join('\n');
}
