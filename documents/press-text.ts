import type { IsoInstant, Language } from '../engine/words.js';
import { orderedText } from './bidi.js';
import { directionOf } from './direction.js';
import { renderNoticeText, type NoticeData } from './notices.js';
import { publicWords } from './public-words.js';

/** What newspapers, shops and agencies get: the notice as it was approved, as a plain text that can be printed as it is. */
export function pressText(
  template: string,
  language: Language,
  { data, publishedAt }: { data: NoticeData; publishedAt: IsoInstant },
): string {
  const words = publicWords(language);
  const { subject, text } = renderNoticeText(template, data);
  const published = words.published.replace('{date}', () => publishedAt.slice(0, 10));
  const whole = [words.press.toLocaleUpperCase(language), published, '', subject, '', text, ''].join('\n');
  return directionOf(language) === 'rtl' ? orderedText(whole) : whole;
}
