import { RecallError } from '../engine/errors.js';
import { secondsAfter, type PersonId, type RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { isAskedForTask } from '../store/inbox.js';
import { recallRow } from '../store/recalls.js';
import { unreachedRecipients } from '../store/unreached.js';
import { issueToken } from '../trust/tokens.js';
import type { ApiDeps } from './deps.js';

const LINK_SECONDS = 30 * 86_400;

/**
 * Names and telephone numbers for the person who is asked to call, and for nobody else; for each the path of the response
 * page, where the caller enters what they are told. Throws `not-found`, `not-allowed`.
 */
export async function unreached({ pool, keys }: ApiDeps, recallId: RecallId, person: PersonId) {
  await recallRow(pool, recallId);
  if (!(await isAskedForTask(pool, recallId, person)))
    throw new RecallError({
      code: 'not-allowed',
      message: `${person} is not asked to call anybody of ${recallId}`,
      where: '--as',
      expected: 'a person who is asked to do a task of this recall',
      remedy: 'see who is asked with `recall status`',
    });
  const expires = secondsAfter(await clock(pool, recallId).now(), LINK_SECONDS);
  return (await unreachedRecipients(pool, recallId)).map((one) => {
    const { step, revision, recipient, ...known } = one;
    const token = issueToken(keys.token, { use: 'response', recallId, step, revision, recipient, expires });
    return { step, recipient, ...known, answerPath: `/r/${token}` };
  });
}
