import type { Condition } from '../../engine/conditions.js';
import type { IsoInstant, RecallId, RecipientId, StepName } from '../../engine/words.js';
import { withTransaction, type Pool } from '../../store/db.js';
import { recordResponse } from '../../store/responses.js';
import { registerWatch } from '../../store/watches.js';
import { percentile } from '../figures.js';
import { STEP } from './job.js';

const ANSWERS = 20;
const AT = '2026-09-11T08:00:00.000Z' as IsoInstant;

/** How long an answer of a recipient takes with all that follows from it, round trips and commit included: all but the slowest of twenty, one after the other. */
export async function answerMs(pool: Pool, recallId: string, size: number): Promise<number> {
  const condition = `${STEP}.acknowledged >= 0.9` as Condition;
  await withTransaction(pool, (client) =>
    registerWatch(client, recallId as RecallId, STEP as StepName, condition, { value: false, unreachable: false }),
  );
  const took: number[] = [];
  for (let n = 0; n < ANSWERS; n += 1) {
    const recipient = `c${Math.max(1, Math.floor((n * size) / ANSWERS))}` as RecipientId;
    const answer = { quarantined: 1, soldOn: 0, destroyed: 0, passedOn: false };
    const begun = performance.now();
    await recordResponse(
      pool,
      { recallId: recallId as RecallId, step: STEP as StepName, revision: 1 },
      { recipient, answer, insists: true, comment: null, at: AT },
    );
    took.push(performance.now() - begun);
  }
  return percentile(took, 0.95);
}
