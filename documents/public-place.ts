/** Where everybody finds the page of a recall; in a language, or in the one that they ask for. */
export function publicPagePath(recallId: string, language?: string): string {
  return `/public/recalls/${recallId}${language === undefined ? '' : `/${language}`}`;
}
