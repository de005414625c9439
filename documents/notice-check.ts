import type { Language, Market } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { lintNotice, type NoticeFinding } from './lint-notice.js';
import { renderNotice, type NoticeData } from './notices.js';

/**
 * What the rules of a market find wrong with a notice to businesses, in one language, before anyone is asked to approve it.
 * What is judged is the text of a real recall: a drill says more, and none of it is the notice's own.
 */
export function checkNotice(
  rules: NoticeRules,
  { notice, language, market, data }: { notice: string; language: Language; market: Market; data: NoticeData },
): NoticeFinding[] {
  const { text } = renderNotice(notice, language, { ...data, drill: false });
  const title = text.split('\n')[0]!;
  const { product, identification, scopeFields, hazard, actions, remedies, contact, responseUrl } = data;
  const fields = {
    product,
    identification,
    soldWhen: 'soldFrom' in scopeFields ? scopeFields.soldFrom : undefined,
    hazard,
    actions,
    remedies,
    contact,
    responseUrl,
  };
  return lintNotice(rules, { language, title, text, fields, audience: 'businesses' }, market);
}
