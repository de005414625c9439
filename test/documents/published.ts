import type { PublishedNotice } from '../../documents/public-page.js';
import { publicNoticeData } from '../../documents/notice-data.js';
import { noticeTexts } from '../../documents/notices.js';
import type { IsoInstant, Language, RecallId } from '../../engine/words.js';
import { CASE_FILE } from '../activities/activity-deps.js';
import { SCOPE } from '../engine/recall.js';

const BASE = 'https://recall.example';

/** The bundled public notice as it is published, of a case whose texts have marks of XML in them. */
export function publishedNotice(
  language: string,
  changes: Partial<PublishedNotice> & { drill?: boolean } = {},
): PublishedNotice {
  const { drill = false, ...rest } = changes;
  const caseFile = { ...CASE_FILE, company: 'Maker & Sons <Ltd>', hazard: { en: 'It "breaks" & cuts\u0007.' } };
  const recallId = rest.recallId ?? ('RC-2026-0001' as RecallId);
  const place = { pageUrl: `${BASE}/public/recalls/${recallId}/${language}`, ourReference: recallId };
  return {
    recallId,
    language: language as Language,
    languages: ['ar', 'en'] as Language[],
    template: noticeTexts('public-notice', [language as Language], 'public')[language as Language]!,
    data: publicNoticeData({ drill, scope: SCOPE, caseFile }, language as Language, place),
    scope: SCOPE,
    n: 1,
    publishedAt: '2026-09-10T08:00:00.000Z' as IsoInstant,
    ...rest,
  };
}
