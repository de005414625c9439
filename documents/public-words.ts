import { fileText } from './templates.js';

/** What the public reads around a notice: on its page, on its poster, above its press text. */
export type PublicWords = Record<
  | 'press'
  | 'published'
  | 'languages'
  | 'check'
  | 'how'
  | 'item'
  | 'soldAt'
  | 'lot'
  | 'serial'
  | 'send'
  | 'affected'
  | 'clear'
  | 'unsure'
  | 'yes'
  | 'no'
  | 'lacks'
  | 'entered'
  | 'recalled'
  | 'index'
  | 'none'
  | 'feeds'
  | 'poster'
  | 'scan'
  | 'all',
  string
>;

const WORDS = JSON.parse(fileText('./pages/public-words.json')) as Record<string, PublicWords>;

/** The languages that the public is spoken to in. */
export const PUBLIC_LANGUAGES = Object.keys(WORDS);

/** The words in a language; English where there are none in it. */
export function publicWords(language: string): PublicWords {
  return WORDS[language] ?? WORDS.en!;
}
