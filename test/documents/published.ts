import type { PublishedNotice } from '../../documents/public-page.js';
import { publicNoticeData } from '../../documents/notice-data.js';
import { withPicture } from '../../documents/notice-picture.js';
import { noticeTexts } from '../../documents/notices.js';
import type { CasePicture } from '../../engine/picture.js';
import type { IsoInstant, Language, RecallId, Sha256 } from '../../engine/words.js';
import { CASE_FILE } from '../activities/activity-deps.js';
import { SCOPE } from '../engine/recall.js';

/** A picture of a product, as a case keeps it. */
export const PICTURE: CasePicture = {
  mediaType: 'image/png',
  sha256: 'a'.repeat(64) as Sha256,
  bytes: 1_234,
  width: 640,
  height: 480,
  alt: { en: 'A "stand" <of> three & plates', de: 'Eine Etagere mit drei Tellern', ar: 'حامل بثلاثة أطباق' },
};

const BASE = 'https://recall.example';

/** The bundled public notice as it is published, of a case whose texts have marks of XML in them. */
export function publishedNotice(
  language: string,
  changes: Partial<PublishedNotice> & { drill?: boolean; pictured?: boolean } = {},
): PublishedNotice {
  const { drill = false, pictured = false, ...rest } = changes;
  const picture = pictured ? PICTURE : undefined;
  const caseFile = {
    ...CASE_FILE,
    company: 'Maker & Sons <Ltd>',
    hazard: { en: 'It "breaks" & cuts\u0007.' },
    picture,
  };
  const recallId = rest.recallId ?? ('RC-2026-0001' as RecallId);
  const place = { pageUrl: `${BASE}/public/recalls/${recallId}/${language}`, ourReference: recallId };
  return {
    recallId,
    language: language as Language,
    languages: ['ar', 'en'] as Language[],
    template: withPicture(noticeTexts('public-notice', [language as Language], 'public'), caseFile)[
      language as Language
    ]!,
    data: publicNoticeData({ drill, scope: SCOPE, caseFile }, language as Language, place),
    scope: SCOPE,
    n: 1,
    picture: picture ? { ...picture, path: '/pictures/RC-2026-0001/0' } : null,
    publishedAt: '2026-09-10T08:00:00.000Z' as IsoInstant,
    ...rest,
  };
}
