import { RecallError } from '../engine/errors.js';
import { secondsAfter, type PersonId, type RecallId } from '../engine/words.js';
import { clock } from '../store/clock.js';
import { isAskedForTask } from '../store/inbox.js';
import { keepLinks } from '../store/links.js';
import { mayTelephone, recallRow } from '../store/recalls.js';
import { unreachedRecipients, type Unreached } from '../store/unreached.js';
import { linkPath, type ResponseLink } from '../trust/links.js';
import type { ApiDeps } from './deps.js';

const LINK_SECONDS = 30 * 86_400;

/**
 * Names and telephone numbers for the person who is asked to call, and for nobody else; for each the path of the response
 * page, where the caller enters what they are told. Throws `not-found`, `not-allowed`.
 */
export async function unreached({ pool, keys }: ApiDeps, recallId: RecallId, person: PersonId) {
  const row = await recallRow(pool, recallId);
  if (!(await isAskedForTask(pool, recallId, person)))
    throw new RecallError({
      code: 'not-allowed',
      message: `${person} is not asked to call anybody of ${recallId}`,
      where: '--as',
      expected: 'a person who is asked to do a task of this recall',
      remedy: 'see who is asked with `recall status`',
    });
  const found = await unreachedRecipients(pool, recallId);
  const expires = secondsAfter(await clock(pool, recallId).now(), LINK_SECONDS);
  const linkOf = ({ step, revision, recipient }: Unreached): ResponseLink => {
    return { use: 'response', recallId, step, revision, recipient };
  };
  await keepLinks(pool, keys.token, found.map(linkOf), expires);
  return found.map((one) => {
    const { revision: _revision, phone, ...known } = one;
    // A drill gives nobody a number that it must not reach.
    const dialled = phone !== null && mayTelephone(row, phone) ? phone : null;
    return { ...known, phone: dialled, answerPath: linkPath(keys.token, linkOf(one)) };
  });
}
