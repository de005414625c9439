import { orderedText } from './bidi.js';
import { directionOf } from './direction.js';
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
  const { subject, text } = renderNoticeText(template, data);
  const published = words.published.replace('{date}', () => publishedAt.slice(0, 10));
  const whole = [words.press.toLocaleUpperCase(language), published, '', subject, '', text, ''].join('\n');
  return directionOf(language) === 'rtl' ? orderedText(whole) : whole;
}
