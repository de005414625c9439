import { withTransaction, type Pool } from '../../store/db.js';
import { insertPublication, setPublished } from '../../store/publications.js';
import { noticeTexts } from '../../documents/notices.js';
import type { NewScope, Scope } from '../../engine/scope.js';
import type { IsoInstant, Language, Market, RecallId, RecallMode, Sha256, StepName } from '../../engine/words.js';
import { PUBLIC_LANGUAGES } from '../../documents/public-words.js';
import { CASE_FILE } from '../activities/activity-deps.js';
import { SCOPE } from '../engine/recall.js';
import { OPENED, openRecall } from '../store/database.js';

/** A recall of which the bundled public notice is published in all its languages; again, where it is another time. */
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
  const recallId = await openRecall(pool, { caseFile: CASE_FILE, mode, clockKind });
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
  const texts = noticeTexts('public-notice', languages, 'public');
  const markets = ['DE', 'GB'] as Market[];
  const hash = 'a'.repeat(64) as Sha256;
  await withTransaction(pool, async (client) => {
    await insertPublication(client, key, { notice: 'public-notice', languages, markets, hash, texts, scope });
    await setPublished(client, key, at);
  });
}
