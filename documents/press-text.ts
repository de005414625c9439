import { orderedData } from './notice-data.js';
import { renderNoticeText } from './notices.js';
import type { PublishedNotice } from './public-page.js';
import { publicWords } from './public-words.js';

/** What newspapers, shops and agencies get: the notice as it was approved, as a plain text that can be printed as it is. */
export function pressText({
  template,
  language,
  data,
  publishedAt,
}: Pick<PublishedNotice, 'template' | 'language' | 'data' | 'publishedAt'>): string {
  const words = publicWords(language);
  const { subject, text } = renderNoticeText(template, orderedData(data, language));
  const published = words.published.replace('{date}', () => publishedAt.slice(0, 10));
  return [words.press.toLocaleUpperCase(language), published, '', subject, '', text, ''].join('\n');
}
