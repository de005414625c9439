import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { documentProblems, renderDocument, type NoticeDocument } from '../documents/notice-documents.js';
import { asTest } from '../documents/test-notice.js';
import { RecallError } from '../engine/errors.js';
import type { PersonId } from '../engine/words.js';
import { TASK_QUEUE, TEST_NOTICE_WORKFLOW, type TestNotice, type TestNoticeSent } from '../workflows/contract.js';
import type { GivenTestNotice } from './contract/test-notice.js';
import type { ApiDeps } from './deps.js';
import { requirePerson } from './opening.js';

const WAIT = '30 seconds';

/** Has a worker mail one text of a notice, marked as a test. Throws `wrong-use` where the text cannot be filled in. */
export async function sendTest(deps: ApiDeps, given: GivenTestNotice, by: PersonId): Promise<TestNoticeSent> {
  await requirePerson(deps, by);
  const { to, caseFile, audience, language, template } = given;
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
  const mail: TestNotice = { to, by, ...asTest(renderDocument(document, caseFile), language) };
  try {
    return await deps.client.workflow.execute<(notice: TestNotice) => Promise<TestNoticeSent>>(TEST_NOTICE_WORKFLOW, {
      workflowId: `test-notice/${randomUUID()}`,
      taskQueue: TASK_QUEUE,
      args: [mail],
      workflowExecutionTimeout: WAIT,
    });
  } catch (failed) {
    throw new RecallError({
      code: 'service-missing',
      message: failed instanceof WorkflowFailedError ? 'no worker has sent it in time' : 'Temporal does not answer',
      where: failed instanceof Error ? failed.message : String(failed),
      expected: 'a running Temporal server, a worker and a mail server',
      remedy: 'try again when they are there; it may have been sent nevertheless',
    });
  }
}
