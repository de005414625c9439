import { WorkflowFailedError } from '@temporalio/client';
import { documentProblems, type NoticeDocument } from '../documents/notice-documents.js';
import { renderTest } from '../documents/test-notice.js';
import { RecallError } from '../engine/errors.js';
import type { PersonId } from '../engine/words.js';
import { casePicture } from '../imports/pictures/case-picture.js';
import { readRoster } from '../store/roster.js';
import { keepTestNotice, takeTestNotice } from '../store/test-notices.js';
import { TASK_QUEUE, TEST_NOTICE_WORKFLOW, type TestNoticeAsked, type TestNoticeSent } from '../workflows/contract.js';
import type { GivenTestNotice } from './contract/test-notice.js';
import type { ApiDeps } from './deps.js';
import { requireInRoster } from './people.js';

const WAIT = '30 seconds';

/** Has a worker mail one text of a notice, marked as a test. Throws `wrong-use` where the text cannot be filled in. */
export async function sendTest(deps: ApiDeps, given: GivenTestNotice, by: PersonId): Promise<TestNoticeSent> {
  requireInRoster(await readRoster(deps.pool), by);
  const { to, caseFile: written, audience, language, template } = given;
  const drawn = written.picture ? await casePicture(written.picture) : null;
  const caseFile = { ...written, picture: drawn?.picture };
  const document: NoticeDocument = { file: 'template', audience, language, text: template };
  const [faulty] = documentProblems(document, caseFile);
  if (faulty !== undefined) {
    throw new RecallError({
      code: 'wrong-use',
      message: faulty.message,
      where: `template:${faulty.line}:${faulty.column}`,
      expected: faulty.expected,
      remedy: 'see all that is wrong with `recall notice check`; nothing was sent',
    });
  }
  const mail = await renderTest(document, caseFile, deps.brand.mail, drawn?.bytes ?? null);
  const id = await keepTestNotice(deps.pool, { to, by, ...mail });
  try {
    return await deps.client.workflow.execute<(asked: TestNoticeAsked) => Promise<TestNoticeSent>>(
      TEST_NOTICE_WORKFLOW,
      {
        workflowId: `test-notice/${id}`,
        taskQueue: TASK_QUEUE,
        args: [{ id }],
        workflowExecutionTimeout: WAIT,
      },
    );
  } catch (failed) {
    throw new RecallError({
      code: 'service-missing',
      message: failed instanceof WorkflowFailedError ? 'no worker has sent it in time' : 'Temporal does not answer',
      where: failed instanceof Error ? failed.message : String(failed),
      expected: 'a running Temporal server, a worker and a mail server',
      remedy: 'try again when they are there; it may have been sent nevertheless',
    });
  } finally {
    // What no worker has taken is not sent behind the back of who has been told so.
    await takeTestNotice(deps.pool, id);
  }
}
