import { withTransaction, type Pool } from '../../store/db.js';
import { recallRow } from '../../store/recalls.js';
import { insertPublication, setPublished } from '../../store/publications.js';
import { withPicture } from '../../documents/notice-picture.js';
import { noticeTexts } from '../../documents/notices.js';
import type { NewScope, Scope } from '../../engine/scope.js';
import type { IsoInstant, Language, Market, RecallId, RecallMode, Sha256, StepName } from '../../engine/words.js';
import { PUBLIC_LANGUAGES } from '../../documents/public-words.js';
import { openPictured } from '../activities/pictured.js';
import { SCOPE } from '../engine/recall.js';
import { OPENED } from '../store/database.js';

/** A recall whose product has a picture, and of which the bundled public notice is published in all its languages. */
export async function published(
  pool: Pool,
  {
    mode = 'recall',
    scope = SCOPE,
    languages = PUBLIC_LANGUAGES as Language[],
  }: {
    mode?: RecallMode;
    scope?: NewScope;
    languages?: Language[];
  } = {},
): Promise<RecallId> {
  const clockKind = mode === 'drill' ? 'stepped' : 'real';
  const { recallId } = await openPictured(pool, { mode, clockKind });
  await publishAgain(pool, recallId, 1, { scope: { version: 1, ...scope }, languages });
  return recallId;
}

export async function publishAgain(
  pool: Pool,
  recallId: RecallId,
  round: number,
  {
    scope = SCOPE,
    languages = PUBLIC_LANGUAGES as Language[],
    at = OPENED,
  }: {
    scope?: Scope;
    languages?: Language[];
    at?: IsoInstant;
  } = {},
): Promise<void> {
  const key = { recallId, step: 'public' as StepName, round, revision: 1 };
  const { caseFile } = await recallRow(pool, recallId);
  const texts = withPicture(noticeTexts('public-notice', languages, 'public'), caseFile);
  const markets = ['DE', 'GB'] as Market[];
  const hash = 'a'.repeat(64) as Sha256;
  await withTransaction(pool, async (client) => {
    await insertPublication(client, key, { notice: 'public-notice', languages, markets, hash, texts, scope });
    await setPublished(client, key, at);
  });
}
