/** Where everybody finds all recalls of the company. */
export const PUBLIC_PATH = '/public/recalls';

/** Where everybody finds the page of a recall; in a language, or in the one that they ask for. */
export function publicPagePath(recallId: string, language?: string): string {
  return `${PUBLIC_PATH}/${recallId}${language === undefined ? '' : `/${language}`}`;
}

/** Where those of drills stand: nobody who looks for recalls finds an exercise among them. */
const DRILLS_ONLY = '?drills=only';

/** What is made of all that is published, for people and for programs. */
export const LISTS = { page: PUBLIC_PATH, atom: '/public/feed.atom', json: '/public/feed.json' } as const;

export function listPath(list: keyof typeof LISTS, drills: boolean): string {
  return `${LISTS[list]}${drills ? DRILLS_ONLY : ''}`;
}

/** A document that was published, by its name. */
export function publicDocumentPath(recallId: string, name: string): string {
  return `${publicPagePath(recallId)}/documents/${name}`;
}

/** The documents of the n-th publication of a recall: one for all, or one in each language. */
export const documentNames = {
  page: (n: number, language: string) => `public-${n}-page.${language}.html`,
  poster: (n: number, language: string) => `public-${n}-poster.${language}.pdf`,
  press: (n: number, language: string) => `public-${n}-press.${language}.txt`,
  cap: (n: number) => `public-${n}-cap.xml`,
};
