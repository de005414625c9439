import type { Language } from './words.js';

/** The language in which a recipient is written to: their own where the notice is written in it, else its first. */
export function noticeLanguageOf(language: Language, languages: Language[]): Language {
  return languages.includes(language) ? language : languages[0]!;
}

/** How many recipients are written to in each language, and which of their own languages the notice lacks; `count` of them are alike. */
export function languagesOf(
  recipients: { language: Language; noticeLanguage: Language; count?: number }[],
  languages: Language[],
): { byLanguage: Record<Language, number>; missingLanguages: Language[] } {
  const byLanguage: Record<Language, number> = {};
  for (const { noticeLanguage, count = 1 } of recipients)
    byLanguage[noticeLanguage] = (byLanguage[noticeLanguage] ?? 0) + count;
  const missing = recipients.map(({ language }) => language).filter((language) => !languages.includes(language));
  return { byLanguage, missingLanguages: [...new Set(missing)].sort() };
}
