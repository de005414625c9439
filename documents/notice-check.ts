import type { Language, Market } from '../engine/words.js';
import { caseTextsIn, type CaseFile } from './case-file.js';
import { lintNotice, type NoticeFinding, type NoticeRules } from './lint-notice.js';
import { renderNotice, type NoticeData, type Notices } from './notices.js';

/**
 * Checks a notice to businesses in every language and market that it is to be sent in, before anyone is asked to approve it.
 * The drill's banner is left out: what is judged is the text of the real case.
 */
export function checkNotice(
  notices: Notices,
  rules: NoticeRules,
  notice: string,
  sample: Omit<NoticeData, 'mode'>,
  destinations: { market: Market; language: Language }[],
): (NoticeFinding & { market: Market; language: Language })[] {
  return destinations.flatMap(({ market, language }) => {
    const { text } = renderNotice(notices, notice, language, { ...sample, mode: 'recall' });
    const [title = ''] = text.split('\n');
    const linted = { language, title, text, fields: fieldsOf(sample.caseFile, language, sample), audience: 'businesses' as const };
    return lintNotice(rules, linted, market).map((finding) => ({ ...finding, market, language }));
  });
}

function fieldsOf(caseFile: CaseFile, language: Language, { from, responseUrl }: Pick<NoticeData, 'from' | 'responseUrl'>) {
  const { product, identification, hazard, actions, remedies, contact } = caseTextsIn(caseFile, language);
  return { product, identification, soldWhen: from, hazard, actions, remedies, contact, responseUrl };
}
