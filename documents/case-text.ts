/** A text of the case in a language, or in English, or in the first language there is. */
export function caseText(texts: Record<string, string>, language: string): string {
  return texts[language] ?? texts.en ?? Object.values(texts)[0] ?? '';
}
