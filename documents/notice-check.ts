import type { Language, Market } from '../engine/words.js';
import type { NoticeRules } from '../regulations/notice-rules.js';
import { lintCharacters, lintNotice, type LintedNotice, type NoticeFinding } from './lint-notice.js';
import { showsPicture } from './notice-picture.js';
import { renderNoticeText, type NoticeData } from './notices.js';
import { PAGE_LANGUAGES } from './pages.js';

export type CheckedNotice = {
  template: string;
  language: Language;
  audience: LintedNotice['audience'];
  data: NoticeData;
};

/**
 * What the rules of a market find wrong with a notice in one language, before anyone is asked to approve it. What is judged
 * is the text of a real recall: a drill says more, and none of it is the notice's own.
 */
export function checkNotice(rules: NoticeRules, notice: CheckedNotice, market: Market): NoticeFinding[] {
  return lintNotice(rules, lintedNotice(notice), market);
}

/** What hides words of a notice, in whatever market. */
export function checkCharacters(notice: CheckedNotice): NoticeFinding[] {
  return lintCharacters(lintedNotice(notice));
}

function lintedNotice({ template, language, audience, data }: CheckedNotice): LintedNotice {
  const { subject, text } = renderNoticeText(template, { ...data, drill: false });
  const title = text.split('\n')[0]!;
  const { product, identification, scopeFields, hazard, actions, remedies, contact, responseUrl } = data;
  const fields = {
    product,
    picture: showsPicture(template) ? data.picture : undefined,
    identification,
    soldWhen: 'soldFrom' in scopeFields ? scopeFields.soldFrom : undefined,
    hazard,
    actions,
    remedies,
    contact,
    responseUrl,
    freePhone: freePhoneIn(text),
    onlineService: PAGE_LANGUAGES.includes(language) && text.includes(responseUrl) ? responseUrl : undefined,
  };
  return { language, subject, title, text, fields, audience };
}

/**
 * Numbers that cost nothing to call begin so in the markets of the bundled regimes: freephone of the United Kingdom and of
 * most of Europe, its harmonised numbers, the international ones, and those of Spain and Australia.
 */
const FREE_PHONE = /(?<![\d+])(?:0?0800|\+800|0808|0805|116 ?\d{3}|1800|1300|9 ?00)(?: ?\d){4,9}(?!\d)/;

function freePhoneIn(text: string): string | undefined {
  return FREE_PHONE.exec(text.replace(/[()/-]/g, ' ').replace(/ +/g, ' '))?.[0];
}
